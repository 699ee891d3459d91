import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { Framer } from '../../src/imap/framer.js';

/** Lines and literals of a stream, each as one text, however it is cut; an announcement is always believed. */
function frames(stream: string, cuts: readonly number[]): string[] {
  const framer = new Framer();
  const found: string[] = [];
  let open = '';
  let from = 0;
  for (const to of [...cuts.filter((cut) => cut < stream.length)]
    .sort((a, b) => a - b)
    .concat(stream.length)) {
    const chunk = Buffer.from(stream.slice(from, Math.max(from, to)), 'latin1');
    from = Math.max(from, to);
    for (let offset = 0; offset < chunk.length; ) {
      const frame = framer.next(chunk, offset);
      open += chunk.toString('latin1', offset, frame.end);
      offset = frame.end;
      if (frame.kind === 'line-part' || (frame.kind === 'literal' && !frame.done)) continue;
      found.push(`${frame.kind} ${open}`);
      open = '';
      const size = frame.kind === 'line-end' ? frame.mark?.size : undefined;
      if (size !== undefined) framer.expectLiteral(size);
    }
  }
  return open === '' ? found : [...found, `open ${open}`];
}

const token = fc.constantFrom(
  ...['\r\n', '\n', '\r', ' ', '{', '}', '+', '~', '(', '"', 'a', '\0'],
  ...['0', '7', '{3}\r\n', ' {2+}\r\n', ' ~{1}\n', '12345678901234567890'],
);
const streams = fc.array(token, { maxLength: 40 }).map((tokens) => tokens.join(''));
const cuts = fc.array(fc.nat(300), { maxLength: 8 });

suite('the framer', () => {
  test('a literal is not looked at, and the line goes on behind it', () => {
    assert.deepEqual(frames('a {4}\r\n\r\n{9 {0+}\r\n\r\nb\n', []), [
      'line-end a {4}\r\n',
      'literal \r\n{9',
      'line-end  {0+}\r\n',
      'line-end \r\n',
      'line-end b\n',
    ]);
  });

  test('an announcement cut in two is one', () => {
    const stream = `${'x'.repeat(100)} ~{12345678901+}\r\n`;
    for (let cut = 1; cut < stream.length; cut++) {
      const framer = new Framer();
      assert.equal(framer.next(Buffer.from(stream.slice(0, cut)), 0).kind, 'line-part');
      const frame = framer.next(Buffer.from(stream.slice(cut)), 0);
      assert.ok(frame.kind === 'line-end');
      assert.deepEqual(frame.mark, { size: 12345678901, synchronizing: false, certain: true });
    }
  });

  test('frames joined are the stream, for all streams and cuts', () => {
    fc.assert(
      fc.property(streams, cuts, (stream, at) => {
        const joined = frames(stream, at).map((frame) => frame.slice(frame.indexOf(' ') + 1));
        assert.equal(joined.join(''), stream);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  test('lines and literals are the same for all cuts', () => {
    fc.assert(
      fc.property(streams, cuts, (stream, at) => {
        assert.deepEqual(frames(stream, at), frames(stream, []));
      }),
      { seed: 2, numRuns: 2000 },
    );
  });
});
