import assert from 'node:assert/strict';
import { contentEnd } from '../../../src/imap/bytes.js';
import { Framer } from '../../../src/imap/framer.js';
import { LineScan } from '../../../src/imap/line-scan.js';
import { LITERAL_WINDOW, literalAt } from '../../../src/imap/literal.js';
import { cutsOf } from '../cuts.js';
import type { Target } from '../target.js';

/** Lines and literals, in octets from the start of the stream; an announcement is always believed. */
function framed(pieces: readonly Buffer[]): string[] {
  const framer = new Framer();
  const scan = new LineScan();
  const found: string[] = [];
  let doubtful = false;
  let position = 0;
  for (const piece of pieces) {
    for (let offset = 0; offset < piece.length; ) {
      const frame = framer.next(piece, offset);
      assert.ok(frame.end > offset && frame.end <= piece.length, 'a frame is a part of its chunk');
      if (frame.kind !== 'literal' && !scan.read(piece, offset, frame.end)) doubtful = true;
      position += frame.end - offset;
      offset = frame.end;
      if (frame.kind === 'line-part' || (frame.kind === 'literal' && !frame.done)) continue;
      if (frame.kind === 'literal') {
        found.push(`literal to ${position}`);
        continue;
      }
      const quoteOpen = scan.end().quoteOpen;
      found.push(`line to ${position} ${JSON.stringify(frame.mark)} ${doubtful ? 'doubtful' : quoteOpen}`);
      doubtful = false;
      if (frame.mark?.size !== undefined) framer.expectLiteral(frame.mark.size);
    }
  }
  return found;
}

/** The same from the stream as a whole, by regular expressions. */
function expected(stream: Buffer): string[] {
  const text = stream.toString('latin1');
  const found: string[] = [];
  let at = 0;
  for (;;) {
    const lf = text.indexOf('\n', at);
    if (lf < 0) return found;
    const line = text.slice(at, lf + 1);
    at = lf + 1;
    const mark = announced(line);
    const unquoted = line.replace(/"(?:[^"\\]|\\.)*"/gs, '');
    const quoteOpen = unquoted.includes('"');
    const doubtful = /\+\}\r[^\n]/.test(line);
    found.push(`line to ${at} ${JSON.stringify(mark)} ${doubtful ? 'doubtful' : quoteOpen}`);
    if (!mark?.size) continue;
    at += mark.size;
    if (at > text.length) return found;
    found.push(`literal to ${at}`);
  }
}

function announced(line: string): { size?: number; synchronizing: boolean; certain: boolean } | undefined {
  const tooLong = /\d{21}(\+?)\}\r?\n$/.exec(line);
  if (tooLong !== null) return { synchronizing: tooLong[1] === '', certain: false };
  const [, before, digits = '', plus, end] = /([ (])?~?\{(\d{0,20})(\+?)\}(\r?\n)$/.exec(line) ?? [];
  if (end === undefined) return undefined;
  const usable = digits !== '' && BigInt(digits) <= BigInt(Number.MAX_SAFE_INTEGER);
  return {
    ...(usable && { size: Number(digits) }),
    synchronizing: plus === '',
    certain: usable && before !== undefined && end === '\r\n',
  };
}

/** What is known of a line comes from its last octets: all that the framer ever keeps of it. */
function marksNeedNoMoreThanTheWindow(stream: Buffer): void {
  for (let lf = stream.indexOf(0x0a); lf >= 0; lf = stream.indexOf(0x0a, lf + 1)) {
    const start = stream.lastIndexOf(0x0a, lf - 1) + 1;
    const whole = lf === 0 ? undefined : literalAt(stream, start, contentEnd(stream, start, lf));
    const near = Math.max(start, lf - LITERAL_WINDOW - 1);
    if (lf > 0) assert.deepEqual(literalAt(stream, near, contentEnd(stream, near, lf)), whole);
  }
}

export const framer: Target = {
  name: 'framer',
  seeds: [
    'a LOGIN {4}\r\nanna {6+}\r\nsecret\r\nb NOOP\r\n',
    'a APPEND x ~{3}\n\0\xff\n (\\Seen) {0+}\r\n "{5}"\r\n',
    'a SEARCH {00000000000000000000000005}\r\nb {+}\r\nc x{2}\r\n',
    'a SEARCH "{5}\r\nb {1+}\rx\r\n',
  ],
  dictionary: [
    ...['\r\n', '\n', '\r', ' ', '{', '}', '+', '~', '(', '"', '\\', '\0', '0', '7'],
    ...['{3}\r\n', ' {2+}\r\n', ' ~{1}\n', '+}\r', '\\"', '12345678901234567890'],
  ],
  check(input) {
    marksNeedNoMoreThanTheWindow(input);
    const all = expected(input).join('\n');
    for (const pieces of cutsOf(input)) assert.equal(framed(pieces).join('\n'), all);
  },
};
