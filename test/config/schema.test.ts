import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { parseConfigFile } from '../../src/config/file.js';
import { checkEntries, FILE_KEYS } from '../../src/config/file-schema.js';
import { option } from '../../src/config/options.js';
import { EXAMPLES } from './examples.js';

const file = new URL('../../../deploy/imap-send-proxy.schema.json', import.meta.url);
const schema = JSON.parse(readFileSync(file, 'utf8'));
const validate = new Ajv({ allowUnionTypes: true }).compile(schema);

/** Values in many forms: what the schema takes of them, the program has to take. */
const VALUES = [
  ...new Set(Object.values(EXAMPLES)),
  ...[
    'none',
    'off',
    'on',
    'unlimited',
    'auto',
    '0',
    '1',
    '64',
    '65',
    '-1',
    '1.5',

    '1000000000',
    'null',
    '{}',
    '[]',
  ],
  ...['0s', '1 s', '30', '25d', '29m', '1h', '10GB', '0B', '1KiB', '1kiB', '9/1s', '0/1h', '1/0h', '1/25d'],
  ...[
    'imap://h',
    'imaps://h/',
    'imap://h:0',
    'imap://h:99999',
    'imap://a b',
    'smtp://h',
    'http://h',
    'memory',
    'redis://h',
    'redis://',
  ],
  ...['[imap://h, imaps://h]', '[none]', '[::1, 10.0.0.0/8]', '"true"', '~', '""', '[[]]'],
];

/** What a text in JSON Schema cannot tell: numbers in it that are too large or too small, and names that are none. */
const FINER: readonly (readonly [key: RegExp, value: RegExp])[] = [
  [/-timeout$/, /^(\d+ ?m?s|\dm|29m|25d)$/],
  [/^(listen|upstream|submission|admin)$/, /:(0|99999)$/],
  [/^max-message-size$/, /^0B$/],
  [/^rate-/, /^1\/25d$/],
  [/^accept-proxy-protocol$/, /^[^:./]*$/],
  [/^default-domain$/, /./],
  [/^state$/, /^redis:\/\//],
];

describe('the schema under deploy/', () => {
  for (const key of FILE_KEYS) {
    test(`${key}: takes what is usual, and nothing that the program does not`, () => {
      assert.ok(validate({ [key]: parse(EXAMPLES[key]) }), JSON.stringify(validate.errors));
      const { default: fallback } = option(key);
      if (fallback !== undefined) assert.ok(validate({ [key]: parse(fallback) }));
      for (const value of VALUES) {
        const text = `${key}: ${value}\n`;
        if (!validate(parse(text))) continue;
        if (FINER.some(([keys, values]) => keys.test(key) && values.test(value))) continue;
        assert.doesNotThrow(() => checkEntries(parseConfigFile(text, 'x.yaml')), text);
      }
    });
  }

  test('no other key', () => {
    assert.ok(!validate({ upsteam: 'imap://h' }));
    assert.ok(!validate({ config: 'other.yaml' }));
  });
});
