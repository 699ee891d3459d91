import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Served, startServed } from '../relay/served.js';
import { faulty, startPeer } from '../support/smtp-peer.js';
import { noMoreOpenFiles, openFiles } from './setting.js';
import { BEHAVIOURS, pour, scripted } from './upstreams.js';

const MiB = 1024 * 1024;
const AT_A_TIME = 10;
const BODY = 'From: a@example.org\r\nTo: b@example.net\r\n\r\n';

const UPSTREAMS = [
  ...Object.values(BEHAVIOURS),
  // Logs in and sends; then a client that does not read is given all that it takes.
  scripted(
    '* OK [CAPABILITY IMAP4rev1] ready\r\n',
    [/^(\w+) LOGIN .*\r\n/m, '<tag> OK in\r\n'],
    [/(P\w+) FETCH/, `* 1 FETCH (UID 11 RFC822.SIZE ${BODY.length})\r\n<tag> OK\r\n`],
    [/(P\w+) FETCH/, `* 1 FETCH (UID 11 BODY[] {${BODY.length}}\r\n${BODY})\r\n<tag> OK\r\n`],
    [/FETCH/, (socket) => pour(socket, `* 1 FETCH (BODY[] {9}\r\n123456789)\r\n`.repeat(2_000))],
  ),
];

const CLIENTS: readonly ((client: net.Socket) => void)[] = [
  (client) => void client.resetAndDestroy(),
  (client) => void client.end('a NOOP\r\n'),
  (client) => void client.write('x'.repeat(300_000)),
  (client) => void client.write(Buffer.alloc(100_000)),
  (client) => void client.write('a LOGIN b {4294967296}\r\nb LOGIN b {99999999999999999999+}\r\n'),
  (client) => void client.write('a COMPRESS DEFLATE\r\n'.repeat(5_000)),
  (client) => void client.write(Array.from({ length: 10_000 }, (_, n) => `t${n} NOOP\r\n`).join('')),
  (client) => void client.write('a LOGIN ben ben\r\nb SEND 1\r\n'),
  (client) => void client.pause().write('a LOGIN ben ben\r\nb SEND 1\r\nc FETCH 1 BODY[]\r\n'),
];

/** Connections whose clients leave by a reset when they were hostile for a moment, unless they were ended before. */
async function abuse(port: number, count: number): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const client = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
      client.on('error', () => {}).resume();
      const closed = new Promise((resolve) => client.once('close', resolve));
      const act = CLIENTS[next++ % CLIENTS.length];
      client.once('connect', () => {
        act?.(client);
        setTimeout(() => client.resetAndDestroy(), 40);
      });
      await closed;
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
}

/** The least that is resident once all of the connections are gone: garbage is collected some time, within half a minute. */
async function residentAtRest(served: Served, files: number, enough = 0): Promise<number> {
  await noMoreOpenFiles(files, served.pid);
  let least = served.resident();
  for (let looks = 0; looks < (enough === 0 ? 10 : 300) && least > enough; looks++) {
    await delay(100);
    least = Math.min(least, served.resident());
  }
  return least;
}

test('5,000 abusive connections leave no file open and no more than 10 % more memory resident', async (t) => {
  let connections = 0;
  const upstream = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on('error', () => {});
    UPSTREAMS[connections++ % UPSTREAMS.length]?.(socket);
  });
  upstream.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 });
  await once(upstream, 'listening');
  const msa = await startPeer(
    faulty([], ({ line, connection }) => (line === '' && connection % 2 ? 'reset' : undefined)),
  );
  const served = await startServed({
    upstream: `imap://127.0.0.1:${(upstream.address() as net.AddressInfo).port}`,
    submission: `smtp://127.0.0.1:${msa.port}`,
    'submission-auth': 'none',
    'sender-policy': 'submission',
  });
  t.after(async () => {
    upstream.close();
    await Promise.all([served.stop(), msa.close()]);
  });
  const files = openFiles(served.pid) + 1;
  // Code is compiled, and the buffers are there: what traffic of this kind needs once.
  await abuse(served.port, 2_000);
  const before = await residentAtRest(served, files);
  await abuse(served.port, 5_000);
  const after = await residentAtRest(served, files, 1.1 * before);
  t.diagnostic(`${(before / MiB).toFixed(1)} MiB before, ${(after / MiB).toFixed(1)} MiB after`);
  assert.ok(after < 1.1 * before, `${after} after ${before}`);
  assert.doesNotMatch(served.output, /internal-error/);
});
