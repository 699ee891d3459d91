import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { bodyOf, fieldsOf } from '../../../src/send/message/header.js';

/** Fields as `name=body`, lines that are no field behind a `?`. */
const table: readonly [name: string, header: string, fields: readonly string[]][] = [
  ['nothing', '', []],
  ['one field', 'To: a\r\n', ['to= a']],
  ['no blank', 'To:a\r\n', ['to=a']],
  ['an empty body', 'To:\r\n', ['to=']],
  ['a colon in the body', 'To: a:b\r\n', ['to= a:b']],
  ['blanks before the colon', 'To \t: a\r\n', ['to= a']],
  ['a folded body', 'To: a\r\n b\r\n\tc\r\nCc: d\r\n', ['to= a b\tc', 'cc= d']],
  ['a fold before the colon', 'To\r\n : a\r\n', ['to= a']],
  ['a folded line of blanks', 'To: a\r\n \r\nCc: d\r\n', ['to= a ', 'cc= d']],
  ['odd characters in a name', '>X-!~: a\r\n', ['>x-!~= a']],
  ['no colon', 'To a\r\nCc: d\r\n', ['?To a', 'cc= d']],
  ['a name and nothing else', 'To\r\nCc: d\r\n', ['?To', 'cc= d']],
  ['a blank within the name', 'To me: a\r\n', ['?To me: a']],
  ['no name', ': a\r\n', ['?: a']],
  ['a folded line of nothing', ' To: a\r\nCc: d\r\n', ['? To: a', 'cc= d']],
  ['an mbox separator', 'From a@b Mon\r\nTo: a\r\n', ['to= a']],
  ['an mbox separator that was escaped twice', '>>From a@b Mon\r\nTo: a\r\n', ['to= a']],
  ['From with a blank before the colon', 'From : a\r\n', ['from= a']],
  ['an mbox separator in a later line', 'To: a\r\nFrom a@b\r\n', ['to= a', '?From a@b']],
  ['a line that is no field behind an mbox separator', 'From a@b\r\nTo: a\r\nfoo\r\n', ['to= a', '?foo']],
  ['a colon at the start of the next line', 'To\r\n: a\r\n', ['?To', '?: a']],
  ['UTF-8', 'To: \u00fc\r\n', ['to= \u00fc']],
];

suite('fields of a header block', () => {
  for (const [name, header, expected] of table) {
    test(name, () => {
      const block = Buffer.from(header);
      const found = [...fieldsOf(block)].map((field) =>
        field.name === undefined ? `?${bodyOf(block, field)}` : `${field.name}=${bodyOf(block, field)}`,
      );
      assert.deepEqual(found, expected);
    });
  }

  test('octets that are not UTF-8 become U+FFFD', () => {
    const block = Buffer.from('To: \xfc\r\n', 'latin1');
    assert.deepEqual(
      [...fieldsOf(block)].map((field) => bodyOf(block, field)),
      [' \ufffd'],
    );
  });

  test('fields follow each other without a gap up to the end', () => {
    const line = fc.string({
      unit: fc.constantFrom('a', ':', ' ', '\t', 'From ', '>', '\u00fc'),
      maxLength: 6,
    });
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const block = Buffer.from(lines.map((text) => `X${text}\r\n`).join(''));
        let position = 0;
        for (const field of fieldsOf(block)) {
          assert.equal(field.start, position);
          assert.ok(field.body >= field.start && field.body <= field.end);
          position = field.end;
        }
        assert.equal(position, block.length);
      }),
      { seed: 1 },
    );
  });
});
