import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Claim, Ledger, RecordedOutcome } from '../../src/ledger/ledger.js';
import type { Amounts, Rates } from '../../src/ledger/rates.js';
import type { Outcome } from '../../src/outcome.js';
import type { ReadyMessage } from '../../src/send/fetched-message.js';
import { Transmission } from '../../src/send/message/transmission.js';
import type { Message } from '../../src/send/message.js';
import { leaveToSubmissionServer } from '../../src/send/sender-policy.js';
import { Spool } from '../../src/send/spool.js';
import { type Sent, submitOnce } from '../../src/send/submit-once.js';
import { ScriptedCommandSession } from './support/scripted-command-session.js';

const HEADER = 'From: anna@example.org\r\nTo: b@example.net, c@example.net\r\n';

async function ready(text: string): Promise<ReadyMessage> {
  const spool = new Spool({ directory: '/' });
  const transmission = new Transmission();
  transmission.push(Buffer.from(text, 'latin1'), (slice) => spool.write(slice));
  const facts = transmission.end((slice) => spool.write(slice));
  await spool.end();
  assert.ok(facts.kind === 'complete');
  return { kind: 'ready', spool, facts };
}

interface Run {
  readonly sent: Sent;
  /** What was asked of ledger, rates and submitter, in order. */
  readonly asked: readonly string[];
  readonly keys: ReadonlySet<string>;
  readonly message: Message | undefined;
  readonly content: string;
}

interface Given {
  readonly text?: string;
  readonly user?: string;
  readonly claim?: Claim;
  readonly outcome?: Outcome;
  readonly outOfRate?: boolean;
}

async function run({
  text = `${HEADER}\r\nhello\r\n`,
  user = 'anna',
  claim = { kind: 'claimed' },
  outcome = { kind: 'accepted', reply: '250 Ok' },
  outOfRate = false,
}: Given): Promise<Run> {
  const asked: string[] = [];
  const keys = new Set<string>();
  const ask = (what: string, key: string): void => {
    asked.push(what);
    keys.add(key);
  };
  const ledger: Ledger = {
    async claim(key) {
      ask('claim', key);
      return claim;
    },
    handover: async (key) => ask('handover', key),
    settle: async (key, _session, { kind }: RecordedOutcome) => ask(`settle ${kind}`, key),
    release: async (key) => ask('release', key),
    acknowledge: async (key) => ask('acknowledge', key),
    abandon: async (key) => ask('abandon', key),
    close: async () => {},
  };
  const amount = ({ messages, recipients }: Amounts): string => `${messages} to ${recipients}`;
  const rates: Rates = {
    async reserve(login, amounts) {
      asked.push(`reserve ${login} ${amount(amounts)}`);
      return outOfRate ? { ok: false, limit: 'messages', retryAfterSeconds: 60 } : { ok: true };
    },
    async refund(login, amounts) {
      asked.push(`refund ${login} ${amount(amounts)}`);
    },
  };
  const seen: { message?: Message; content: string } = { content: '' };
  const submitter = {
    async submit(_identity: unknown, message: Message, handover: () => Promise<void>) {
      asked.push('submit');
      seen.message = message;
      const chunks: Buffer[] = [];
      for await (const chunk of message.open()) chunks.push(Buffer.from(chunk));
      seen.content = Buffer.concat(chunks).toString('latin1');
      if (outcome.kind === 'accepted' || outcome.kind === 'unknown') await handover();
      return outcome;
    },
    close: async () => {},
  };
  const log = { event: () => {} };
  const options = { submitter, ledger, rates, log, senderPolicy: leaveToSubmissionServer, maxRecipients: 9 };
  const session = new ScriptedCommandSession({ mailbox: [], login: { user, method: 'LOGIN' } });
  const sent = await submitOnce(options, session, { kind: 'none' }, await ready(text));
  return { sent, asked, keys, message: seen.message, content: seen.content };
}

const refusal = { command: 'DATA', parameter: '', reply: '550 No' } as const;

