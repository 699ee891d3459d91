import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { splitMbox } from '../../src/client/mbox.js';

/** What comes out, when it comes in pieces of that many octets. */
async function split(mbox: string, size: number, maxOctets = 1000): Promise<string[]> {
  async function* pieces(): AsyncGenerator<Buffer> {
    const octets = Buffer.from(mbox);
    for (let at = 0; at < octets.length; at += size) yield octets.subarray(at, at + size);
  }
  const messages: string[] = [];
  for await (const message of splitMbox(pieces(), maxOctets)) {
    messages.push('problem' in message ? message.problem : message.octets.toString());
  }
  return messages;
}

const from = 'From anna@example.org Mon Nov 23 21:22:34 2026\n';

const boxes: readonly [what: string, mbox: string, messages: string[]][] = [
  ['one message', `${from}A: 1\n\nhi\n`, ['A: 1\n\nhi\n']],
  [
    'two, with the empty line of the mbox',
    `${from}A: 1\n\nhi\n\n${from}B: 2\n\nho\n\n`,
    ['A: 1\n\nhi\n', 'B: 2\n\nho\n'],
  ],
  [
    'an empty line at the end of a message',
    `${from}A: 1\n\nhi\n\n\n${from}B: 2\n`,
    ['A: 1\n\nhi\n\n', 'B: 2\n'],
  ],
  ['CRLF', `${from}A: 1\n\nhi\n\n${from}B: 2\n`.replaceAll('\n', '\r\n'), ['A: 1\r\n\r\nhi\r\n', 'B: 2\r\n']],
  ['quoted lines', `${from}A: 1\n\n>From me\n>>From me\n> From\n`, ['A: 1\n\nFrom me\n>From me\n> From\n']],
  [
    'text that begins with From',
    `${from}A: 1\n\nFrom here\n\nFrom there\n`,
    ['A: 1\n\nFrom here\n\nFrom there\n'],
  ],
  ['an envelope line in a paragraph', `${from}A: 1\n\nhi\n${from}ho\n`, [`A: 1\n\nhi\n${from}ho\n`]],
  ['no line end', `${from}A: 1\n\nhi`, ['A: 1\n\nhi']],
  [
    'other dates',
    'From x\nA: 1\n\nFrom - Fri Jul  8 12:08:34 2011\nA: 2\n\nFrom MAILER-DAEMON Fri, 8 Jul 2011 12:08:34 +0200 2011\nA: 3\n',
    ['A: 1\n', 'A: 2\n', 'A: 3\n'],
  ],
  ['what stands before the first message', `junk\n\n${from}A: 1\n`, ['A: 1\n']],
  [
    'too large a message, and the next',
    `${from}A: ${'x'.repeat(1000)}\n\n${from}B: 2\n`,
    ['larger than 1000 octets', 'B: 2\n'],
  ],
  ['one of just the size', `${from}A: ${'x'.repeat(996)}\n`, [`A: ${'x'.repeat(996)}\n`]],
  [
    'too large a message of short lines',
    `${from}${'A: 1\n'.repeat(201)}\n${from}B: 2\n`,
    ['larger than 1000 octets', 'B: 2\n'],
  ],
  ['nothing', '', []],
];

describe('an mbox, however it comes in pieces, with', () => {
  for (const [what, mbox, messages] of boxes) {
    test(what, async () => {
      for (const size of [1, 2, 7, 64, 1_000_000])
        assert.deepEqual(await split(mbox, size), messages, `${size}`);
    });
  }
});
