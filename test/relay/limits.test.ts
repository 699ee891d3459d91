import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { certificates } from '../support/certs.js';
import { dial, type ImapPeer, type PeerConnection } from '../support/imap-peer.js';
import { freePort } from '../support/port.js';
import { type RunningProxy, startProxy } from '../support/proxy.js';
import { closedSessions, LOGGED_IN, scriptedSession } from './session.js';

test('--max-sessions turns away who is too much, until one ends', async (t) => {
  const { proxy, peer, client, upstream } = await scriptedSession(t, { 'max-sessions': '1' });
  const second = await dial(proxy.port);
  await second.expect('* BYE [UNAVAILABLE] too many connections (max-sessions)\r\n');
  await second.expectEnd();
  second.end();
  assert.equal(peer.connections, 1);
  assert.deepEqual(
    proxy.logged.filter(({ event }) => event === 'session-refused').map(({ fields }) => fields),
    [{ address: '127.0.0.1', limit: 'max-sessions' }],
  );

  client.end();
  await upstream.expectEnd();
  upstream.end();
  await closedSessions(proxy);
  const third = await dial(proxy.port);
  const served = await peer.accept();
  await served.send('* OK ready\r\n');
  await third.expect('* OK ready\r\n');
  third.reset();
});

test('--max-sessions-per-ip counts each address for itself', async (t) => {
  const { proxy, peer } = await scriptedSession(t, { 'max-sessions-per-ip': '1' });
  const second = await dial(proxy.port);
  await second.expect('* BYE [UNAVAILABLE] too many connections (max-sessions-per-ip)\r\n');
  await second.expectEnd();
  second.end();
  const neighbour = await dial(proxy.port, {}, '127.0.0.2');
  const served = await peer.accept();
  await served.send('* OK ready\r\n');
  await neighbour.expect('* OK ready\r\n');
  neighbour.reset();
});

test('a client of an imaps listener is turned away before the handshake', async (t) => {
  const { server } = await certificates();
  const { proxy, peer } = await scriptedSession(t, {
    listen: ['imap://127.0.0.1:0', 'imaps://127.0.0.1:0'],
    'tls-cert': server.certFile,
    'tls-key': server.keyFile,
    'max-sessions': '1',
  });
  const second = await dial(proxy.ports[1] as number);
  await second.expectEnd();
  second.end();
  assert.equal(peer.connections, 1);
});

const NEIGHBOUR = '127.0.0.2';
const TOO_MANY = /^\* BYE \[UNAVAILABLE\] too many connections \(max-unauthenticated\)/;

/** One more connection that is greeted. */
async function greeted(proxy: RunningProxy, peer: ImapPeer, from?: string): Promise<PeerConnection[]> {
  const client = await dial(proxy.port, {}, from);
  const upstream = await peer.accept();
  await upstream.send('* OK ready\r\n');
  await client.expect('* OK ready\r\n');
  return [client, upstream];
}

