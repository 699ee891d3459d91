import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { certificates } from '../support/certs.js';
import {
  activeResources,
  closedSessions,
  LOGGED_IN,
  type ScriptedSession,
  scriptedSession,
} from './session.js';

const { ca, server } = await certificates();
const withTls = { 'tls-cert': server.certFile, 'tls-key': server.keyFile };
const upstreamTls = (port: number) => ({
  upstream: `imap://127.0.0.1:${port}`,
  'upstream-starttls': 'require',
  'upstream-ca': ca.certFile,
});

type Clean = () => Promise<void>;
type Context = { after(cleanUp: Clean): void };

/** One life of a session; nothing of it may be left. */
const lives: readonly [name: string, live: (context: Context) => Promise<ScriptedSession>][] = [
  [
    'a session that ends in order',
    async (context) => {
      const session = await scriptedSession(context);
      await session.play(...LOGGED_IN);
      session.client.end();
      await session.upstream.expectEnd();
      session.upstream.end();
      return session;
    },
  ],
  [
    'a session that both sides reset under load',
    async (context) => {
      const session = await scriptedSession(context);
      await session.play(
        ...LOGGED_IN,
        'S: * 1 FETCH (BODY[] {99999999}\r\n',
        'C: b APPEND x {99999999+}\r\n',
      );
      session.client.pause();
      session.upstream.pause();
      void session.upstream.send(Buffer.alloc(32 * 1024 * 1024));
      void session.client.send(Buffer.alloc(32 * 1024 * 1024));
      await delay(20);
      session.client.reset();
      session.upstream.reset();
      return session;
    },
  ],
  [
    'a session under TLS',
    async (context) => {
      const session = await scriptedSession(context, withTls, { ca: ca.cert });
      await session.play('S: * OK ready\r\n');
      await session.client.send('s STARTTLS\r\n');
      await session.client.expectLine(/^s OK /);
      await session.client.startTls();
      session.client.end();
      await session.upstream.expectEnd();
      session.upstream.reset();
      return session;
    },
  ],
  [
    'a handshake that fails',
    async (context) => {
      const session = await scriptedSession(context, withTls);
      await session.play('S: * OK ready\r\n');
      await session.client.send('s STARTTLS\r\n');
      await session.client.expectLine(/^s OK /);
      await session.client.send('no TLS\r\n');
      await session.upstream.expectEnd();
      session.upstream.end();
      return session;
    },
  ],
  [
    'an upstream that has no STARTTLS',
    async (context) => {
      const session = await scriptedSession(context, upstreamTls);
      await session.upstream.send('* OK [CAPABILITY IMAP4rev1] ready\r\n');
      await session.client.expectLine(/^\* BYE /);
      session.client.end();
      return session;
    },
  ],
];

/** The same kinds as before, and as many of each; sockets take a moment to go. */
async function sameAs(before: readonly string[]): Promise<void> {
  for (let tries = 0; tries < 200 && activeResources().join() !== before.join(); tries++) await delay(10);
  assert.deepEqual(activeResources(), before);
}

for (const [name, live] of lives) {
  test(`nothing is left of ${name}`, async () => {
    const before = activeResources();
    const cleanUps: Clean[] = [];
    const { proxy } = await live({ after: (cleanUp) => cleanUps.push(cleanUp) });
    assert.equal((await closedSessions(proxy)).length, 1);
    for (const cleanUp of cleanUps) await cleanUp();
    await sameAs(before);
  });
}
