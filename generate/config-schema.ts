import { parse } from 'yaml';
import { z } from 'zod';
import { CONFIG_FILE, FILE_KEYS } from '../src/config/file-schema.js';
import { option } from '../src/config/options.js';

type Schema = z.core.JSONSchema.BaseSchema;

/** What editors are told of a config file: JSON Schema, draft 7, which the YAML language server knows best. */
export function configSchema(): string {
  const { properties = {}, ...schema } = z.toJSONSchema(CONFIG_FILE, { io: 'input', target: 'draft-7' });
  const described = FILE_KEYS.map((key) => {
    const { describe, default: fallback, otherwise } = option(key);
    const description = otherwise === undefined ? describe : `${describe} (default: ${otherwise})`;
    const property = oneOrSeveral(properties[key] as Schema);
    return [key, { description, ...property, ...(fallback !== undefined && { default: parse(fallback) }) }];
  });
  const title = 'imap-send-proxy serve --config';
  return `${JSON.stringify({ ...schema, title, properties: Object.fromEntries(described) }, undefined, 2)}\n`;
}

/** A list of one may be written without brackets. */
function oneOrSeveral(schema: Schema): Schema {
  return schema.type === 'array' ? { anyOf: [schema.items as Schema, schema] } : schema;
}
