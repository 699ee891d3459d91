import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Transmission, type Transmitted } from '../../../src/send/message/transmission.js';
import { createDotStuffer } from '../../../src/send/smtp/dot-stuffing.js';
import { cutsOf, hashOf } from '../cuts.js';
import type { Target } from '../target.js';

interface Sent {
  readonly content: string;
  /** As it goes over the wire, up to the final dot. */
  readonly wire: string;
  readonly result: Transmitted;
}

function send(pieces: readonly Buffer[], headerLimit?: number): Sent {
  const transmission = new Transmission(headerLimit);
  const stuffer = createDotStuffer();
  let content = '';
  let wire = '';
  const emit = (slice: Buffer) => {
    content += slice.toString('latin1');
    wire += stuffer.push(slice).toString('latin1');
  };
  for (const piece of pieces) transmission.push(piece, emit);
  const result = transmission.end(emit);
  return { content, wire: `${wire}${stuffer.end().toString('latin1')}.\r\n`, result };
}

/** The content, said by regular expressions on the whole message. */
function expected(stored: string): string {
  const lines = stored.replace(/\r\n|\r|\n/g, '\r\n').replace(/(?<!\r\n|^)$/, '\r\n');
  const [, header = '', rest = ''] = /^((?:[^\r\n]+\r\n)*)(.*)$/s.exec(lines) ?? [];
  return header.replace(/^(?:resent-)?bcc(?:[ \t]|\r\n[ \t])*:.*\r\n(?:[ \t].*\r\n)*/gim, '') + rest;
}

/** What a strict server makes of the wire (RFC 5321 §4.5.2): the content, and whether anything is behind its end. */
function received(wire: string): { content: string; behind: string } {
  const end = wire.startsWith('.\r\n') ? -2 : wire.indexOf('\r\n.\r\n');
  const content = wire.slice(0, end + 2).replace(/^\./gm, '');
  return { content, behind: wire.slice(end + 5) };
}

/** No reader may see an end in it that a strict one does not (CVE-2023-51764). */
const SMUGGLED = /(?<!\r)\n|\r(?!\n)/;

export const transmission: Target = {
  name: 'transmission',
  seeds: [
    'From: a@x\r\nBcc: b@x\r\nTo: c@x\r\n\r\n.body\r\n',
    'bCC : a@x,\n\tb@x\nSubject: x\n\n..\n.\n',
    'Resent-Bcc\r\n :x\r\nTo: y',
    'From x\r\nBcc: y\r\n\r\nBcc: z\r\n.\r\n\r.\r',
    '\r\nno header',
    'Bcc: a\r\n',
    'X: a\n\r.\n\r\n.\r',
  ],
  dictionary: [
    ...[
      '\r\n',
      '\n',
      '\r',
      '\r\n\r\n',
      ' ',
      '\t',
      ':',
      '.',
      '\r\n.\r\n',
      '\n.\n',
      '\n.\r\n',
      '\r.\r',
      '\xe4',
      '\xc3\xa4',
    ],
    ...['Bcc:', 'bcc', 'Resent-Bcc:', 'Resent-', 'To: b', 'From x', '>From x', 'Bcc :', 'Bcc\r\n :'],
  ],
  check(input) {
    const stored = input.toString('latin1');
    const all = expected(stored);
    const digest = createHash('sha256').update(input).digest('hex');
    const limit = hashOf(input) % 200;
    const limited: string[] = [];
    for (const pieces of cutsOf(input)) {
      const { content, wire, result } = send(pieces);
      if (stored.includes('\0')) {
        assert.equal(result.kind, 'refused');
        continue;
      }
      assert.equal(content, all);
      assert.deepEqual(received(wire), { content: all, behind: '' });
      assert.doesNotMatch(wire, SMUGGLED);
      assert.ok(result.kind === 'complete');
      const { size, eightBit, storedSize } = result;
      assert.deepEqual([size, storedSize, result.digest], [all.length, input.length, digest]);
      assert.equal(eightBit, /[\x80-\xff]/.test(all));
      const small = send(pieces, limit).result;
      limited.push(small.kind === 'complete' ? 'complete' : small.refusal.reply);
      if (small.kind === 'complete') assert.ok(small.header.length <= limit + 2);
    }
    assert.ok(new Set(limited).size <= 1, limited.join(' or '));
  },
};
