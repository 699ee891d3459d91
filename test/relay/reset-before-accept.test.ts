import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { dial, startImapPeer } from '../support/imap-peer.js';
import { startRelay } from './bare-relay.js';

const COUNT = 20;

/** Connects and resets, as often as that. */
const program = `
  import net from 'node:net';
  for (let left = ${COUNT}; left > 0; left--) {
    const socket = net.connect({ port: Number(process.argv[1]), host: '127.0.0.1' });
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.resetAndDestroy();
    await new Promise((resolve) => socket.once('close', resolve));
  }
`;

test('clients that were reset before they were accepted are not served, and take nobody a place', async (t) => {
  const peer = await startImapPeer();
  const relay = await startRelay({ upstream: { port: peer.port }, limits: { maxSessions: 1 } });
  t.after(async () => {
    await peer.close();
    await relay.drain(0);
  });
  // Nothing is accepted while this process waits.
  const arguments_ = ['--input-type=module', '-e', program, String(relay.port)];
  assert.equal(spawnSync(process.execPath, arguments_, { timeout: 60_000 }).status, 0);
  const client = await dial(relay.port);
  const upstream = await peer.accept();
  await upstream.send('* OK ready\r\n');
  await client.expect('* OK ready\r\n');
  assert.deepEqual(
    relay.logged.map(({ event }) => event),
    ['session-opened'],
  );
  assert.equal(peer.connections, 1);
  client.reset();
});
