import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ResponseCode } from '../../src/imap/status.js';
import type { Outcome } from '../../src/outcome.js';
import {
  answerFor,
  endsBatch,
  type MessageResult,
  notAttempted,
  refusal,
  resultOf,
} from '../../src/send/result.js';

const refused = (reply: string) => ({ command: 'DATA', parameter: '', reply }) as const;
const accepted: Outcome = { kind: 'accepted', reply: '250 Ok' };
const unknown: Outcome = { kind: 'unknown', refusal: refused('451 4.4.2 outcome unknown') };
const unavailable = (cause: 'connection' | 'tls' | 'login'): Outcome => ({
  kind: 'unavailable',
  cause,
  refusal: refused('421 gone'),
});

describe('what is reported for an outcome, and whether the next message is attempted', () => {
  const table: readonly [Outcome, MessageResult['wentOut'], ResponseCode | undefined, goesOn: boolean][] = [
    [accepted, 'yes', undefined, true],
    [{ kind: 'refused', refusal: refused('550 No') }, 'no', undefined, true],
    [{ kind: 'lost', refusal: refused('451 Lost') }, 'no', 'UNAVAILABLE', false],
    [unknown, 'unknown', undefined, false],
    [unavailable('connection'), 'no', 'UNAVAILABLE', false],
    [unavailable('tls'), 'no', 'UNAVAILABLE', false],
    [unavailable('login'), 'no', 'NOPERM', false],
  ];
  for (const [outcome, wentOut, code, goesOn] of table) {
    test([outcome.kind, 'cause' in outcome ? outcome.cause : ''].join(' ').trim(), () => {
      const result = resultOf(outcome);
      const expected = { wentOut, code, refusal: 'refusal' in outcome ? outcome.refusal : undefined };
      assert.deepEqual(result, expected);
      assert.equal(endsBatch(outcome), !goesOn);
    });
  }
});

test('a message that was not tried says why, as a refusal of MAIL FROM', () => {
  assert.deepEqual(notAttempted('the session is ending'), {
    wentOut: 'no',
    refusal: {
      command: 'MAIL FROM',
      parameter: '',
      reply: '421 4.3.2 Not attempted: the session is ending',
    },
    code: undefined,
  });
});

describe('the tagged answer', () => {
  const sent = resultOf(accepted);
  const doubtful = resultOf(unknown);
  const plain = refusal(refused('550 5.1.1 No such user'));
  const coded = (code: ResponseCode, reply = `550 ${code}`) => refusal(refused(reply), code);
  const all = [coded('LIMIT'), coded('NOPERM'), coded('UNAVAILABLE'), coded('SERVERBUG')];
  const table: readonly [name: string, results: readonly MessageResult[], answer: string][] = [
    ['nothing matched', [], 'OK SEND completed'],
    ['one went out', [sent], 'OK SEND completed'],
    ['one of several went out', [plain, ...all, doubtful, sent], 'OK SEND completed'],
    ['refused by the server', [plain, plain], 'NO SEND failed, no message was accepted'],
    ['a limit', [coded('LIMIT')], 'NO [LIMIT] SEND: a limit of this proxy, no message was sent (550 LIMIT)'],
    [
      'not permitted',
      [coded('NOPERM')],
      'NO [NOPERM] SEND: you may not send this, no message was sent (550 NOPERM)',
    ],
    [
      'unavailable',
      [coded('UNAVAILABLE')],
      'NO [UNAVAILABLE] SEND: not possible now, no message was sent (550 UNAVAILABLE)',
    ],
    [
      'a fault',
      [coded('SERVERBUG')],
      'NO [SERVERBUG] SEND: the proxy could not carry it out, no message was sent (550 SERVERBUG)',
    ],
    [
      'a code beside a refusal without',
      [plain, coded('LIMIT')],
      'NO [LIMIT] SEND: a limit of this proxy, no message was sent (550 LIMIT)',
    ],
    [
      'SERVERBUG before all',
      all,
      'NO [SERVERBUG] SEND: the proxy could not carry it out, no message was sent (550 SERVERBUG)',
    ],
    [
      'UNAVAILABLE before NOPERM and LIMIT',
      all.slice(0, 3),
      'NO [UNAVAILABLE] SEND: not possible now, no message was sent (550 UNAVAILABLE)',
    ],
    [
      'NOPERM before LIMIT',
      all.slice(0, 2),
      'NO [NOPERM] SEND: you may not send this, no message was sent (550 NOPERM)',
    ],
    [
      'the words of the first with that code',
      [coded('UNAVAILABLE', '421 first'), coded('UNAVAILABLE', '421 second')],
      'NO [UNAVAILABLE] SEND: not possible now, no message was sent (421 first)',
    ],
    [
      'nobody knows: that none was sent would be a guess',
      [plain, doubtful, ...all],
      'NO SEND failed, a message may have been accepted: its outcome is unknown',
    ],
  ];
  for (const [name, results, expected] of table) {
    test(name, () => {
      const { status, code, text } = answerFor('SEND', results);
      assert.equal([status, ...(code === undefined ? [] : [`[${code}]`]), text].join(' '), expected);
    });
  }

  test('names UID SEND where that was the command', () => {
    assert.deepEqual(answerFor('UID SEND', [sent]), { status: 'OK', text: 'UID SEND completed' });
    assert.match(answerFor('UID SEND', [plain]).text, /^UID SEND failed/);
  });
});
