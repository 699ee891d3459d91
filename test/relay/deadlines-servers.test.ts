import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { certificates } from '../support/certs.js';
import { type Cyrus, startCyrus } from '../support/cyrus.js';
import { type Dovecot, startDovecot } from '../support/dovecot.js';
import { dial, type PeerConnection } from '../support/imap-peer.js';
import { startProxy } from '../support/proxy.js';
import { serverOf } from '../support/tls-server.js';
import { startRelay } from './bare-relay.js';
import { closedSessions, type Flags } from './session.js';

for (const [name, start] of [
  ['Dovecot', startDovecot],
  ['Cyrus', startCyrus],
] as const) {
  describe(`before ${name}`, () => {
    let upstream: Dovecot | Cyrus;

    before(async () => {
      upstream = await start();
    });

    after(() => upstream?.stop());

    async function session(t: { after(cleanUp: () => Promise<void>): void }, flags: Flags) {
      const proxy = await startProxy({
        upstream: `imap://127.0.0.1:${upstream.port}`,
        'submission-auth': 'none',
        ...flags,
      });
      const client: PeerConnection = await dial(proxy.port);
      t.after(async () => {
        client.reset();
        await proxy.stop();
      });
      await client.expectLine(/^\* OK /);
      const logIn = async (): Promise<void> => {
        await client.send(`a LOGIN ${upstream.user} "${upstream.password}"\r\n`);
        await client.expectLine(/^a OK /);
      };
      /** How the session ended, once the client has the line and is gone. */
      const ends = async (line: RegExp): Promise<(string | undefined)[]> => {
        await client.expectLine(line);
        await client.expectEnd();
        client.end();
        const [closed] = await closedSessions(proxy);
        return [closed?.side, closed?.cause];
      };
      return { client, logIn, ends };
    }

    test('--login-timeout ends a session in which nobody logs in', async (t) => {
      const { ends } = await session(t, { 'login-timeout': '2s' });
      assert.deepEqual(await ends(/^\* BYE no login in time /), ['client', 'timeout login']);
    });

    test('--login-timeout ends a session in the middle of a SASL exchange', async (t) => {
      const { client, ends } = await session(t, { 'login-timeout': '2s' });
      await client.send('a AUTHENTICATE PLAIN\r\n');
      await client.expectLine(/^\+ /);
      assert.deepEqual(await ends(/^\* BYE no login in time /), ['client', 'timeout login']);
    });

    test('a client that only waits, in IDLE, is not one that does not read', async (t) => {
      const { client, logIn } = await session(t, { 'write-timeout': '1s' });
      await logIn();
      await client.send('b IDLE\r\n');
      // Cyrus sends what is new first.
      await client.expectLine(/^\+ /);
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      await client.send('DONE\r\n');
      await client.expectLine(/^b OK /);
    });
  });
}

test('a literal that Dovecot does not answer ends the session, with --write-timeout', async (t) => {
  const dovecot = await startDovecot();
  const proxy = await startProxy({
    upstream: `imap://127.0.0.1:${dovecot.port}`,
    'submission-auth': 'none',
    'write-timeout': '1s',
  });
  const client = await dial(proxy.port);
  t.after(async () => {
    client.reset();
    await proxy.stop();
    await dovecot.stop();
  });
  await client.expectLine(/^\* OK /);
  await client.send(`a LOGIN ${dovecot.user} "${dovecot.password}"\r\n`);
  await client.expectLine(/^a OK /);
  await client.send('b APPEND INBOX utf8 (~{44}\r\n');
  await client.expectLine(/^\* BYE \[UNAVAILABLE\] the mail server does not ask for the literal /);
  await client.expectEnd();
  client.end();
  const [closed] = await closedSessions(proxy);
  assert.deepEqual([closed?.side, closed?.cause], ['upstream', 'timeout literal']);
  assert.match(await proxy.metrics(), /sessions_closed_total\{side="upstream",cause="timeout literal"\} 1$/m);
});

describe('a client that asks Dovecot for much and reads nothing is let go', () => {
  for (const mode of ['none', 'implicit'] as const) {
    test(mode === 'none' ? 'without TLS' : 'under TLS', async (t) => {
      const dovecot = await startDovecot();
      const large = `Subject: large\r\n\r\n${'x'.repeat(70)}\r\n`.repeat(300_000);
      await dovecot.deliver(dovecot.user, 'INBOX', large);
      const { ca, server } = await certificates();
      const relay = await startRelay({
        upstream: { port: dovecot.port },
        deadlines: { writeMs: 300, lingerMs: 30 },
        tls: mode === 'none' ? { mode } : { mode, server: serverOf(server) },
      });
      const client = await dial(relay.port, { ca: ca.cert });
      t.after(async () => {
        client.reset();
        await relay.drain(0);
        await dovecot.stop();
      });
      if (mode === 'implicit') await client.startTls();
      await client.expectLine(/^\* OK /);
      await client.send(`a LOGIN ${dovecot.user} "${dovecot.password}"\r\n`);
      await client.expectLine(/^a OK /);
      await client.send('b SELECT INBOX\r\nc FETCH 1 BODY[]\r\n');
      client.pause();
      const [closed] = await closedSessions(relay);
      assert.deepEqual([closed?.side, closed?.cause], ['client', 'timeout write']);
    });
  }
});
