import {
  type GeneratedMailboxOptions,
  startGeneratedMailbox,
} from '../test/send/support/generated-mailbox.js';
import {
  type PatientOptions,
  type PatientSubmission,
  startPatientSubmission,
} from '../test/send/support/patient-submission.js';
import { type ProxyProgram, startProxyProgram } from '../test/send/support/proxy-program.js';
import { dial, type PeerConnection } from '../test/support/imap-peer.js';

const MB = 1_000_000;
const MiB = 1024 * 1024;

/**
 * What SEND costs: how long a batch takes at a server that needs a while for each reply, and how much memory large
 * messages take. The proxy runs in a process of its own, between an upstream and a submission server as fast as can be.
 */
async function main(): Promise<void> {
  console.log('100 messages of 2 kB, a submission server that takes 20 ms for each reply');
  for (const pipelining of [false, true]) {
    const seconds = await between(
      { messages: 100, size: 2_000 },
      { replyMs: 20, pipelining },
      batchAndOneByOne,
    );
    const ratio = seconds.batch / seconds.oneByOne;
    console.log(
      `  ${pipelining ? 'with' : 'without'} PIPELINING: ${seconds.batch.toFixed(2)} s in one SEND, ` +
        `${seconds.oneByOne.toFixed(2)} s one after the other: ${(ratio * 100).toFixed(0)} %`,
    );
  }
  console.log('Resident memory, at most, above that of the idle proxy');
  const table: readonly [clients: number, messages: number, size: number][] = [
    [1, 1, 100 * MB],
    [10, 1, 50 * MB],
    [1, 200_000, 2_000],
    [10, 100, 500_000],
  ];
  for (const [clients, messages, size] of table) {
    const { memory, seconds, accepted } = await between({ messages, size }, {}, (setting) =>
      sendAll(setting, clients),
    );
    console.log(
      `  ${clients} client${clients > 1 ? 's' : ''}, each ${messages} of ${size / MB} MB: ${(memory / MiB).toFixed(1)} MiB, ` +
        `${seconds.toFixed(1)} s, ${accepted} accepted`,
    );
  }
}

interface Setting {
  readonly proxy: ProxyProgram;
  readonly submission: PatientSubmission;
}

async function between<Result>(
  mailbox: GeneratedMailboxOptions,
  options: PatientOptions,
  run: (setting: Setting) => Promise<Result>,
): Promise<Result> {
  const upstream = await startGeneratedMailbox(mailbox);
  const submission = await startPatientSubmission(options);
  const proxy = await startProxyProgram(upstream.port, submission.port);
  try {
    return await run({ proxy, submission });
  } finally {
    await proxy.stop();
    await Promise.all([upstream.close(), submission.close()]);
  }
}

async function batchAndOneByOne({ proxy }: Setting): Promise<{ batch: number; oneByOne: number }> {
  const client = await connect(proxy);
  const batch = await timed(() => command(client, 'SEND 1:100'));
  const oneByOne = await timed(async () => {
    for (let number = 1; number <= 100; number++) await command(client, `SEND ${number}`);
  });
  client.reset();
  return { batch, oneByOne };
}

async function sendAll({ proxy, submission }: Setting, count: number) {
  const clients = await Promise.all(Array.from({ length: count }, () => connect(proxy)));
  const idle = proxy.memory().resident;
  const seconds = await timed(() => Promise.all(clients.map((client) => command(client, 'SEND 1:*'))));
  const memory = proxy.memory().peak - idle;
  for (const client of clients) client.reset();
  return { memory, seconds, accepted: submission.accepted.messages };
}

async function connect(proxy: ProxyProgram): Promise<PeerConnection> {
  const client = await dial(proxy.port);
  await client.expectLine(/PREAUTH/);
  return client;
}

/** Resolves when it is answered, however long that takes. */
async function command(client: PeerConnection, text: string): Promise<void> {
  await client.send(`x ${text}\r\n`);
  for (;;) {
    const [line] = await client.expectLine(/.*/s);
    if (line.startsWith('x ')) return;
  }
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await act();
  return (performance.now() - start) / 1000;
}

await main();
