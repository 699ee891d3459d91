import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { LITERAL_WINDOW, type LiteralMark, literalAt } from '../../src/imap/literal.js';

/** The mark of a line as it is on the wire; `a` stands for one before the last LITERAL_WINDOW octets. */
function read(line: string, lineEnd = '\r\n'): LiteralMark | undefined {
  return literalAt(Buffer.from(line + lineEnd, 'latin1'), 0, line.length);
}

const mark = (size: number | undefined, synchronizing: boolean, certain: boolean): LiteralMark => ({
  size,
  synchronizing,
  certain,
});

const certain: readonly (readonly [line: string, size: number, synchronizing: boolean])[] = [
  ['a {5}', 5, true],
  ['a {5+}', 5, false],
  ['a ~{5}', 5, true],
  ['a ~{5+}', 5, false],
  ['a ({0}', 0, true],
  [' {12+}', 12, false],
  ['a "b" {5}', 5, true],
  ['a {007}', 7, true],
  ['a {4294967296}', 4294967296, true],
  ['a {9007199254740991}', 9007199254740991, true],
  ['a {00000000000000000005}', 5, true],
];

const uncertain: readonly (readonly [line: string, size: number | undefined, synchronizing: boolean])[] = [
  ['a{5}', 5, true],
  ['a"{5+}', 5, false],
  ['{5}', 5, true],
  ['~{5}', 5, true],
  ['a{5}{6}', 6, true],
  ['a {5} ~~{6}', 6, true],
  ['a [{6}', 6, true],
  ['a {}', undefined, true],
  ['a {+}', undefined, false],
  ['a {9007199254740992}', undefined, true],
  ['a {99999999999999999999}', undefined, true],
  ['a {000000000000000000005+}', undefined, false],
  ['a 123456789012345678901}', undefined, true],
];

const none: readonly string[] = [
  '',
  '}',
  '5}',
  '+}',
  '5+}',
  'a {5',
  'a {5} ',
  'a {5}"',
  'a {5+',
  'a {5}+',
  'a {+5}',
  'a {-5}',
  'a { 5}',
  'a {5 }',
  'a {5++}',
  'a {5-}',
  'a {5~}',
  'a 5}',
  'a 12345678901234567890}',
];

suite('the announcement of a literal', () => {
  for (const [line, size, synchronizing] of certain) {
    test(`${line} is one`, () => assert.deepEqual(read(line), mark(size, synchronizing, true)));
  }
  for (const [line, size, synchronizing] of uncertain) {
    test(`${line} may be one`, () => assert.deepEqual(read(line), mark(size, synchronizing, false)));
  }
  for (const line of none) {
    test(`'${line}' is none`, () => assert.equal(read(line), undefined));
  }
  test('before a bare LF it is uncertain', () => {
    assert.deepEqual(read('a {5}', '\n'), mark(5, true, false));
  });
  test('a window of the line is as good as all of it', () => {
    for (const line of [...certain.map(([each]) => each), ...uncertain.map(([each]) => each), ...none]) {
      const long = Buffer.from(`${'x'.repeat(LITERAL_WINDOW)} ${line}\r\n`, 'latin1');
      const end = long.length - 2;
      assert.deepEqual(literalAt(long, end - LITERAL_WINDOW, end), literalAt(long, 0, end), line);
    }
  });
});
