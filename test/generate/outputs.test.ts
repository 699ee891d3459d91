import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { OUTPUTS } from '../../generate/outputs.js';
import { OPTION_KEYS, option } from '../../src/config/options.js';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

describe('what is generated is up to date (npm run generate)', () => {
  for (const { path, make } of OUTPUTS) {
    test(path, async () => {
      const current = read(path);
      assert.equal(await make(current), current);
    });
  }
});

test('the document on the configuration has a table of each group', () => {
  const found = [...read('docs/configuration.md').matchAll(/^<!-- options: (.+) -->$/gm)].map(
    ([, name]) => name,
  );
  assert.deepEqual(found, [...new Set(OPTION_KEYS.map((key) => option(key).group))]);
});
