import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import wabt from 'wabt';
import { scannableBuffer, skipDataLines } from '../../src/imap/data-lines.js';
import { Framer } from '../../src/imap/framer.js';
import { readResponseHead } from '../../src/imap/response.js';

const source = (name: string) => readFile(new URL(`../../../src/imap/${name}`, import.meta.url), 'utf8');

const large = scannableBuffer(512 * 1024);
const space = large.byteLength;

/** The same octets where they need not be copied, among others that would pass. */
function inPlace(octets: Buffer): Buffer {
  large.fill('* 1\n');
  return large.subarray(1000, 1000 + octets.copy(large, 1000));
}

describe('runs of data lines', () => {
  const cases: readonly (readonly [skipped: string, rest: string])[] = [
    ['', ''],
    ['* 1 EXISTS\r\n', ''],
    ['* 1 EXISTS\r\n* 22 FETCH (FLAGS (\\Seen))\r\n', 'a OK done\r\n'],
    ['* 1 EXISTS\n* 2 RECENT\n', '* OK [CAPABILITY X]\r\n'],
    ['* 1 FETCH (FLAGS ())\r\n', '* 2 FETCH (BODY[] {5}\r\n* 3 EXISTS\r\n'],
    ['* 1 FETCH (FLAGS ())\r\n', '* 2 FETCH (BODY[] {5}\n* 3 EXISTS\r\n'],
    ['', '* 1 FETCH (X "{5} ")\r\n* 2 FETCH'],
    ['* 1 EXISTS\r\n', '* 2 FETCH (X "}")\r\n* 3 EXISTS\r\n'],
    ['* 1 EXISTS\r\n* (\r\n* \xc0\r\n* \n* 2 EXISTS\r\n', '* OK x\r\n'],
    ['* 1 EXISTS\r\n', '\r\n* 2 EXISTS\r\n'],
    ['* 1 EXISTS\r\n', '* CAPABILITY IMAP4rev1\r\n'],
    ['* 1 EXISTS\r\n', '+ go on\r\n* 2 EXISTS\r\n'],
    ['* 1 EXISTS\r\n*  2 EXISTS\r\n', ''],
    ['* 1 EXISTS\r\n', '*2 EXISTS\r\n'],
    ['', '* BYE\r\n* 1 EXISTS\r\n'],
    ['', '* 1 EXISTS'],
    ['* 1 EXISTS\r\n', '*'],
    ['* 1 EXISTS\r\n', '* '],
    ['* 1 EXISTS\r\n', '* 2'],
    [`* 1 FETCH (X "${'x'.repeat(300)}")\r\n`.repeat(900), 'a OK done\r\n'],
  ];
  for (const [skipped, rest] of cases) {
    test(JSON.stringify(`${skipped.slice(0, 60)} | ${rest}`), () => {
      for (const before of ['', '}\r\n', '* 7 EXISTS\r\n']) {
        const chunk = Buffer.from(before + skipped + rest, 'latin1');
        assert.equal(skipDataLines(chunk, before.length), before.length + skipped.length);
        assert.equal(skipDataLines(inPlace(chunk), before.length), before.length + skipped.length);
      }
    });
  }

  test('each line of a run is what the framer and the head call data without a literal', () => {
    const pieces = [
      '* ',
      '* 1',
      '1',
      ' ',
      '\r\n',
      '\n',
      '\r',
      '}',
      '{5}',
      '*',
      'a OK',
      ' FETCH (',
      ')',
      'x'.repeat(13),
    ];
    const stream = fc.array(fc.constantFrom(...pieces, '* 1 EXISTS\r\n', '* 22 FETCH (FLAGS ())\r\n'), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(stream, fc.nat(3), (parts, offset) => {
        const chunk = Buffer.from('\n'.repeat(offset) + parts.join(''), 'latin1');
        const end = skipDataLines(inPlace(chunk), offset);
        // A line that is longer than the first copy ends the run there.
        if (chunk.length < 512) assert.equal(skipDataLines(chunk, offset), end);
        const framer = new Framer();
        let at = offset;
        while (at < end) {
          assert.equal(readResponseHead(chunk, at).kind, 'data');
          const frame = framer.next(chunk, at);
          assert.deepEqual([frame.kind, 'mark' in frame && frame.mark], ['line-end', undefined]);
          at = frame.end;
        }
        assert.equal(at, end);
      }),
      { numRuns: 2000 },
    );
  });

  test('a long run is skipped to its end, whatever came before', () => {
    const line = '* 12345 FETCH (UID 12345 FLAGS (\\Seen))\r\n';
    for (const count of [1, 2, 13, 100, 5_000]) {
      const chunk = Buffer.from(line.repeat(count), 'latin1');
      for (const offset of [0, line.length]) assert.equal(skipDataLines(chunk, offset), chunk.length);
    }
  });

  test('32 buffers of 512 KiB have room, and are looked at up to their last octet', () => {
    for (let number = 1; number < 32; number++) {
      const buffer = scannableBuffer(space);
      assert.equal(buffer.buffer, large.buffer);
      buffer.fill('* 12 EXISTS \r\n* ');
      assert.equal(skipDataLines(buffer, 0), space - 2);
    }
    const other = scannableBuffer(space);
    assert.notEqual(other.buffer, large.buffer);
    assert.equal(skipDataLines(other.fill('* 12 EXISTS \r\n* '), 0), space - 2);
  });

  test('the module is the text beside it, assembled', async () => {
    const { parseWat } = await wabt();
    const assembled = parseWat('data-lines.wat', await source('data-lines.wat'), { simd: true }).toBinary({});
    const quoted = (await source('data-lines.ts')).matchAll(/'([A-Za-z0-9+/=]{20,})'/g);
    const held = [...quoted].map(([, part]) => part).join('');
    assert.equal(held, Buffer.from(assembled.buffer).toString('base64'));
  });
});
