import assert from 'node:assert/strict';
import { test } from 'node:test';
import type tls from 'node:tls';
import { certificates } from '../support/certs.js';
import { dial, type ImapPeer, type PeerConnection, startImapPeer } from '../support/imap-peer.js';
import { type RunningProxy, startProxy } from '../support/proxy.js';
import { serverOf } from '../support/tls-server.js';
import { startRelay } from './bare-relay.js';
import { closedSessions } from './session.js';

const { ca, server } = await certificates();

interface Setting {
  readonly proxy: RunningProxy;
  readonly peer: ImapPeer;
  readonly client: PeerConnection;
}

/** An imaps listener, and a client that has connected to it. */
async function connected(
  t: { after(cleanUp: () => Promise<void>): void },
  options: tls.ConnectionOptions = {},
): Promise<Setting> {
  const peer = await startImapPeer();
  const proxy = await startProxy({
    listen: ['imaps://127.0.0.1:0'],
    'tls-cert': server.certFile,
    'tls-key': server.keyFile,
    upstream: `imap://127.0.0.1:${peer.port}`,
    'submission-auth': 'none',
  });
  const client = await dial(proxy.port, { ca: ca.cert, ...options });
  t.after(async () => {
    client.reset();
    await peer.close();
    await proxy.stop();
  });
  return { proxy, peer, client };
}

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`a session under ${version}: passwords may be sent, STARTTLS is not offered`, async (t) => {
    const { proxy, peer, client } = await connected(t, { minVersion: version, maxVersion: version });
    const secured = await client.startTls();
    assert.equal(secured.getProtocol(), version);
    const upstream = await peer.accept();
    await upstream.send('* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED AUTH=PLAIN] ready\r\n');
    await client.expect('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SEND] ready\r\n');
    await client.send('s STARTTLS\r\n');
    await client.expectLine(/^s BAD /);
    await client.send('a LOGIN anna secret\r\n');
    await upstream.expect('a LOGIN anna secret\r\n');
    await upstream.send('a OK\r\n');
    await client.expect('a OK\r\n');
    client.end();
    await upstream.expectEnd();
    await upstream.send('* BYE\r\n');
    upstream.end();
    await client.expect('* BYE\r\n');
    await client.expectEnd();
    const [closed] = await closedSessions(proxy);
    assert.deepEqual([closed?.side, closed?.cause, closed?.user], ['client', 'end', 'anna']);
  });
}

test('a client that resets it: so it is logged, and upstream gets the end', async (t) => {
  const { proxy, peer, client } = await connected(t);
  await client.startTls();
  const upstream = await peer.accept();
  await upstream.send('* OK ready\r\n');
  await client.expect('* OK ready\r\n');
  client.reset();
  await upstream.expectEnd();
  upstream.end();
  const [closed] = await closedSessions(proxy);
  assert.deepEqual([closed?.side, closed?.cause], ['client', 'error ECONNRESET']);
});

test('TLS 1.1 is refused, and upstream never bothered', async (t) => {
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  const { proxy, peer, client } = await connected(t, old);
  await assert.rejects(client.startTls(), { code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
  const [closed] = await closedSessions(proxy);
  assert.deepEqual([closed?.side, closed?.cause], ['client', 'error ERR_SSL_UNSUPPORTED_PROTOCOL']);
  assert.equal(peer.connections, 0);
});

const failures: readonly [name: string, act: (client: PeerConnection) => unknown, cause: RegExp][] = [
  ['speaks in clear', (client) => client.send('a LOGIN anna secret\r\n'), /^error ERR_SSL_/],
  ['ends in the handshake', (client) => client.end(), /^error ECONNRESET$/],
  ['resets in the handshake', (client) => client.reset(), /^error ECONNRESET$/],
];
for (const [name, act, cause] of failures) {
  test(`a client that ${name} is let go, and upstream never bothered`, async (t) => {
    const { proxy, peer, client } = await connected(t);
    await act(client);
    const [closed] = await closedSessions(proxy);
    assert.equal(closed?.side, 'client');
    assert.match(closed?.cause ?? '', cause);
    assert.equal(peer.connections, 0);
  });
}

test('a client that stays in the handshake is let go when the proxy stops', async (t) => {
  const { proxy, client } = await connected(t);
  await client.send('\x16\x03\x01');
  await proxy.seen('session-opened');
  await proxy.stop();
  await client.expectEnd();
  const closed = await closedSessions(proxy);
  assert.deepEqual(
    closed.map(({ side, cause }) => [side, cause]),
    [['proxy', 'shutdown']],
  );
});

test('a client that stays in the handshake is let go in time', async (t) => {
  const peer = await startImapPeer();
  const relay = await startRelay({
    upstream: { port: peer.port },
    deadlines: { handshakeMs: 30 },
    tls: { mode: 'implicit', server: serverOf(server) },
  });
  t.after(async () => {
    await peer.close();
    await relay.drain(0);
  });
  const client = await dial(relay.port);
  await client.expectEnd();
  client.end();
  const [closed] = await closedSessions(relay);
  assert.deepEqual([closed?.side, closed?.cause], ['client', 'timeout tls']);
});