describe('what is asked, and in which order', () => {
  const begin = ['claim', 'reserve anna 1 to 2', 'submit'];
  const table: readonly [name: string, given: Given, asked: readonly string[]][] = [
    ['accepted', {}, [...begin, 'handover', 'settle accepted']],
    [
      'unknown: recorded, and counted, for it may have gone out',
      { outcome: { kind: 'unknown', refusal } },
      [...begin, 'handover', 'settle unknown'],
    ],
    [
      'refused: recorded, not counted',
      { outcome: { kind: 'refused', refusal } },
      [...begin, 'refund anna 1 to 2', 'settle refused'],
    ],
    ['lost: neither', { outcome: { kind: 'lost', refusal } }, [...begin, 'refund anna 1 to 2', 'release']],
    [
      'unavailable: neither',
      { outcome: { kind: 'unavailable', cause: 'connection', refusal } },
      [...begin, 'refund anna 1 to 2', 'release'],
    ],
    ['out of rate: not submitted', { outOfRate: true }, ['claim', 'reserve anna 1 to 2', 'release']],
    [
      'recorded: neither counted nor submitted',
      { claim: { kind: 'recorded', outcome: { kind: 'refused', refusal } } },
      ['claim'],
    ],
    ['no envelope: not even claimed', { text: 'Subject: x\r\n\r\n' }, []],
  ];
  for (const [name, given, asked] of table) {
    test(name, async () => assert.deepEqual((await run(given)).asked, asked));
  }
});

test('an outcome that was recorded is reported as such, and waits to be seen like any other', async () => {
  const outcome = { kind: 'accepted', reply: '250 2.0.0 Earlier' } as const;
  const { sent, keys } = await run({ claim: { kind: 'recorded', outcome } });
  assert.deepEqual([sent.repeated, sent.outcome, sent.result.wentOut], [true, outcome, 'yes']);
  assert.deepEqual([sent.answered?.key], [...keys]);
});

test('only what the ledger recorded waits to be seen', async () => {
  const { sent: accepted, keys } = await run({});
  assert.deepEqual([accepted.answered?.key], [...keys]);
  const { sent: lost } = await run({ outcome: { kind: 'lost', refusal } });
  assert.equal(lost.answered, undefined);
});

describe('the same message', () => {
  const keyOf = async (given: Given): Promise<string> => {
    const [key = '', ...others] = (await run(given)).keys;
    assert.deepEqual(others, []);
    return key;
  };
  const text = `${HEADER}\r\nhello\r\n`;

  test('is the same login and the same octets', async () => {
    assert.equal(await keyOf({ text }), await keyOf({ text }));
  });
  const others: readonly [name: string, Given][] = [
    ['another login', { text, user: 'bert' }],
    ['another body', { text: `${HEADER}\r\nhallo\r\n` }],
    ['another Bcc, which is not transmitted', { text: `Bcc: d@example.net\r\n${text}` }],
    ['other line ends, which are transmitted alike', { text: text.replace('hello\r\n', 'hello\n') }],
    ['a longer body', { text: `${text}\r\n` }],
  ];
  for (const [name, given] of others) {
    test(`is not: ${name}`, async () => assert.notEqual(await keyOf(given), await keyOf({ text })));
  }
  test('has a name that tells nothing', async () => {
    assert.match(await keyOf({ text }), /^[0-9a-f]{64}$/);
  });
});

test('the submitter gets envelope, facts and content, without Bcc', async () => {
  const { message, content } = await run({
    text: `From: anna@example.org\r\nBcc: d@example.net\r\nSubject: gr\xfcn\r\n\r\nh\xe9llo`,
  });
  assert.equal(content, 'From: anna@example.org\r\nSubject: gr\xfcn\r\n\r\nh\xe9llo\r\n');
  const { envelope, size, eightBit, utf8Header } = message!;
  assert.deepEqual(envelope, { from: 'anna@example.org', to: ['d@example.net'] });
  assert.deepEqual(
    { size, eightBit, utf8Header },
    { size: content.length, eightBit: true, utf8Header: false },
  );
});
