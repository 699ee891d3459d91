import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dial, type PeerConnection } from '../support/imap-peer.js';
import { startGeneratedMailbox } from './support/generated-mailbox.js';
import { startPatientSubmission } from './support/patient-submission.js';
import { startProxyProgram } from './support/proxy-program.js';

const MiB = 1024 * 1024;
const MB = 1_000_000;

interface Load {
  readonly clients: number;
  readonly messages: number;
  /** Octets of each message. */
  readonly size: number;
  /** MiB above the idle proxy. */
  readonly below: number;
  readonly answer: string;
}

/** Each client sends all that it has, at the same time as the others. */
const loads: Readonly<Record<string, Load>> = {
  'a message of 100 MB': { clients: 1, messages: 1, size: 100 * MB, below: 16, answer: 'OK SEND completed' },
  '10 messages of 50 MB at once': {
    clients: 10,
    messages: 1,
    size: 50 * MB,
    below: 64,
    answer: 'OK SEND completed',
  },
  // Kept, they would take a hundred.
  'SEND 1:* in a mailbox of a million messages': {
    clients: 1,
    messages: 1_000_000,
    size: 1_000,
    below: 32,
    answer: 'NO [LIMIT] SEND of 1000000 messages, at most 100 can be sent at once',
  },
};

for (const [name, { clients, messages, size, below, answer }] of Object.entries(loads)) {
  test(`${name}: less than ${below} MiB of memory`, async (context) => {
    const upstream = await startGeneratedMailbox({ messages, size });
    const submission = await startPatientSubmission();
    const proxy = await startProxyProgram(upstream.port, submission.port);
    const connections: PeerConnection[] = [];
    context.after(async () => {
      for (const client of connections) client.reset();
      await proxy.stop();
      await Promise.all([upstream.close(), submission.close()]);
    });
    for (let count = 0; count < clients; count++) {
      const client = await dial(proxy.port);
      await client.expectLine(/PREAUTH/);
      connections.push(client);
    }
    const idle = proxy.memory().resident;
    const answers = await Promise.all(connections.map(sendAll));
    assert.deepEqual(
      answers,
      connections.map(() => `x ${answer}\r\n`),
    );
    const sent = answer.startsWith('OK') ? clients : 0;
    assert.equal(submission.accepted.messages, sent);
    assert.ok(submission.accepted.octets >= sent * size);
    const more = (proxy.memory().peak - idle) / MiB;
    assert.ok(more < below, `${more.toFixed(1)} MiB`);
  });
}

async function sendAll(client: PeerConnection): Promise<string> {
  await client.send('x SEND 1:*\r\n');
  for (;;) {
    const [line] = await client.expectLine(/.*/s);
    if (line.startsWith('x ')) return line;
  }
}
