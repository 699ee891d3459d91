import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Outcome } from '../../../src/outcome.js';
import type { Reaction } from '../../support/smtp-peer.js';
import { submissionBench, textMessage } from '../../support/submission.js';

/* With one recipient DATA goes along with MAIL and RCPT (RFC 2920): its reply has to be dealt with whatever they came to. */

const content = 'Subject: hello\r\n\r\nhello\r\n';
const to = (...recipients: string[]) =>
  textMessage(content, { envelope: { from: 'alice@example.org', to: recipients } });
const bob = to('bob@example.net');
const MAIL = { command: 'MAIL FROM', parameter: 'alice@example.org' } as const;
const RCPT = { command: 'RCPT TO', parameter: 'bob@example.net' } as const;
const DATA = { command: 'DATA', parameter: '' } as const;
const INVALID = '451 4.5.0 The submission server gave an invalid reply; the message was not completed';

/** What the server says to the first message, and what that comes to; the second one is always accepted. */
interface Row {
  readonly says: Readonly<Record<string, Reaction>>;
  readonly outcome: Outcome;
  /** The server may go on with the same connection. */
  readonly sameConnection: boolean;
}

const no = '550 5.1.1 No\r\n';
const row = (
  says: Row['says'],
  kind: 'refused' | 'lost',
  step: typeof MAIL | typeof RCPT | typeof DATA,
  reply: string,
  sameConnection: boolean,
): Row => ({ says, outcome: { kind, refusal: { ...step, reply } }, sameConnection });
const nobody = '554 5.5.1 No valid recipients\r\n';
const sequence = '503 5.5.1 Bad sequence\r\n';

const table: Readonly<Record<string, Row>> = {
  'the recipient is refused, and DATA for want of one': row(
    { RCPT: no, DATA: nobody },
    'refused',
    RCPT,
    '550 5.1.1 No',
    true,
  ),
  'the recipient is refused, and DATA is not: no dot follows': row(
    { RCPT: no },
    'refused',
    RCPT,
    '550 5.1.1 No',
    false,
  ),
  'the recipient is refused, and DATA is answered by what is no answer to it': row(
    { RCPT: no, DATA: '250 2.0.0 Ok\r\n' },
    'refused',
    RCPT,
    '550 5.1.1 No',
    false,
  ),
  'the sender is refused, and so all that follows': row(
    { MAIL: '550 5.7.1 No\r\n', RCPT: sequence, DATA: sequence },
    'refused',
    MAIL,
    '550 5.7.1 No',
    true,
  ),
  'the sender is refused, and nothing else': row(
    { MAIL: '550 5.7.1 No\r\n' },
    'refused',
    MAIL,
    '550 5.7.1 No',
    false,
  ),
  'the recipient is refused, and the server hangs up': row(
    { RCPT: { send: no, next: 'close' } },
    'refused',
    RCPT,
    '550 5.1.1 No',
    false,
  ),
  'the recipient is refused with 421': row(
    { RCPT: { send: '421 4.7.0 Too many errors\r\n', next: 'close' } },
    'refused',
    RCPT,
    '421 4.7.0 Too many errors',
    false,
  ),
  'DATA alone is refused': row({ DATA: '451 4.3.0 Not now\r\n' }, 'refused', DATA, '451 4.3.0 Not now', true),
  'one reply too few: the go-ahead is no answer to RCPT': row({ RCPT: '' }, 'lost', RCPT, INVALID, false),
  'one reply too many: the second is no answer to DATA': row(
    { RCPT: '250 2.1.5 Ok\r\n250 2.1.5 Ok\r\n', DATA: '' },
    'lost',
    DATA,
    INVALID,
    false,
  ),
};

describe('DATA behind one recipient', () => {
  for (const [name, { says, outcome, sameConnection }] of Object.entries(table)) {
    it(name, async (test) => {
      let messages = 0;
      const { peer, submit } = await submissionBench(test, ['PIPELINING'], ({ line }) => {
        const word = line.split(/[ :]/)[0] ?? '';
        if (word === 'MAIL') messages++;
        return messages === 1 ? says[word] : undefined;
      });
      assert.deepEqual(await submit(bob), outcome);
      assert.equal((await submit(bob)).kind, 'accepted');
      assert.deepEqual(peer.accepted, [content]);
      assert.equal(peer.lines.filter((line) => line === '.').length, 0);
      assert.equal(peer.connections, sameConnection ? 1 : 2);
      assert.equal(peer.lines.includes('RSET'), sameConnection);
    });
  }

  it('is silent after a refused recipient: the refusal is what is told', async (test) => {
    const { peer, submit } = await submissionBench(
      test,
      ['PIPELINING'],
      ({ line }) => (line.startsWith('RCPT') ? no : line === 'DATA' ? 'stall' : undefined),
      { timeouts: { command: 2_000 } },
    );
    const refusal = { ...RCPT, reply: '550 5.1.1 No' };
    assert.deepEqual(await submit(bob), { kind: 'refused', refusal });
    assert.deepEqual(peer.accepted, []);
  });

  it('does not wait for the replies before it', async (test) => {
    const { submit } = await submissionBench(test, ['PIPELINING'], ({ line }) => {
      if (/^(MAIL|RCPT)/.test(line)) return '';
      return line === 'DATA' ? '250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 Go ahead\r\n' : undefined;
    });
    assert.equal((await submit(bob)).kind, 'accepted');
  });
});