describe('--max-unauthenticated', () => {
  test('lets a newcomer take the place of the oldest of the address that has most', async (t) => {
    const { proxy, peer, client, upstream, play } = await scriptedSession(t, { 'max-unauthenticated': '2' });
    await play('S: * OK ready\r\n');
    const [second] = (await greeted(proxy, peer)) as [PeerConnection];
    const [newcomer] = (await greeted(proxy, peer, NEIGHBOUR)) as [PeerConnection];
    await client.expectLine(TOO_MANY);
    await client.expectEnd();
    await upstream.expectEnd();
    const [closed] = await closedSessions(proxy);
    assert.deepEqual([closed?.side, closed?.cause], ['client', 'limit max-unauthenticated']);
    const counted = /sessions_closed_total\{side="client",cause="limit max-unauthenticated"\} 1$/m;
    assert.match(await proxy.metrics(), counted);
    for (const one of [second, newcomer]) one.reset();
  });

  test('refuses one that comes from the address that has most', async (t) => {
    const { proxy, peer, play } = await scriptedSession(t, { 'max-unauthenticated': '1' });
    await play('S: * OK ready\r\n');
    const second = await dial(proxy.port);
    await second.expectLine(TOO_MANY);
    await second.expectEnd();
    second.end();
    assert.equal(peer.connections, 1);
    assert.deepEqual(await proxy.seen('session-refused'), {
      address: '127.0.0.1',
      limit: 'max-unauthenticated',
    });
    assert.match(await proxy.metrics(), /sessions_refused_total\{limit="max-unauthenticated"\} 1$/m);
  });

  const logins: readonly (readonly [name: string, ...script: string[]])[] = [
    ['LOGIN', ...LOGGED_IN],
    ['PREAUTH', 'S: * PREAUTH ready\r\n'],
    ['AUTHENTICATE', 'S: * OK ready\r\n', 'C: a AUTHENTICATE X-NEW x\r\n', 'S: a OK\r\n'],
  ];
  for (const [name, ...script] of logins) {
    test(`does not count who is logged in, by ${name}`, async (t) => {
      const { proxy, peer, client, play } = await scriptedSession(t, {
        'max-unauthenticated': '1',
        'submission-auth': 'none',
      });
      await play(...script);
      const [second] = (await greeted(proxy, peer)) as [PeerConnection];
      await play('C: b NOOP\r\n', 'S: b OK\r\n');
      assert.equal(client.ended, false);
      second.reset();
    });
  }

  test('counts who logged out again (UNAUTHENTICATE)', async (t) => {
    const { proxy, play } = await scriptedSession(t, { 'max-unauthenticated': '1' });
    await play(...LOGGED_IN, 'C: b UNAUTHENTICATE\r\n', 'S: b OK\r\n');
    const second = await dial(proxy.port);
    await second.expectLine(TOO_MANY);
    second.reset();
  });

  test('frees the place of one that is gone', async (t) => {
    const { proxy, peer, client, upstream, play } = await scriptedSession(t, { 'max-unauthenticated': '1' });
    await play('S: * OK ready\r\n');
    client.end();
    await upstream.expectEnd();
    upstream.end();
    await closedSessions(proxy);
    const [second] = (await greeted(proxy, peer)) as [PeerConnection];
    second.reset();
  });

  test('displaces whoever reads nothing', async (t) => {
    const { proxy, peer, client, play } = await scriptedSession(t, { 'max-unauthenticated': '2' });
    await play('S: * OK ready\r\n');
    client.pause();
    const ask = 'a COMPRESS DEFLATE\r\n'.repeat(200_000);
    void client.send(ask);
    const [second] = (await greeted(proxy, peer)) as [PeerConnection];
    const [newcomer] = (await greeted(proxy, peer, NEIGHBOUR)) as [PeerConnection];
    const [closed] = await closedSessions(proxy);
    assert.equal(closed?.cause, 'limit max-unauthenticated');
    for (const one of [second, newcomer]) one.reset();
  });

  test('displaces a connection in its handshake', async (t) => {
    const { server } = await certificates();
    const { proxy, play } = await scriptedSession(t, {
      listen: ['imap://127.0.0.1:0', 'imaps://127.0.0.1:0'],
      'tls-cert': server.certFile,
      'tls-key': server.keyFile,
      'allow-plaintext': true,
      'max-unauthenticated': '3',
    });
    await play('S: * OK ready\r\n');
    const silent = [await dial(proxy.ports[1] as number, {}, '127.0.0.3')];
    silent.push(await dial(proxy.ports[1] as number, {}, '127.0.0.3'));
    const newcomer = await dial(proxy.port, {}, NEIGHBOUR);
    await silent[0]?.expectEnd();
    const [closed] = await closedSessions(proxy);
    assert.deepEqual([closed?.side, closed?.cause], ['client', 'limit max-unauthenticated']);
    for (const one of [...silent, newcomer]) one.reset();
  });

  test('displaces a connection for which upstream is still dialled', async (t) => {
    const { proxy, peer, client, upstream } = await scriptedSession(t, (port) => ({
      upstream: `imaps://127.0.0.1:${port}`,
      'upstream-insecure': true,
      'upstream-connect-timeout': '30m',
      'max-unauthenticated': '2',
    }));
    const second = await dial(proxy.port);
    await peer.accept();
    const newcomer = await dial(proxy.port, {}, NEIGHBOUR);
    await client.expectLine(TOO_MANY);
    await client.expectEnd();
    // A ClientHello (RFC 8446 §5.1) that nobody answered.
    await upstream.expect('\x16\x03\x01');
    const [closed] = await closedSessions(proxy);
    assert.deepEqual([closed?.side, closed?.cause], ['client', 'limit max-unauthenticated']);
    for (const one of [second, newcomer]) one.reset();
  });

  test('displaces whoever was told that there is no upstream, and stays', async (t) => {
    const proxy = await startProxy({
      upstream: `imap://127.0.0.1:${await freePort()}`,
      'submission-auth': 'none',
      'max-unauthenticated': '2',
    });
    t.after(() => proxy.stop());
    const clients: PeerConnection[] = [];
    for (const from of [undefined, undefined, NEIGHBOUR]) {
      const client = await dial(proxy.port, {}, from);
      await client.expectLine(/^\* BYE \[UNAVAILABLE\] the mail server cannot be reached /);
      clients.push(client);
    }
    const [closed] = await closedSessions(proxy);
    assert.match(closed?.cause ?? '', /^error connect: /);
    for (const client of clients) client.reset();
  });
});

test('one host that opens connections by the hundred does not keep another from its mail', async (t) => {
  const { proxy, peer, play } = await scriptedSession(t, { 'max-unauthenticated': '50' });
  await play('S: * OK ready\r\n');
  const flood = await Promise.all(Array.from({ length: 300 }, () => dial(proxy.port)));
  const session = await dial(proxy.port, {}, NEIGHBOUR);
  for (let n = 0; n < 49; n++) await peer.accept();
  const upstream = await peer.accept();
  await upstream.send('* OK ready\r\n');
  await session.expect('* OK ready\r\n');
  for (const one of [session, ...flood]) one.reset();
  const refused = proxy.logged.filter(({ event }) => event === 'session-refused');
  assert.equal(refused.length, 251);
});
