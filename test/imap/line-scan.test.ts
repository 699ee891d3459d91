import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { LineScan } from '../../src/imap/line-scan.js';

type Verdict = 'closed' | 'open' | 'split mark';

const lines: readonly (readonly [line: string, verdict: Verdict])[] = [
  ['a\r\n', 'closed'],
  ['a "b"\r\n', 'closed'],
  ['a "b" "c" {5+}\r\n', 'closed'],
  ['a "b\\"c"\r\n', 'closed'],
  ['a "b\\\\"\r\n', 'closed'],
  ['a \\"b"\r\n', 'closed'],
  ['a "b\r\n', 'open'],
  ['a "b {5+}\r\n', 'open'],
  ['a "b" c" {5+}\r\n', 'open'],
  ['a "b\\" {5+}\r\n', 'open'],
  ['a b\\" {5+}\r\n', 'open'],
  ['a {5+}\rb\r\n', 'split mark'],
  ['a {5+}\r\r\n', 'split mark'],
  ['a {5}\rb\r\n', 'closed'],
  ['a\rb\r\n', 'closed'],
  ['a +\r}\rb\r\n', 'closed'],
];

function scan(pieces: readonly string[]): Verdict {
  const scanner = new LineScan();
  for (const piece of pieces) {
    if (!scanner.read(Buffer.from(piece), 0, piece.length)) return 'split mark';
  }
  return scanner.end().quoteOpen ? 'open' : 'closed';
}

suite('what a line holds that makes servers disagree', () => {
  for (const [line, verdict] of lines) {
    test(`${JSON.stringify(line)}: ${verdict}, however it is cut`, () => {
      assert.equal(scan([line]), verdict);
      for (let cut = 1; cut < line.length; cut++) {
        assert.equal(scan([line.slice(0, cut), line.slice(cut)]), verdict, `cut at ${cut}`);
      }
    });
  }

  test('a line is not judged by the one before it', () => {
    const scanner = new LineScan();
    assert.ok(scanner.read(Buffer.from('a "b\\'), 0, 5));
    assert.equal(scanner.end().quoteOpen, true);
    assert.ok(scanner.read(Buffer.from('"c"\r\n'), 0, 5));
    assert.equal(scanner.end().quoteOpen, false);
  });
});
