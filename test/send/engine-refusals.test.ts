import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRates } from '../../src/ledger/rates.js';
import type { Outcome } from '../../src/outcome.js';
import { loginOnly } from '../../src/send/sender-policy.js';
import { LIMIT, NONE, plays, rows, UNAVAILABLE } from './support/plays.js';
import {
  ACCEPTED,
  createWorld,
  heldSubmissions,
  refusedBy,
  stored,
  storedMessages,
  type WorldOptions,
} from './support/send-world.js';

const notAttempted = (why: string): string => `"MAIL FROM" "" "421 4.3.2 Not attempted: ${why}"`;
const NOT_ATTEMPTED = notAttempted('the connection to the submission server failed');

describe('a message may not go out', () => {
  const everybody = Array.from({ length: 6 }, (_, index) => `r${index + 1}@example.net`).join(', ');
  rows({
    'its header names no envelope': {
      mailbox: [{ uid: 101, octets: Buffer.from('Subject: nobody\r\n\r\n') }],
      lines: ['1 NO "MAIL FROM" "" "550 5.1.7 The message has no From field"'],
      answer: NONE,
    },
    'the sender policy': {
      world: { senderPolicy: loginOnly(undefined) },
      mailbox: [{ uid: 101, octets: Buffer.from('From: eve@example.org\r\nTo: b@example.net\r\n\r\n') }],
      lines: ['1 NO "MAIL FROM" "eve@example.org" "550 5.7.1 This login may not send as this address"'],
      answer:
        'NO [NOPERM] SEND: you may not send this, no message was sent (550 5.7.1 This login may not send as this address)',
    },
    'too many recipients: the first that is one too many is named': {
      mailbox: [stored(101, `Cc: ${everybody}\r\n`)],
      lines: ['1 NO "RCPT TO" "r5@example.net" "452 4.5.3 7 recipients, at most 5 are allowed"'],
      answer: `${LIMIT} (452 4.5.3 7 recipients, at most 5 are allowed)`,
    },
    'the messages of this hour are used up': {
      world: { rates: createRates({ messages: { count: 2, seconds: 3600 } }), parallel: 1 },
      lines: [
        '1 OK',
        '2 OK',
        '3 NO "MAIL FROM" "anna@example.org" "451 4.7.1 Too many messages for this login, try again in 3600 s"',
      ],
      answer: 'OK SEND completed',
    },
    'the recipients of this day are used up': {
      world: { rates: createRates({ recipients: { count: 4, seconds: 86_400 } }), parallel: 1 },
      mailbox: [stored(101, 'Cc: c@x.org, d@x.org\r\n'), stored(102, 'Cc: c@x.org\r\n')],
      lines: [
        '1 OK',
        '2 NO "MAIL FROM" "anna@example.org" "451 4.7.1 Too many recipients for this login, try again in 86400 s"',
      ],
      answer: 'OK SEND completed',
    },
    'more recipients than the rate allows in all': {
      world: { rates: createRates({ recipients: { count: 4, seconds: 86_400 } }) },
      mailbox: [stored(101, 'Cc: c@x.org, d@x.org, e@x.org, f@x.org\r\n')],
      lines: [
        '1 NO "MAIL FROM" "anna@example.org" "550 5.7.1 More recipients than this login may ever send at once"',
      ],
      answer: `${LIMIT} (550 5.7.1 More recipients than this login may ever send at once)`,
    },
    'refused messages do not use up the rate': {
      world: {
        rates: createRates({ messages: { count: 1, seconds: 3600 } }),
        parallel: 1,
        submit: (uid) => (uid === 103 ? ACCEPTED : refusedBy('550 No', 'DATA')),
      },
      lines: ['1 NO "DATA" "" "550 No"', '2 NO "DATA" "" "550 No"', '3 OK'],
      answer: 'OK SEND completed',
    },
  });
});

describe('the submission server fails: no further message is attempted, and each of the rest has its line', () => {
  const refusal = { command: 'DATA', parameter: '', reply: '421 4.4.2 Gone' } as const;
  const failing = (at: number, outcome: Outcome): WorldOptions => ({
    parallel: 1,
    submit: (uid) => (uid === at ? outcome : ACCEPTED),
  });
  const GONE = '"DATA" "" "421 4.4.2 Gone"';

  const table: readonly [Outcome, answer: string][] = [
    [{ kind: 'lost', refusal }, `${UNAVAILABLE} (421 4.4.2 Gone)`],
    [{ kind: 'unavailable', cause: 'connection', refusal }, `${UNAVAILABLE} (421 4.4.2 Gone)`],
    [{ kind: 'unavailable', cause: 'tls', refusal }, `${UNAVAILABLE} (421 4.4.2 Gone)`],
    [
      { kind: 'unavailable', cause: 'login', refusal },
      'NO [NOPERM] SEND: you may not send this, no message was sent (421 4.4.2 Gone)',
    ],
    [
      { kind: 'unknown', refusal },
      'NO SEND failed, a message may have been accepted: its outcome is unknown',
    ],
  ];
  for (const [outcome, answer] of table) {
    const name = [outcome.kind, 'cause' in outcome ? outcome.cause : ''].join(' ').trim();
    const rest = name.endsWith('login')
      ? notAttempted('the submission server refused the login')
      : NOT_ATTEMPTED;
    test(`${name}, first message`, async () => {
      const submitted: number[] = [];
      const world = failing(101, outcome);
      await plays({
        world: {
          ...world,
          submit: (uid, ...others) => {
            submitted.push(uid);
            return world.submit!(uid, ...others);
          },
        },
        lines: [`1 NO ${GONE}`, `2 NO ${rest}`, `3 NO ${rest}`],
        answer,
      });
      assert.deepEqual(submitted, [101]);
    });
    test(`${name}, in the middle`, () =>
      plays({
        world: failing(102, outcome),
        lines: ['1 OK', `2 NO ${GONE}`, `3 NO ${rest}`],
        answer: 'OK SEND completed',
      }));
  }

  test('those under way are finished, and what they say counts', async () => {
    const submissions = heldSubmissions();
    const world = createWorld({ parallel: 2, submit: submissions.submit });
    const session = world.session({ mailbox: storedMessages(4) });
    const sending = world.send(session);
    await submissions.settle(102, { kind: 'lost', refusal });
    await submissions.settle(101);
    assert.equal((await sending).answer.status, 'OK');
    assert.deepEqual(session.lines, [
      '* 1 SEND (101 OK NIL)',
      `* 2 SEND (102 NO (${GONE}))`,
      `* 3 SEND (103 NO (${NOT_ATTEMPTED}))`,
      `* 4 SEND (104 NO (${NOT_ATTEMPTED}))`,
    ]);
  });

  test('a refusal is no failure of the server', () =>
    plays({
      world: { parallel: 1, submit: (uid) => (uid === 101 ? refusedBy('550 5.1.1 Unknown') : ACCEPTED) },
      lines: ['1 NO "RCPT TO" "x@example.net" "550 5.1.1 Unknown"', '2 OK', '3 OK'],
      answer: 'OK SEND completed',
    }));
});
