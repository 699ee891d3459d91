import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { Transmission } from '../../../src/send/message/transmission.js';

/** Line ends of all kinds and what tells fields apart, so that short messages meet all of it. */
const token = fc.constantFrom(
  ...[
    '\r\n',
    '\r\n',
    '\r',
    '\n',
    ' ',
    '\t',
    ':',
    '.',
    'a',
    'To: b',
    'Bcc:',
    'bCC \t:',
    'Resent-Bcc: c',
    'From x',
    '\xe4',
  ],
);
const message = fc.array(token, { maxLength: 40 }).map((tokens) => tokens.join(''));
const splits = fc.array(fc.nat(200), { maxLength: 6 });

function transmit(stored: string, at: readonly number[]): string {
  const octets = Buffer.from(stored, 'latin1');
  const transmission = new Transmission();
  let transmitted = '';
  const emit = (slice: Buffer) => {
    transmitted += slice.toString('latin1');
  };
  let from = 0;
  for (const to of [...at].sort((a, b) => a - b).concat(octets.length)) {
    transmission.push(octets.subarray(from, Math.max(from, to)), emit);
    from = Math.max(from, to);
  }
  const result = transmission.end(emit);
  assert.ok(result.kind === 'complete');
  assert.equal(result.size, transmitted.length);
  return transmitted;
}

/** The same, said by regular expressions on the whole message. */
function expected(stored: string): string {
  const lines = stored.replace(/\r\n|\r|\n/g, '\r\n').replace(/(?<!\r\n|^)$/, '\r\n');
  const [, header = '', rest = ''] = /^((?:[^\r\n]+\r\n)*)(.*)$/s.exec(lines) ?? [];
  return header.replace(/^(?:resent-)?bcc(?:[ \t]|\r\n[ \t])*:.*\r\n(?:[ \t].*\r\n)*/gim, '') + rest;
}

suite('properties of the transmitted octets', () => {
  test('they are the stored ones with CRLF line ends and without Bcc fields, however they are split', () => {
    fc.assert(
      fc.property(message, splits, (stored, at) => {
        assert.equal(transmit(stored, at), expected(stored));
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  test('they have no bare CR, no bare LF, and end in CRLF', () => {
    fc.assert(
      fc.property(message, splits, (stored, at) => {
        assert.match(transmit(stored, at), /^(?:[^\r\n]|\r\n)*(?<![^\n])$/);
      }),
      { seed: 2, numRuns: 1000 },
    );
  });

  test('transmitting what was transmitted changes nothing', () => {
    fc.assert(
      fc.property(message, splits, (stored, at) => {
        const once = transmit(stored, []);
        assert.equal(transmit(once, at), once);
      }),
      { seed: 3 },
    );
  });
});
