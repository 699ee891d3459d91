import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createDotStuffer } from '../../../src/send/smtp/dot-stuffing.js';

/** What a receiver does (RFC 5321 §4.5.2), octet by octet and in no hurry. */
function receive(wire: string): { content: string; rest: string } {
  const lines: string[] = [];
  for (let rest = wire; ; ) {
    const end = rest.indexOf('\r\n') + 2;
    assert.ok(end > 1, 'the content ends in a dot of its own');
    const line = rest.slice(0, end);
    rest = rest.slice(end);
    if (line === '.\r\n') return { content: lines.join(''), rest };
    lines.push(line.startsWith('.') ? line.slice(1) : line);
  }
}

function stuff(pieces: readonly string[]): string {
  const stuffer = createDotStuffer();
  const pushed = pieces.map((piece) => Buffer.from(stuffer.push(Buffer.from(piece, 'latin1'))));
  return Buffer.concat([...pushed, stuffer.end()]).toString('latin1');
}

describe('stuffed content', () => {
  const table: ReadonlyArray<readonly [name: string, content: string, wire: string]> = [
    ['nothing', '', ''],
    ['no dots', 'a\r\n', 'a\r\n'],
    ['a dot alone, which would end the message', '.\r\n', '..\r\n'],
    ['a dot in front', '.a\r\n', '..a\r\n'],
    ['many dots in front', '...\r\n', '....\r\n'],
    ['dots elsewhere', 'a.\r\nb.c\r\n', 'a.\r\nb.c\r\n'],
    ['an end of message within', 'a\r\n.\r\nMAIL FROM:<x>\r\n', 'a\r\n..\r\nMAIL FROM:<x>\r\n'],
    ['no line end at the end', 'a', 'a\r\n'],
    ['a dot without a line end', 'a\r\n.', 'a\r\n..\r\n'],
    ['nothing but line feeds and dots', '\n.\n.\n.\n.\r\n', '\n..\n..\n..\n..\r\n'],
    ['all octets', '\x00\x7f\x80\xff\r\n', '\x00\x7f\x80\xff\r\n'],
  ];
  for (const [name, content, wire] of table) {
    it(name, () => {
      assert.equal(stuff([content]), wire);
      assert.equal(stuff(Array.from(content)), wire, 'octet by octet');
    });
  }
});

it('every split into three is received as the same message, and nothing is left over', () => {
  const content = '.\r\n..\r\n\r\n.\r\n.a\r\na.\r\nb\r\n.\r\n\r\n..';
  for (let first = 0; first <= content.length; first++) {
    for (let second = first; second <= content.length; second++) {
      const wire = stuff([content.slice(0, first), content.slice(first, second), content.slice(second)]);
      assert.deepEqual(
        receive(`${wire}.\r\n`),
        { content: `${content}\r\n`, rest: '' },
        `${first}, ${second}`,
      );
    }
  }
});
