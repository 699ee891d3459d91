import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type TrialFacts, trialFinding } from '../../src/check/trial.js';
import { shown } from './facts.js';

const sent: TrialFacts = {
  kind: 'answered',
  fate: { kind: 'sent', uid: 7 },
  seconds: 0.21,
  mailbox: 'Sent',
  removed: true,
};
const reply = { code: 550, enhancedCode: '5.1.1', text: 'no such user' };
const refused = { outcome: 'NO', uid: 7, seq: 1, command: 'RCPT TO', parameter: 'b@c', reply } as const;
const answer = { status: 'NO', text: 'none went out' } as const;

describe('what became of the test message', () => {
  const table: readonly (readonly [TrialFacts, line: string])[] = [
    [sent, '+ send: a test message to b@c was accepted after 0.2 s'],
    [
      { ...sent, removed: false },
      '? send: a test message to b@c was accepted after 0.2 s; the copy in Sent could not be removed → delete it from Sent',
    ],
    [
      { ...sent, fate: { kind: 'refused', uid: 7, why: { result: refused, answer } } },
      '- send: a test message to b@c was not accepted (refused): RCPT TO b@c: 550 5.1.1 no such user → its words say why; docs/send.md has those that are of the proxy',
    ],
    [
      { ...sent, fate: { kind: 'deferred', uid: 7, why: { answer: { ...answer, code: 'UNAVAILABLE' } } } },
      '- send: a test message to b@c was not accepted (deferred): NO [UNAVAILABLE] none went out → its words say why; docs/send.md has those that are of the proxy',
    ],
    [
      { ...sent, fate: { kind: 'unknown', uid: 7, why: { answer } }, removed: false },
      '- send: a test message to b@c was not accepted (unknown): NO none went out; the copy in Sent could not be removed → it may have been accepted all the same: ask the recipient, and see the log of the submission server',
    ],
    [
      { ...sent, fate: { kind: 'gone', uid: 7 } },
      '- send: the test message was gone before it was sent → does something move mail out of that mailbox?',
    ],
    [
      { kind: 'no-session', refused: false, text: 'ECONNREFUSED' },
      '- send: proxy: ECONNREFUSED → is the proxy running there (imap-send-proxy serve)? Else name it with --server',
    ],
    [
      { kind: 'no-session', refused: true, text: 'wrong password' },
      '- send: proxy: wrong password → are --user and the password those of a mailbox?',
    ],
    [
      { kind: 'not-offered' },
      '- send: proxy does not offer SEND → name the proxy, not the server behind it, with --server',
    ],
    [
      { kind: 'not-stored', text: 'over quota' },
      '- send: the test message could not be stored: over quota → see the log of upstream',
    ],
    [
      { kind: 'interrupted', text: 'the connection was lost' },
      '- send: no answer to SEND: the connection was lost; a copy of the test message may be left in a mailbox → see the log of the proxy, and that of the submission server',
    ],
  ];
  for (const [facts, line] of table)
    test(line, () => assert.equal(shown(trialFinding(facts, 'b@c', 'proxy')), line));
});
