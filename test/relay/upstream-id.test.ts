import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { certificates } from '../support/certs.js';
import { dial, startImapPeer } from '../support/imap-peer.js';
import { startRelay } from './bare-relay.js';
import { closedSessions, type ScriptedSession, scriptedSession } from './session.js';

const { ca, server } = await certificates();
const serverTls = { cert: server.cert, key: server.key };
const withId = { 'upstream-id': true };

type Context = Parameters<typeof scriptedSession>[0];

/** Upstream has greeted, and got the ID. */
async function identified(t: Context, greeting = '* OK ready\r\n'): Promise<ScriptedSession> {
  const session = await scriptedSession(t, withId);
  await session.upstream.send(greeting);
  await expectId(session);
  return session;
}

async function expectId({ upstream, proxy }: ScriptedSession): Promise<void> {
  const { session, address } = await proxy.seen('session-opened');
  const [ip = '', port = ''] = address.split(':');
  const fields = [
    `"x-session-id" "${session}" "x-originating-ip" "${ip}" "x-originating-port" "${port}"`,
    `"x-connected-ip" "127.0.0.1" "x-connected-port" "${proxy.port}"`,
  ];
  await upstream.expect(`P4 ID (${fields.join(' ')})\r\n`);
}

describe('--upstream-id', () => {
  const answers: readonly (readonly [name: string, answer: string, passed: string])[] = [
    ['an answer', '* ID ("name" "Dovecot")\r\nP4 OK ID completed.\r\n', ''],
    ['NIL', '* ID NIL\r\nP4 OK\r\n', ''],
    ['an answer with literals', '* ID ("name" {6}\r\nP4 OK\n "os" {0}\r\n)\r\nP4 OK\r\n', ''],
    ['a refusal', 'P4 BAD unknown command\r\n', ''],
    ['no permission', 'P4 NO not now\r\n', ''],
    [
      'something else',
      '* OK [ALERT] down at 8 {5}\r\n* ID NIL\r\nP4 OK\r\n',
      '* OK [ALERT] down at 8 {5}\r\n',
    ],
    ['more behind it', '* ID NIL\r\nP4 OK\r\n* OK [ALERT] down', '* OK [ALERT] down'],
  ];
  for (const [name, answer, passed] of answers) {
    test(`${name}: the client gets the rest`, async (t) => {
      const session = await identified(t);
      const { client, upstream, play } = session;
      await upstream.send(answer);
      await client.expect(`* OK ready\r\n${passed}`);
      if (name === 'more behind it') await play('S:  at 8\r\n');
      await play('C: a NOOP\r\n', 'S: a OK\r\n');
    });
  }

  test('what the client sends comes behind it, also an ID of its own', async (t) => {
    const session = await scriptedSession(t, withId);
    const { client, upstream } = session;
    const forged = 'a ID ("x-originating-ip" "192.0.2.66")\r\n';
    await client.send(forged);
    await upstream.send('* OK ready\r\n');
    await expectId(session);
    assert.equal(upstream.pending, '');
    await upstream.send('P4 OK\r\n');
    await upstream.expect(forged);
  });

  test('PREAUTH is no reason not to', async (t) => {
    const { client, upstream } = await identified(t, '* PREAUTH ready\r\n');
    await upstream.send('P4 OK\r\n');
    await client.expect('* PREAUTH ready\r\n');
  });

  test('BYE is', async (t) => {
    const { client, upstream } = await scriptedSession(t, withId);
    await upstream.send('* BYE too many of you\r\n');
    await client.expect('* BYE too many of you\r\n');
    upstream.end();
    await client.expectEnd();
    client.end();
    await upstream.expectEnd();
  });

  test('inside TLS', async (t) => {
    const session = await scriptedSession(
      t,
      (port) => ({ ...withId, upstream: `imaps://127.0.0.1:${port}`, 'upstream-ca': ca.certFile }),
      {},
      { tls: serverTls, implicitTls: true },
    );
    await session.upstream.send('* OK ready\r\n');
    await expectId(session);
    await session.upstream.send('* ID NIL\r\nP4 OK\r\n');
    await session.client.expect('* OK ready\r\n');
    await session.play('C: a NOOP\r\n', 'S: a OK\r\n');
  });

  for (const offered of [true, false]) {
    test(`inside TLS, if STARTTLS is offered: ${offered}`, async (t) => {
      const flags = { ...withId, 'upstream-starttls': 'try', 'upstream-ca': ca.certFile };
      const session = await scriptedSession(t, flags, {}, { tls: serverTls });
      const { client, upstream } = session;
      const list = `* OK [CAPABILITY IMAP4rev1${offered ? ' STARTTLS' : ''}]`;
      await upstream.send(`${list} ready\r\n`);
      if (offered) {
        await upstream.expect('P2 STARTTLS\r\n');
        await upstream.send('P2 OK\r\n');
        await upstream.startTls();
        await upstream.expect('P3 CAPABILITY\r\n');
        await upstream.send('* CAPABILITY IMAP4rev1\r\nP3 OK\r\n');
      }
      await expectId(session);
      await upstream.send('P4 OK\r\n');
      await client.expectLine(/^\* OK \[CAPABILITY IMAP4rev1 SEND\] /);
      await session.play('C: a NOOP\r\n', 'S: a OK\r\n');
    });
  }

  const failures: readonly (readonly [name: string, answer: string, ends: boolean, cause: string])[] = [
    ['no answer', '* OK ready\r\n', false, 'timeout id'],
    ['the end', '* OK ready\r\n', true, 'error id: upstream closed the connection'],
    ['no greeting', '', false, 'timeout greeting'],
    [
      'an endless line',
      `* OK ready\r\n* ${'x'.repeat(40_000)}`,
      false,
      'error id: upstream sent an endless line',
    ],
    ['an endless literal', '* OK ready\r\n* ID ({99999}\r\n', false, 'timeout id'],
    [
      'endless lines',
      `* OK ready\r\n${'* X\r\n'.repeat(40)}`,
      false,
      'error id: upstream sent no answer but many lines',
    ],
  ];
  for (const [name, answer, ends, cause] of failures) {
    test(`${name}: the client is told that there is nobody`, async (t) => {
      const peer = await startImapPeer();
      const relay = await startRelay({
        upstream: { port: peer.port, greetingMs: cause.startsWith('timeout') ? 500 : 10_000 },
        announcement: { proxyProtocol: 'none', id: true },
      });
      const client = await dial(relay.port);
      t.after(async () => {
        client.reset();
        await peer.close();
        await relay.drain(0);
      });
      const upstream = await peer.accept();
      if (answer !== '') await upstream.send(answer);
      if (ends) upstream.end();
      const why = cause.startsWith('timeout') ? 'does not answer' : 'cannot be reached';
      await client.expectLine(new RegExp(`^\\* BYE \\[UNAVAILABLE\\] the mail server ${why} `));
      await client.expectEnd();
      client.end();
      const [closed] = await closedSessions(relay);
      assert.deepEqual([closed?.side, closed?.cause], ['upstream', cause]);
    });
  }
});
