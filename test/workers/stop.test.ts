import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { loadConfig } from '../../src/config/load.js';
import { createProxy } from '../../src/proxy.js';
import { createStall } from '../interop/send/stalling-sink.js';
import { answerBody, answerListing, message } from '../relay/sending.js';
import { type Served, startServed } from '../relay/served.js';
import { dial, type PeerConnection, startImapPeer } from '../support/imap-peer.js';
import { startSink } from '../support/sink.js';
import { type Context, until } from './crew.js';

/** `serve --workers 2`, and a client for each worker, of which the first sends. */
async function serving(context: Context, flags: Record<string, string> = {}) {
  const stall = createStall();
  const [peer, sink] = [await startImapPeer(), await startSink(stall.options)];
  const served = await startServed({
    upstream: `imap://127.0.0.1:${peer.port}`,
    submission: `smtp://127.0.0.1:${sink.port}`,
    'submission-auth': 'none',
    'sender-policy': 'submission',
    workers: '2',
    ...flags,
  });
  const clients: PeerConnection[] = [];
  context.after(async () => {
    for (const client of clients) client.reset();
    await served.stop();
    await peer.close();
    await sink.stop();
  });
  const session = async () => {
    const client = await dial(served.port);
    clients.push(client);
    const upstream = await peer.accept();
    await upstream.send('* OK ready\r\n');
    await client.expect('* OK ready\r\n');
    return { client, upstream };
  };
  const [sender, other] = [await session(), await session()];
  const { client, upstream } = sender;
  await client.send('l LOGIN anna secret\r\n');
  await upstream.expect('l LOGIN anna secret\r\n');
  await upstream.send('l OK\r\n');
  await client.expect('l OK\r\n');
  const finish = stall.begin();
  await client.send('a SEND 1\r\n');
  await answerListing(upstream, '1', [message('last')]);
  await answerBody(upstream, 1, message('last'));
  await stall.waiting(1);
  return { served, sink, sender, other, finish };
}

const pidsOf = ({ output }: Served): number[] =>
  [...output.matchAll(/"worker-started","worker":\d+,"pid":(\d+)/g)].map(([, pid]) => Number(pid));

/** One that ended and that nobody has waited for yet is not. */
function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

const eventsOf = ({ output }: Served): string[] =>
  output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).event);

const STOPPING = /^\* BYE \[UNAVAILABLE\] the proxy is stopping \(session .*\)\r\n$/;

test('SIGTERM to all processes: what is being sent is finished, then all end', async (t) => {
  const { served, sink, sender, other, finish } = await serving(t);
  for (const pid of [...pidsOf(served), served.pid]) process.kill(pid, 'SIGTERM');
  await other.client.expectLine(STOPPING);
  await other.client.expectEnd();
  other.client.end();
  finish();
  await sender.client.expect('* 1 SEND (11 OK NIL)\r\na OK SEND completed\r\n');
  await sender.client.expectLine(STOPPING);
  await sender.client.expectEnd();
  sender.client.end();
  await until('it has stopped', () => served.output.includes('"stopped"'));
  assert.equal(sink.messages.length, 1);
  await until('the workers are gone', () => !pidsOf(served).some(isRunning));
  const events = eventsOf(served);
  assert.deepEqual(
    events.filter((event) => ['ready', 'stopping', 'stopped', 'worker-lost'].includes(event)),
    ['ready', 'stopping', 'stopped'],
  );
  assert.deepEqual(events.slice(0, 3), ['worker-started', 'worker-started', 'ready']);
});

test('a second signal ends all processes at once', async (t) => {
  const { served, sender } = await serving(t);
  served.signal('SIGTERM');
  await until('it is stopping', () => served.output.includes('"stopping"'));
  served.signal('SIGTERM');
  await sender.client.expectEnd();
  await until('all are gone', () => ![...pidsOf(served), served.pid].some(isRunning));
  assert.ok(!served.output.includes('"stopped"'));
});

test('a worker that hangs does not hold up the end beyond the drain time-out', async (t) => {
  const { served } = await serving(t, { 'drain-timeout': '0s' });
  const [first] = pidsOf(served);
  process.kill(first as number, 'SIGSTOP');
  served.signal('SIGTERM');
  await until('it has stopped', () => served.output.includes('"stopped"'));
  assert.ok(!pidsOf(served).some(isRunning));
});

test('the primary is killed: workers tell their clients, and end', async (t) => {
  const { served, other } = await serving(t);
  process.kill(served.pid, 'SIGKILL');
  await other.client.expectLine(STOPPING);
  await other.client.expectEnd();
  await until('the workers are gone', () => !pidsOf(served).some(isRunning));
});

test('a worker has our secrets neither in its command line nor in its environment', async (t) => {
  const secret = { IMAP_SEND_PROXY_SUBMISSION_PASSWORD: 'hunter2' };
  const flags = { workers: '2', 'submission-auth': 'service', 'submission-user': 'proxy' };
  const served = await startServed(flags, secret);
  t.after(() => served.stop());
  const pids = pidsOf(served);
  assert.equal(pids.length, 2);
  for (const pid of pids) {
    const shown = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'latin1')).join();
    assert.match(shown, /main\.js/);
    assert.doesNotMatch(shown, /hunter2|IMAP_SEND_PROXY/);
  }
});

const silent = { event: () => {} };

test('a port in use: no worker is left, and the error is that of the system', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as { port: number };
  const config = loadConfig({ listen: [`imap://127.0.0.1:${port}`], workers: '2' }, {});
  await assert.rejects(createProxy(config, silent), { code: 'EADDRINUSE', syscall: 'listen' });
  taken.close();
});

test('workers that cannot start: no process is left, and the error says why', async () => {
  const options = process.env['NODE_OPTIONS'];
  process.env['NODE_OPTIONS'] = '--import "data:text/javascript,process.exit(3)"';
  const flags = { 'submission-auth': 'none', listen: ['imap://127.0.0.1:0'], workers: '2' };
  const starting = createProxy(loadConfig(flags, {}), silent);
  await assert.rejects(starting, /exit code 3/);
  if (options === undefined) delete process.env['NODE_OPTIONS'];
  else process.env['NODE_OPTIONS'] = options;
});
