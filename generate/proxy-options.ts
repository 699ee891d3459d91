import { z } from 'zod';
import { CONFIG_FILE } from '../src/config/file-schema.js';
import { type OptionKey, option } from '../src/config/options.js';
import { PLAIN_KEYS } from '../src/config/plain-options.js';

type Schema = z.core.JSONSchema.BaseSchema;

const HEAD = `/**
 * What a proxy in a program runs with: the keys of a config file, with the same meaning (docs/configuration.md). Made from the
 * option table by \`npm run generate\`.
 */
export interface ProxyOptions {
`;

/** The options as a type, so that an editor knows them. */
export function proxyOptions(): string {
  const { properties = {} } = z.toJSONSchema(CONFIG_FILE, { io: 'input', target: 'draft-7' });
  const members = PLAIN_KEYS.map((key) => {
    const name = /^\w+$/.test(key) ? key : `'${key}'`;
    return `  /** ${docOf(key)} */\n  readonly ${name}?: ${typeOf(properties[key] as Schema)} | undefined;\n`;
  });
  return `${HEAD}${members.join('')}}\n`;
}

function docOf(key: OptionKey): string {
  const { describe, default: fallback, otherwise } = option(key);
  const applies = fallback === undefined ? otherwise : `\`${fallback}\``;
  return `${describe}.${applies === undefined ? '' : ` Default: ${applies}.`}`;
}

function typeOf(schema: Schema): string {
  const { type, items, enum: words, pattern = '' } = schema;
  if (words !== undefined) return words.map((word) => `'${word}'`).join(' | ');
  if (type === 'array') return `string | readonly ${typeOf(items as Schema)}[]`;
  // A number, or this word.
  const [, word] = /^\^(\w+)\$$/.exec(String(pattern)) ?? [];
  const names: Readonly<Record<string, string>> = {
    integer: 'number',
    ...(word !== undefined && { string: `'${word}'` }),
  };
  const types = [type].flat().map((each) => names[String(each)] ?? String(each));
  return types.sort((a, b) => Number(b === 'number') - Number(a === 'number')).join(' | ');
}
