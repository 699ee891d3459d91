import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { dialUpstream, type UpstreamOptions } from '../../src/relay/upstream.js';
import { Visit } from '../../src/relay/visit.js';
import { certificates } from '../support/certs.js';
import { dial, type PeerConnection, startImapPeer } from '../support/imap-peer.js';
import { freePort } from '../support/port.js';
import { startProxy } from '../support/proxy.js';
import { closedSessions, scriptedSession } from './session.js';

const BYE = /^\* BYE \[UNAVAILABLE\] the mail server cannot be reached \(session [\w-]+\)\r\n$/;

test('refused: BYE, and the log says why', async (t) => {
  const proxy = await startProxy({
    upstream: `imap://127.0.0.1:${await freePort()}`,
    'submission-auth': 'none',
  });
  t.after(() => proxy.stop());
  const client = await dial(proxy.port);
  await client.expectLine(BYE);
  await client.expectEnd();
  client.end();
  const [closed] = await closedSessions(proxy);
  assert.equal(closed?.side, 'upstream');
  assert.match(closed?.cause ?? '', /^error connect: connect ECONNREFUSED 127\.0\.0\.1:\d+$/);
});

for (const how of ['end', 'reset'] as const) {
  test(`gone before the greeting, by ${how}: BYE`, async (t) => {
    const { client, upstream, proxy } = await scriptedSession(t);
    upstream[how]();
    await client.expectLine(/^\* BYE \[UNAVAILABLE\] the mail server \w+ /);
    await client.expectEnd();
    client.end();
    const [closed] = await closedSessions(proxy);
    assert.equal(closed?.side, 'upstream');
  });
}

for (const how of ['end', 'reset'] as const) {
  test(`the client is gone before the greeting, by ${how}: upstream is left`, async (t) => {
    const { client, upstream, proxy } = await scriptedSession(t);
    client[how]();
    await upstream.expectEnd();
    upstream.end();
    const [closed] = await closedSessions(proxy);
    assert.equal(closed?.side, 'client');
  });
}

test('the proxy stops while it dials: BYE', async (t) => {
  const peer = await startImapPeer();
  const flags = {
    upstream: `imaps://127.0.0.1:${peer.port}`,
    'upstream-insecure': true,
    'submission-auth': 'none',
  };
  const proxy = await startProxy(flags);
  t.after(() => peer.close());
  const client = await dial(proxy.port);
  const upstream = await peer.accept();
  // A ClientHello (RFC 8446 §5.1): the handshake is under way.
  await upstream.expect('\x16\x03\x01');
  const stopped = proxy.stop();
  await client.expectLine(/^\* BYE \[UNAVAILABLE\] the proxy is stopping /);
  await client.expectEnd();
  client.end();
  await stopped;
  const [closed] = await closedSessions(proxy);
  assert.deepEqual([closed?.side, closed?.cause], ['proxy', 'shutdown']);
});

describe('dialling', () => {
  const never = new Visit('192.0.2.1');
  const at = (port: number, tls: UpstreamOptions['tls'], dialMs: number): UpstreamOptions => ({
    host: '127.0.0.1',
    port,
    tls,
    dialMs,
    greetingMs: dialMs,
  });
  const starttls = { mode: 'starttls', required: true, servername: 'localhost', insecure: false } as const;

  /** A listener that never accepts and has no room to wait any more: what connects to it stalls. */
  async function deafListener(t: { after(cleanUp: () => unknown): void }): Promise<number> {
    const code = `
      const { parentPort } = require('node:worker_threads');
      const server = require('node:net').createServer();
      server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
        parentPort.postMessage(server.address().port);
        setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
      });`;
    const worker = new Worker(code, { eval: true });
    const port = await new Promise<number>((resolve) => worker.once('message', resolve));
    const waiting = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => {}));
    t.after(async () => {
      for (const socket of waiting) socket.destroy();
      await worker.terminate();
    });
    return port;
  }

  test('a connection that stalls is given up', async (t) => {
    const port = await deafListener(t);
    const dialed = await dialUpstream(at(port, { mode: 'none' }, 30), never);
    assert.deepEqual(dialed, {
      kind: 'failed',
      phase: 'connect',
      cause: 'connection timed out',
      timedOut: true,
    });
  });

  test('a connection that is no longer wanted is given up', async (t) => {
    const port = await deafListener(t);
    const visit = new Visit('192.0.2.1');
    const dialing = dialUpstream(at(port, { mode: 'none' }, 60_000), visit);
    visit.dismiss({ reason: { side: 'proxy', cause: 'shutdown' }, text: 'stopping' });
    assert.deepEqual(await dialing, { kind: 'failed', phase: 'connect', cause: 'given up' });
  });

  test('a host that is unknown', async () => {
    const dialed = await dialUpstream({ ...at(143, { mode: 'none' }, 10_000), host: 'host.invalid' }, never);
    assert.equal(dialed.kind === 'failed' && dialed.phase, 'connect');
  });

  test('a handshake that stalls is given up', async (t) => {
    const peer = await startImapPeer();
    t.after(() => peer.close());
    const tls = { mode: 'implicit', servername: 'localhost', insecure: false } as const;
    const dialed = await dialUpstream(at(peer.port, tls, 50), never);
    assert.deepEqual(dialed, {
      kind: 'failed',
      phase: 'tls',
      cause: 'TLS handshake timed out',
      timedOut: true,
    });
  });

  const OFFER = '* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n';
  const silences: readonly [after: string, talk: (upstream: PeerConnection) => Promise<void>][] = [
    ['it accepted', async () => {}],
    [
      'it was asked for STARTTLS',
      async (upstream) => {
        await upstream.send(OFFER);
        await upstream.expect('P2 STARTTLS\r\n');
      },
    ],
    [
      'the handshake',
      async (upstream) => {
        await upstream.send(OFFER);
        await upstream.expect('P2 STARTTLS\r\n');
        await upstream.send('P2 OK go\r\n');
        await upstream.startTls();
      },
    ],
  ];
  for (const [after, talk] of silences) {
    test(`a server that STARTTLS is to be asked of and that says nothing after ${after} is given up`, async (t) => {
      const { server } = await certificates();
      const peer = await startImapPeer({ tls: { cert: server.cert, key: server.key } });
      t.after(() => peer.close());
      const options = { ...at(peer.port, { ...starttls, insecure: true }, 10_000), greetingMs: 1_000 };
      const dialing = dialUpstream(options, never);
      await talk(await peer.accept());
      assert.deepEqual(await dialing, {
        kind: 'failed',
        phase: 'greeting',
        cause: 'upstream did not answer in time',
        timedOut: true,
      });
    });
  }
});
