import type { Outcome } from '../../../src/outcome.js';
import type { Reaction } from '../../support/smtp-peer.js';

/** A way in which a submission server can fail at a command. */
export interface Fault {
  readonly reaction: (line: string) => Reaction;
  /** Before the final dot, and after it. */
  readonly expected: readonly [Expected, Expected];
  /** Whether the server has accepted the message when the fault comes after the final dot. */
  readonly accepts?: boolean;
  readonly stalls?: boolean;
}
export type Expected = readonly [kind: Outcome['kind'], reply: string];

const CLOSED = '451 4.4.2 Connection to the submission server was lost before the message was complete';
const TIMEOUT = '451 4.4.2 The submission server did not answer in time; the message was not completed';
const INVALID = '451 4.5.0 The submission server gave an invalid reply; the message was not completed';
const UNKNOWN = [
  'unknown',
  '451 4.4.2 Connection to the submission server was lost after the message was complete: ' +
    'outcome unknown, it may have been accepted',
] as const;

const refused = (reply: string) =>
  [
    ['refused', reply],
    ['refused', reply],
  ] as const;
const lost = (reply: string) => [['lost', reply], UNKNOWN] as const;
const always = (reaction: Reaction) => () => reaction;

export const faults: Readonly<Record<string, Fault>> = {
  '4yz': { reaction: always('451 4.3.0 Not now\r\n'), expected: refused('451 4.3.0 Not now') },
  '5yz': { reaction: always('550 5.7.1 Never\r\n'), expected: refused('550 5.7.1 Never') },
  'a multi-line refusal': {
    reaction: always('550-5.7.1 Never\r\n550 5.7.1 ever\r\n'),
    expected: refused('550 5.7.1 Never ever'),
  },
  '421 and close': {
    reaction: always({ send: '421 4.3.2 Going down\r\n', next: 'close' }),
    expected: refused('421 4.3.2 Going down'),
  },
  '421 and no close': {
    reaction: always('421 4.3.2 Going down\r\n'),
    expected: refused('421 4.3.2 Going down'),
  },
  garbage: { reaction: always('What?\r\n'), expected: lost(INVALID) },
  'two codes in one reply': {
    reaction: always('250-Yes\r\n550 No\r\n'),
    expected: lost(INVALID),
    accepts: true,
  },
  'the reply to another command': {
    reaction: (line) => (line === 'DATA' ? '250 2.0.0 Ok\r\n' : '354 Go ahead\r\n'),
    expected: lost(INVALID),
  },
  'a reply cut short': {
    reaction: always({ send: '250-2.0.0 Tak', next: 'close' }),
    expected: lost(CLOSED),
    accepts: true,
  },
  close: { reaction: always('close'), expected: lost(CLOSED) },
  reset: { reaction: always('reset'), expected: lost(CLOSED) },
  stall: { reaction: always('stall'), expected: lost(TIMEOUT), stalls: true },
  'a line without end, octet by octet': {
    reaction: always({ send: '2', next: 'trickle' }),
    expected: lost(TIMEOUT),
    stalls: true,
  },
  'lines without end, octet by octet': {
    reaction: always({ send: '250-go on\r\n', next: 'trickle' }),
    expected: lost(TIMEOUT),
    stalls: true,
  },
  'empty lines without end': {
    reaction: always({ send: '\r\n'.repeat(100_000), next: 'stall' }),
    expected: lost(CLOSED),
  },
};
