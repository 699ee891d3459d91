import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { clean } from '../../src/log/clean.js';

const rows: readonly [what: string, text: string | Uint8Array, cleaned: string, max?: number][] = [
  ['plain text stays', 'NO [AUTHENTICATIONFAILED] no', 'NO [AUTHENTICATIONFAILED] no'],
  ['letters of every script stay', 'naïve Bücher 日本 🙂', 'naïve Bücher 日本 🙂'],
  ['a line end cannot begin a forged line', 'x\r\n{"event":"login"}', 'x??{"event":"login"}'],
  ['no terminal escape gets through', '\x1b[31mred\x07', '?[31mred?'],
  ['nor an 8-bit one (C1)', '\x9b31m', '?31m'],
  ['NUL, TAB and DEL', 'a\0b\tc\x7f', 'a?b?c?'],
  ['text cannot be made to read backwards', 'user\u202Egnp.exe', 'user?gnp.exe'],
  ['line and paragraph separators', 'a\u2028b\u2029c', 'a?b?c'],
  ['a lone surrogate', 'a\uD800b', 'a?b'],
  ['octets that are UTF-8', Buffer.from('é', 'utf8'), 'é'],
  ['octets that are not', Buffer.from([0x61, 0xe9, 0x62, 0xff]), 'a?b?'],
  ['as long as allowed', 'abcde', 'abcde', 5],
  ['one longer', 'abcdef', 'abcd…', 5],
  ['a character of two code units counts as one', '🙂🙂🙂', '🙂🙂🙂', 3],
  ['and is not cut in half', '🙂🙂🙂🙂', '🙂🙂…', 3],
  ['octets of the longest characters', Buffer.from('🙂🙂🙂🙂'), '🙂🙂…', 3],
  ['nothing', '', ''],
];

for (const [what, text, cleaned, max] of rows) {
  test(`clean: ${what}`, () => assert.equal(clean(text, max), cleaned));
}

test('clean: 160 characters unless told otherwise', () => {
  assert.equal(clean('x'.repeat(160)), 'x'.repeat(160));
  assert.equal(clean('x'.repeat(161)), `${'x'.repeat(159)}…`);
});

test('clean: whatever comes in, what comes out is short, printable and stays as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 40 }), (text, max) => {
      const once = clean(text, max);
      assert.ok([...once].length <= max);
      assert.doesNotMatch(once, /[\p{Cc}\p{Cs}\u202A-\u202E]/u);
      assert.equal(clean(once, max), once);
    }),
  );
});
