import assert from 'node:assert/strict';
import { test } from 'node:test';
import { certificates } from '../support/certs.js';
import { dial } from '../support/imap-peer.js';
import { closedSessions, scriptedSession } from './session.js';

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
