import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { ConnectError } from '../../src/client/connect.js';
import {
  type Delivery,
  MailboxError,
  SendInterruptedError,
  SendNotOfferedError,
  type Why,
} from '../../src/client/index.js';
import { exitOf, outcomeOf, outcomeOfError } from '../../src/sendmail/outcome.js';
import { EXIT, SendmailError } from '../../src/sendmail/sysexits.js';

const answer = { status: 'NO', text: 'said' } as const;
const why = (command: string, code: number, enhancedCode?: string): Why => ({
  answer,
  result: {
    seq: 1,
    uid: 7,
    outcome: 'NO',
    command,
    parameter: 'bob@example.com',
    reply: { code, text: 'no', ...(enhancedCode !== undefined && { enhancedCode }) },
  },
});
const refused = (reason: Why): Delivery => ({ kind: 'refused', uid: 7, why: reason });

const deliveries: readonly [delivery: Delivery, exit: number, text: string][] = [
  [{ kind: 'sent', uid: 7, before: false }, 0, 'sent: UID 7 in Sent'],
  [{ kind: 'sent', uid: 7, before: true }, 0, 'sent before: UID 7 in Sent'],
  [refused(why('RCPT TO', 550, '5.1.1')), 67, 'refused: RCPT TO bob@example.com: 550 5.1.1 no'],
  [refused(why('RCPT TO', 550)), 67, 'refused: RCPT TO bob@example.com: 550 no'],
  [refused(why('RCPT TO', 550, '5.1.2')), 68, 'refused: RCPT TO bob@example.com: 550 5.1.2 no'],
  [refused(why('RCPT TO', 550, '5.7.1')), 77, 'refused: RCPT TO bob@example.com: 550 5.7.1 no'],
  [refused(why('MAIL FROM', 553, '5.1.8')), 77, 'refused: MAIL FROM bob@example.com: 553 5.1.8 no'],
  [refused(why('DATA', 554, '5.6.0')), 65, 'refused: DATA bob@example.com: 554 5.6.0 no'],
  [refused(why('DATA', 554, '5.3.4')), 69, 'refused: DATA bob@example.com: 554 5.3.4 no'],
  [refused({ answer: { ...answer, code: 'NOPERM' } }), 77, 'refused: said'],
  [refused({ answer }), 69, 'refused: said'],
  [
    { kind: 'deferred', uid: 7, why: why('RCPT TO', 451, '4.2.0') },
    75,
    'not now: RCPT TO bob@example.com: 451 4.2.0 no',
  ],
  [{ kind: 'gone', uid: 7 }, 75, 'somebody took the message out of Sent before it was sent'],
  [
    { kind: 'unknown', uid: 7, why: why('DATA', 451, '4.4.2') },
    69,
    'it may have been sent, nobody knows: DATA bob@example.com: 451 4.4.2 no. It is UID 7 in Sent',
  ],
  [{ kind: 'unmarked', uid: 7 }, 69, 'it is in Sent already, as UID 7, and may have been sent'],
  [{ kind: 'not-stored', text: 'Over\x1b quota' }, 69, 'the mail server did not store it: Over? quota'],
  [{ kind: 'unusable', problem: 'empty' }, 65, 'the message is not one: empty'],
];

describe('what became of a message is an exit code and a line:', () => {
  for (const [delivery, exit, text] of deliveries) {
    test(`${delivery.kind}: ${exit} ${text}`, () => {
      const outcome = outcomeOf(delivery, 'Sent');
      assert.deepEqual([exitOf(outcome), outcome.text], [exit, text]);
    });
  }
});

const system = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
const errors: readonly [error: Error, exit: number, kind: string][] = [
  [new ConnectError('unreachable', 'refused', system), 75, 'later'],
  [new ConnectError('login', 'the server refuses the login: no', system), 77, 'setup'],
  [new SendInterruptedError([], true, system), 75, 'later'],
  [new SendNotOfferedError(), 69, 'setup'],
  [new MailboxError('cannot open Sent: no'), 78, 'setup'],
  [new SendmailError(EXIT.TEMPFAIL, 'password-command failed'), 75, 'later'],
  [new SendmailError(EXIT.CONFIG, 'no account'), 78, 'setup'],
  [system, 75, 'later'],
  [Object.assign(new Error('Command failed'), { responseStatus: 'NO' }), 75, 'later'],
];

describe('so is an error:', () => {
  for (const [error, exit, kind] of errors) {
    test(`${error.name}: ${error.message}`, () => {
      const outcome = outcomeOfError(error);
      assert.deepEqual([exitOf(outcome), outcome.kind], [exit, kind]);
    });
  }

  test('a fault of ours is none', () => {
    assert.throws(() => outcomeOfError(new TypeError('x is undefined')), TypeError);
  });
});

test('the document and --help have each exit code', async () => {
  const document = await readFile(new URL('../../../docs/sendmail.md', import.meta.url), 'utf8');
  const rows = [...document.matchAll(/^\| (\d+) \| `EX_(\w+)` \|/gm)].map(([, code, name]) => [
    name,
    Number(code),
  ]);
  assert.deepEqual(Object.fromEntries(rows), EXIT);
});
