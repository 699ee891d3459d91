import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { inspect, isDeepStrictEqual } from 'node:util';
import type { Outcome, Refusal } from '../../../src/outcome.js';
import type { Message } from '../../../src/send/message.js';
import { faulty, type Script, startPeer } from '../../support/smtp-peer.js';
import { submitterTo, textMessage } from '../../support/submission.js';
import { faults } from '../support/faults.js';

/*
 * Every way in which a submission server can fail a transaction, at every command, with and without PIPELINING, on a
 * new connection and on one that carried a message before. Each cell: what is reported, and how often the message was
 * accepted; and that the next message goes out once.
 */

const recipients = ['bob@example.net', 'carol@example.com'];
const victimTo = (count: number): Message =>
  textMessage('Subject: victim\r\n\r\n.\r\nvictim\r\n', {
    envelope: { from: 'alice@example.org', to: recipients.slice(-count) },
  });
const [firstRecipient = '', lastRecipient = ''] = recipients;
const other = (name: string) =>
  textMessage(`Subject: ${name}\r\n\r\n${name}\r\n`, {
    envelope: { from: `${name}@example.org`, to: ['dave@example.org'] },
  });

interface Place {
  readonly at: (line: string) => boolean;
  readonly reported: Omit<Refusal, 'reply'>;
}
const mail = { command: 'MAIL FROM', parameter: 'alice@example.org' } as const;
const rcpt = (parameter: string) => ({ command: 'RCPT TO', parameter }) as const;
const data = { command: 'DATA', parameter: '' } as const;
const FINAL_DOT = 'the final dot';
const places: Readonly<Record<string, Place>> = {
  MAIL: { at: (line) => line.startsWith('MAIL'), reported: mail },
  'the last RCPT': {
    at: (line) => line === `RCPT TO:<${lastRecipient}>`,
    reported: rcpt(lastRecipient),
  },
  DATA: { at: (line) => line === 'DATA', reported: data },
  [FINAL_DOT]: { at: (line) => line === '.', reported: data },
};

interface Cell {
  /** With one of them, DATA goes along where the server takes it. */
  readonly recipients: number;
  readonly extensions: readonly string[];
  readonly reused: boolean;
  readonly place: string;
  readonly fault: string;
}

for (const [count, extensions] of [
  [2, []],
  [2, ['PIPELINING']],
  [1, ['PIPELINING']],
] as const) {
  for (const reused of [false, true]) {
    const offered = extensions[0] ?? 'without PIPELINING';
    const name = `${reused ? 'second' : 'first'} message, ${count === 1 ? 'one recipient' : 'two recipients'}, ${offered}`;
    describe(name, { concurrency: 12 }, () => {
      for (const place of Object.keys(places)) {
        for (const fault of Object.keys(faults)) {
          it(`${place}: ${fault}`, (test) =>
            checkCell(test, { recipients: count, extensions, reused, place, fault }));
        }
      }
    });
  }
}

async function checkCell(test: TestContext, cell: Cell): Promise<void> {
  const { extensions, reused } = cell;
  const victim = victimTo(cell.recipients);
  const fault = faults[cell.fault]!;
  const { at, reported } = places[cell.place]!;
  const afterDot = cell.place === FINAL_DOT;

  let ofVictim = false;
  const script: Script = ({ line }) => {
    if (line.startsWith('MAIL')) ofVictim = line.includes(victim.envelope.from);
    return ofVictim && at(line) ? fault.reaction(line) : undefined;
  };
  const peer = await startPeer(faulty(extensions, script));
  test.after(() => peer.close());
  const submitter = submitterTo(peer.port, {
    timeouts: fault.stalls ? { command: 2_000, finalDot: 2_000 } : {},
  });
  test.after(() => submitter.close());
  const handedOver: string[] = [];
  const submit = (message: Message) =>
    submitter.submit({ kind: 'none' }, message, async () => {
      handedOver.push(message.envelope.from);
    });

  if (reused) assert.equal((await submit(other('before'))).kind, 'accepted');
  const outcome = await submit(victim);
  assert.equal((await submit(other('after'))).kind, 'accepted');

  const [kind, reply] = fault.expected[afterDot ? 1 : 0];
  // A reset may take replies with it that were sent just before.
  const overtaken = cell.fault === 'reset' && extensions.length > 0 && cell.place !== FINAL_DOT;
  const possible = overtaken ? [mail, rcpt(firstRecipient), rcpt(lastRecipient), reported] : [reported];
  const expected = possible.map((step): Outcome => ({ kind, refusal: { ...step, reply } }) as Outcome);
  assert.ok(
    expected.some((one) => isDeepStrictEqual(one, outcome)),
    inspect({ expected, outcome }, { depth: 5 }),
  );

  const senders = (middle: readonly string[]) => [
    ...(reused ? ['before@example.org'] : []),
    ...middle,
    'after@example.org',
  ];
  assert.deepEqual(handedOver, senders(afterDot ? [victim.envelope.from] : []));
  const subjects = peer.accepted.map((content) => /^Subject: (.*)$/m.exec(content)?.[1]);
  const accepted = senders(afterDot && fault.accepts ? ['victim'] : []).map((sender) => sender.split('@')[0]);
  assert.deepEqual(subjects, accepted);
}
