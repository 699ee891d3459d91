import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { dial, startImapPeer } from '../support/imap-peer.js';
import { type BareRelayOptions, startRelay } from './bare-relay.js';

test('a fault before there is a session closes the connection, and is in the log with its end', async (t) => {
  const peer = await startImapPeer();
  const announcement = new Proxy(
    {},
    {
      get: () => {
        throw new Error('a fault');
      },
    },
  ) as NonNullable<BareRelayOptions['announcement']>;
  const relay = await startRelay({ upstream: { port: peer.port }, announcement });
  t.after(async () => {
    await peer.close();
    await relay.drain(0);
  });
  const client = await dial(relay.port);
  await client.expectEnd();
  for (let tries = 0; tries < 500 && relay.logged.length < 3; tries++) await delay(10);
  assert.deepEqual(
    relay.logged.map(({ event }) => event),
    ['session-opened', 'session-closed', 'internal-error'],
  );
  const end = relay.logged[1]?.fields as { side: string; cause: string } | undefined;
  assert.deepEqual([end?.side, end?.cause], ['proxy', 'fault']);
});
