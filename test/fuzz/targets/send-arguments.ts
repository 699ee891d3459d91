import assert from 'node:assert/strict';
import { coverageOf, isSequenceSet } from '../../../src/imap/sequence-set.js';
import { GateCaller } from '../../support/gate-caller.js';
import type { Target } from '../target.js';

/** `nz-number / "*"` (RFC 9051 §9). */
function isNumber(text: string): boolean {
  return text === '*' || (/^[1-9][0-9]*$/.test(text) && BigInt(text) < 1n << 32n);
}

/** `sequence-set` by its ABNF, one production a line. */
function isSet(text: string): boolean {
  if (text === '$') return true;
  return text.split(',').every((part) => {
    const [low = '', high, ...more] = part.split(':');
    return more.length === 0 && isNumber(low) && (high === undefined || isNumber(high));
  });
}

function covers(text: string, number: number): boolean {
  return text.split(',').some((part) => {
    const [low = 0, high = low] = part.split(':').map(Number);
    return Math.min(low, high) <= number && number <= Math.max(low, high);
  });
}

/** `SEND` and this behind it, to a gate where it would be carried out. */
function taken(argument: Buffer): string[] {
  const caller = new GateCaller({
    secure: true,
    startTls: false,
    allowCleartextLogin: true,
    replayLogin: false,
  });
  caller.server(Buffer.from('* PREAUTH hi\r\n'));
  caller.client(Buffer.concat([Buffer.from('a uid send'), argument, Buffer.from('\r\n')]));
  return caller.journal.notes;
}

export const sendArguments: Target = {
  name: 'send-arguments',
  seeds: ['1', '1:*', '$', '7,9:3', '4294967295', '4294967296', '0', '01', '*:*,1', '1,$', '1 2', '{1+}'],
  dictionary: [
    '1',
    '0',
    '9',
    '*',
    '$',
    ',',
    ':',
    ' ',
    '"',
    '(',
    ')',
    '{',
    '}',
    '+',
    '\t',
    '\r',
    '\0',
    '4294967295',
    '4294967296',
  ],
  maxLength: 600,
  check(input) {
    const text = input.toString('latin1').replaceAll('\n', '');
    assert.equal(isSequenceSet(text), isSet(text));
    if (isSet(text) && !/[*$]/.test(text)) {
      const covered = coverageOf(text);
      const near = (text.match(/\d+/g) ?? [])
        .map(Number)
        .flatMap((number) => [number - 1, number, number + 1]);
      for (const number of near) assert.equal(covered(number), covers(text, number));
    }
    // A literal, or what looks like one, is never an argument of SEND.
    const [note] = taken(Buffer.from(` ${text}`, 'latin1'));
    if (isSet(text)) assert.equal(note, `take a UID SEND ${text}`);
    else assert.ok(note === undefined || note === 'fail ambiguous-literal', note);
    // Without the blank it is another command.
    if (text !== '' && !/^[ \r(\t]/.test(text))
      assert.deepEqual(
        taken(Buffer.from(text, 'latin1')).filter((each) => each.startsWith('take')),
        [],
      );
  },
};
