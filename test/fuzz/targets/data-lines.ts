import assert from 'node:assert/strict';
import { contentEnd } from '../../../src/imap/bytes.js';
import { scannableBuffer, skipDataLines } from '../../../src/imap/data-lines.js';
import { literalAt } from '../../../src/imap/literal.js';
import { readResponseHead } from '../../../src/imap/response.js';
import { hashOf } from '../cuts.js';
import type { Target } from '../target.js';

/** A run of lines that may be passed on without a look: each of them is data, begins with no word, and has no literal. */
const RUN = /^(?:\* (?![@-\x7f])[^\n]*\n)*$/s;

/** Where the instructions that look at 16 octets at a time begin within their step. */
const PADDINGS = [0, 1, 7, 15, 16, 17, 31, 511, 512, 513];

/** Where nothing has to be copied. */
const space = scannableBuffer(256 * 1024);

function checkRun(chunk: Buffer, offset: number): void {
  const end = skipDataLines(chunk, offset);
  // A line that is longer than the first copy ends the run there.
  const inPlace = skipDataLines(space.subarray(7, 7 + chunk.copy(space, 7)), offset);
  assert.ok(end >= offset && end <= inPlace && inPlace <= chunk.length);
  const skipped = chunk.subarray(offset, inPlace);
  assert.ok(end === offset || chunk[end - 1] === 0x0a, 'the shorter run ends in a line');
  assert.match(skipped.toString('latin1'), RUN);
  for (let at = 0; at < skipped.length; ) {
    const lf = skipped.indexOf(0x0a, at);
    assert.equal(readResponseHead(skipped, at).kind, 'data');
    assert.equal(literalAt(skipped, at, contentEnd(skipped, at, lf)), undefined, 'a literal was skipped');
    at = lf + 1;
  }
}

/** What passes by 16 octets at a time is what would have passed line by line. */
export const dataLines: Target = {
  name: 'data-lines',
  seeds: [
    '* 1 FETCH (FLAGS ())\r\n* 2 EXISTS\r\n* 3 EXPUNGE\n* OK x\r\n',
    '* 1 FETCH (BODY[] {3}\r\n* 2 EXISTS\r\n',
    '* 1 FETCH ({3}\n* 2 FETCH (X ~{3}\r\n',
    '* 1 FETCH (X {3+}\r\n* 22 FETCH }\r\n*3 x\r\n* 4 x',
    '* 1 x\n* 2\n* 3\r\n\r\n* 4 y\r\n',
  ],
  dictionary: [
    ...[
      '\r\n',
      '\n',
      '\r',
      '* ',
      '* 1',
      '* 1 EXISTS\r\n',
      '*',
      ' ',
      '0',
      '9',
      '}',
      '{',
      '{3}',
      '{3}\r\n',
      '~{3}\n',
    ],
    ...[' {3+}\r\n', '* OK x\r\n', '* a\r\n', '\n*', '\n* ', '/', ':', '\xff', '\0', 'x'.repeat(13)],
  ],
  // Beyond its blocks, which grow up to 64 KiB.
  maxLength: 200_000,
  check(input) {
    checkRun(input, 0);
    const padding = PADDINGS[hashOf(input) % PADDINGS.length] as number;
    const line = `${'x'.repeat(Math.max(0, padding - 1))}${padding > 0 ? '\n' : ''}`;
    checkRun(Buffer.concat([Buffer.from(line), input]), padding);
    const before = Buffer.from(`* 7 ${'y'.repeat(padding)}\n`);
    checkRun(Buffer.concat([before, input]), 0);
  },
};
