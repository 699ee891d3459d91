import assert from 'node:assert/strict';
import {
  MAX_CAPABILITY_LINE,
  MAX_COMMAND_HEAD,
  MAX_FETCH_LINE,
  MAX_LOCAL_COMMAND,
} from '../../../src/imap/limits.js';
import { type Random, randomFrom } from '../../kill/random.js';
import { GateCaller, type SessionOptions } from '../../support/gate-caller.js';
import { hashOf } from '../cuts.js';
import type { Target } from '../target.js';

/** What both sides send, one after the other: what is behind one of these marks is that side's, or is done. */
const CLIENT = '\xa7C';
const SERVER = '\xa7S';
/** A FETCH of ours goes out; a command that was taken is answered. */
const FETCH = '\xa7F';
const ANSWER = '\xa7A';

interface Move {
  readonly mark: string;
  readonly octets: Buffer;
}

function movesOf(input: Buffer): Move[] {
  const text = input.toString('latin1');
  const parts = text.split(/(?=\xa7[CSFA])/);
  return parts.map((part) =>
    /^\xa7[CSFA]/.test(part)
      ? { mark: part.slice(0, 2), octets: Buffer.from(part.slice(2), 'latin1') }
      : { mark: CLIENT, octets: Buffer.from(part, 'latin1') },
  );
}

/** `longest` is how many octets are sent at once, at most. */
function play(options: SessionOptions, moves: readonly Move[], longest: number, random: Random): GateCaller {
  const caller = new GateCaller(options);
  let fetching = false;
  for (const { mark, octets } of moves) {
    if (caller.journal.notes.at(-1)?.startsWith('fail ')) break;
    if (mark === ANSWER && caller.suspended) caller.answer({ status: 'OK', text: 'done' });
    if (mark === FETCH && !fetching) {
      fetching = true;
      caller.fetch('BODY[]');
    }
    for (let from = 0; from < octets.length; ) {
      const to = from + 1 + random.below(longest);
      caller[mark === SERVER ? 'server' : 'client'](octets.subarray(from, to));
      from = to;
    }
  }
  return caller;
}

/** What can be kept of a side for want of a decision; a piece longer than that is looked at as it came. */
const MOST = {
  client: Math.max(MAX_COMMAND_HEAD, MAX_LOCAL_COMMAND),
  server: Math.max(MAX_CAPABILITY_LINE, MAX_FETCH_LINE),
};

/** Any two peers. */
export const gate: Target = {
  name: 'gate',
  seeds: [
    `${SERVER}* PREAUTH hi\r\n${CLIENT}a SEND 1\r\n${FETCH}${SERVER}* 1 FETCH (BODY[] {3}\r\nabc UID 7)\r\nP1 OK x\r\n${ANSWER}`,
    `${SERVER}* OK [CAPABILITY A STARTTLS] x\r\n${CLIENT}a LOGIN u {1}\r\n${SERVER}+ \r\n${CLIENT}p\r\n${SERVER}a OK x\r\n`,
    `${CLIENT}a STARTTLS\r\n${ANSWER}${CLIENT}b AUTHENTICATE PLAIN\r\n${SERVER}+ \r\n${CLIENT}*\r\n${SERVER}b BAD x\r\n`,
    `${SERVER}* PREAUTH x\r\n${CLIENT}a IDLE\r\n${SERVER}+ \r\n* 1 EXISTS\r\n${CLIENT}DONE\r\n${SERVER}a OK x\r\n`,
    `${SERVER}* PREAUTH x\r\n${CLIENT}a ENABLE UIDONLY\r\nb COMPRESS DEFLATE\r\nc UID SEND {2+}\r\nxx\r\n`,
    `${SERVER}* PREAUTH x\r\n${FETCH}${SERVER}* 1 FETCH (BODY[] NIL FLAGS ())\r\n* 2 EXPUNGE\r\n* VANISHED 3\r\nP1 NO x\r\n`,
  ],
  dictionary: [
    ...[
      CLIENT,
      SERVER,
      FETCH,
      ANSWER,
      '\r\n',
      '\n',
      '\r',
      ' ',
      '"',
      '\\',
      '(',
      ')',
      '{',
      '}',
      '+',
      '*',
      '\0',
      '\xff',
      'a',
      'b',
    ],
    ...[
      'a NOOP\r\n',
      'a LOGIN u p\r\n',
      'b AUTHENTICATE PLAIN\r\n',
      ' AHUAcA==\r\n',
      'd UNAUTHENTICATE\r\n',
      'c IDLE\r\n',
    ],
    ...[
      'b APPEND x ',
      '{3}\r\n',
      '{3+}\r\n',
      '~{0}\r\n',
      '{0+}\r\n',
      ' {12345678901234567890}\r\n',
      '{5+}\rx',
      'b ENABLE ',
    ],
    ...[
      'a SEND 1\r\n',
      'c UID SEND ',
      'a STARTTLS\r\n',
      'UIDONLY',
      'AUTHENTICATE GSSAPI',
      '* PREAUTH x\r\n',
      '* BYE x\r\n',
    ],
    ...[
      '* OK x {5}\r\n',
      '* BAD x\r\n',
      '* 1 EXISTS\r\n',
      '* LIST () "/" {3}\r\n',
      'a OK x\r\n',
      'b NO x\r\n',
      'c BAD x\r\n',
      '+ \r\n',
    ],
    ...[
      '* CAPABILITY A STARTTLS SEND\r\n',
      'b OK [CAPABILITY A] x\r\n',
      '* 1 FETCH (UID 7 BODY[] {3}\r\n',
      ' UID 7)\r\n',
      'P1 OK x\r\n',
    ],
  ],
  // Beyond all limits: what is longer must not be kept.
  maxLength: 3 * MAX_LOCAL_COMMAND,
  check(input) {
    const bits = hashOf(input);
    const options = {
      secure: (bits & 1) !== 0,
      startTls: (bits & 2) !== 0,
      allowCleartextLogin: (bits & 4) !== 0,
      replayLogin: (bits & 8) !== 0,
    };
    const moves = movesOf(input);
    const whole = play(options, moves, Number.MAX_SAFE_INTEGER, randomFrom(bits));
    const longest = input.length > 1000 ? 3000 : 1 + ((bits >>> 4) % 40);
    const cut = play(options, moves, longest, randomFrom(bits));
    assert.equal(cut.journal.text, whole.journal.text, 'other pieces, other decisions');
    const { client, server } = cut.mostKept;
    assert.ok(client <= MOST.client + longest, `${client} octets of the client are kept`);
    assert.ok(server <= MOST.server + longest, `${server} octets of the server are kept`);
    // What goes upstream is the client's, in its order; only what the proxy answers itself is left out.
    const sent = moves
      .filter(({ mark }) => mark !== SERVER)
      .map(({ octets }) => octets.toString('latin1'))
      .join('');
    assert.ok(isLeftOf(whole.journal.all('U'), sent), 'octets that the client did not send');
  },
};

/** Whether `part` is what is left of `all` when some stretches are taken out. */
function isLeftOf(part: string, all: string): boolean {
  let at = 0;
  for (const character of part) {
    at = all.indexOf(character, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
