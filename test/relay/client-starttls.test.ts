import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { certificates } from '../support/certs.js';
import { closedSessions, type ScriptedSession, scriptedSession } from './session.js';

const { ca, server } = await certificates();
const withCertificate = { 'tls-cert': server.certFile, 'tls-key': server.keyFile };
const trusting = { ca: ca.cert };

const CAPABILITIES = 'IMAP4rev1 AUTH=PLAIN AUTH=LOGIN AUTH=XOAUTH2 AUTH=OAUTHBEARER AUTH=SCRAM-SHA-256 IDLE';
const GREETING = `* OK [CAPABILITY ${CAPABILITIES}] ready\r\n`;
const BEFORE = 'IMAP4rev1 AUTH=SCRAM-SHA-256 IDLE STARTTLS LOGINDISABLED SEND';
const AFTER = `${CAPABILITIES} SEND`;

type Context = Parameters<typeof scriptedSession>[0];

async function greeted(t: Context): Promise<ScriptedSession> {
  const session = await scriptedSession(t, withCertificate, trusting);
  await session.upstream.send(GREETING);
  await session.client.expect(`* OK [CAPABILITY ${BEFORE}] ready\r\n`);
  return session;
}

const OK = 's OK begin TLS negotiation now\r\n';

async function secured(t: Context): Promise<ScriptedSession> {
  const session = await greeted(t);
  await session.client.send('s STARTTLS\r\n');
  await session.client.expect(OK);
  await session.client.startTls();
  return session;
}

describe('STARTTLS', () => {
  test('before it passwords are neither offered nor taken, after it they are', async (t) => {
    const { client, upstream, play } = await greeted(t);
    await client.send('a LOGIN anna secret\r\n');
    await client.expectLine(/^a NO \[PRIVACYREQUIRED\] /);
    await client.send('b LOGIN {4+}\r\nanna {6+}\r\nsecret\r\n');
    await client.expectLine(/^b NO \[PRIVACYREQUIRED\] /);
    for (const mechanism of ['PLAIN', 'LOGIN', 'XOAUTH2', 'OAUTHBEARER', 'plain']) {
      await client.send(`c AUTHENTICATE ${mechanism} AGFubmEAc2VjcmV0\r\n`);
      await client.expectLine(/^c NO \[PRIVACYREQUIRED\] /);
    }
    await client.send('d STARTTLS now\r\n');
    await client.expectLine(/^d BAD /);
    assert.equal(upstream.pending, '');

    await client.send('s STARTTLS\r\n');
    await client.expect(OK);
    await client.startTls();
    await client.send('e CAPABILITY\r\n');
    await upstream.expect('e CAPABILITY\r\n');
    await upstream.send(`* CAPABILITY ${CAPABILITIES}\r\ne OK\r\n`);
    await client.expect(`* CAPABILITY ${AFTER}\r\ne OK\r\n`);
    await client.send('f STARTTLS\r\n');
    await client.expectLine(/^f BAD /);
    await play('C: g LOGIN anna secret\r\n', 'S: g OK\r\n');
  });

  test('a mechanism that shows no secret may be used before it', async (t) => {
    const { play } = await greeted(t);
    await play('C: a AUTHENTICATE SCRAM-SHA-256\r\n', 'S: + \r\n', 'C: biws\r\n', 'S: a NO\r\n');
  });

  test('--allow-plaintext offers both', async (t) => {
    const flags = { ...withCertificate, 'allow-plaintext': true };
    const { client, upstream, play } = await scriptedSession(t, flags);
    await upstream.send(GREETING);
    await client.expect(`* OK [CAPABILITY ${CAPABILITIES} STARTTLS SEND] ready\r\n`);
    await play('C: a LOGIN anna secret\r\n', 'S: a OK\r\n');
    await client.send('b STARTTLS\r\n');
    await client.expectLine(/^b BAD /);
  });

  test('waits for earlier commands', async (t) => {
    const { client, upstream, play } = await greeted(t);
    await play('C: a NOOP\r\n');
    await client.send('s STARTTLS\r\n');
    await play('S: * OK still here\r\n', 'S: a OK\r\n');
    await client.expect(OK);
    await client.startTls();
    assert.equal(upstream.pending, '');
    await play('C: b NOOP\r\n', 'S: b OK\r\n');
  });

  test('upstream that speaks during the handshake is heard after it, under TLS', async (t) => {
    const { client, upstream, play } = await greeted(t);
    await client.send('s STARTTLS\r\n');
    await client.expect(OK);
    await upstream.send('* OK still here\r\n');
    await client.startTls();
    await client.expect('* OK still here\r\n');
    await play('C: b NOOP\r\n', 'S: b OK\r\n');
  });

  test('the go-ahead does not stand inside a response', async (t) => {
    const { client, upstream, play } = await greeted(t);
    await play('S: * OK half a l');
    await client.send('s STARTTLS\r\n');
    await upstream.send('ine\r\n* OK second\r\n');
    await client.expect(`ine\r\n${OK}`);
    await client.startTls();
    await client.expect('* OK second\r\n');
  });

  test('literals, back-pressure and half-close work under it', async (t) => {
    const { client, upstream, play } = await secured(t);
    const size = 8 * 1024 * 1024;
    await play('C: a LOGIN anna secret\r\n', 'S: a OK\r\n', `S: * 1 FETCH (BODY[] {${size}}\r\n`);
    const [before, sent] = [client.bytesReceived, upstream.bytesReceived];
    client.pause();
    void upstream.send(Buffer.alloc(size, 'x'));
    void client.send(`b APPEND Sent {${size}+}\r\n`);
    void client.send(Buffer.alloc(size, 'y'));
    client.end();
    await upstream.expectBytes(sent + size + `b APPEND Sent {${size}+}\r\n`.length);
    await upstream.expectEnd();
    client.resume();
    await client.expectBytes(before + size);
    await upstream.send(')\r\n');
    upstream.end();
    await client.expectBytes(before + size + 3);
    await client.expectEnd();
  });
});

describe('octets from before the handshake do not survive it', () => {
  const BYE = /^\* BYE octets follow STARTTLS, closing /;

  test('in the same segment', async (t) => {
    const { client, upstream, proxy } = await greeted(t);
    await client.send('s STARTTLS\r\na CREATE injected\r\n');
    await client.expectLine(BYE);
    await client.expectEnd();
    await upstream.expectEnd();
    upstream.end();
    client.end();
    const [closed] = await closedSessions(proxy);
    assert.deepEqual([closed?.side, closed?.cause], ['client', 'octets-before-tls']);
  });

  test('half a command', async (t) => {
    const { client, upstream } = await greeted(t);
    await client.send('s STARTTLS\r\na');
    await client.expectLine(BYE);
    await upstream.expectEnd();
  });

  test('while STARTTLS waits behind a slow command', async (t) => {
    const { client, upstream, play } = await greeted(t);
    await play('C: n NOOP\r\n');
    await client.send('s STARTTLS\r\n');
    await play('S: * OK one moment\r\n');
    await client.send('a CREATE injected\r\n');
    await play('S: * OK another\r\n');
    await upstream.send('n OK\r\n');
    await client.expect('n OK\r\n');
    await client.expectLine(BYE);
    await upstream.expectEnd();
  });

  test('while the go-ahead waits for the end of a response', async (t) => {
    const { client, upstream, play } = await greeted(t);
    await play('S: * OK half a l');
    await client.send('s STARTTLS\r\na CREATE injected\r\n');
    await upstream.send('ine\r\n');
    await client.expect('ine\r\n');
    await client.expectLine(BYE);
    await upstream.expectEnd();
  });

  test('before a client that half-closed', async (t) => {
    const { client, upstream, play } = await greeted(t);
    await play('C: n NOOP\r\n');
    await client.send('s STARTTLS\r\na CREATE injected\r\n');
    client.end();
    await upstream.send('n OK\r\n');
    await client.expect('n OK\r\n');
    await upstream.expectEnd();
  });

  test('as a command in clear instead of the handshake', async (t) => {
    const { client, upstream, proxy } = await greeted(t);
    await client.send('s STARTTLS\r\n');
    await client.expect(OK);
    await client.send('a CREATE injected\r\n');
    await upstream.expectEnd();
    upstream.end();
    const [closed] = await closedSessions(proxy);
    assert.equal(closed?.side, 'client');
    assert.match(closed?.cause ?? '', /^error ERR_SSL_/);
  });
});

describe('the handshake does not come about', () => {
  for (const [name, act, cause] of [
    ['the client ends', 'end', /^error ECONNRESET$/],
    ['the client resets', 'reset', /^error ECONNRESET$/],
  ] as const) {
    test(`${name}: so does upstream`, async (t) => {
      const { client, upstream, proxy } = await greeted(t);
      await client.send('s STARTTLS\r\n');
      await client.expect(OK);
      await client.send(Buffer.from([22, 3, 1]));
      client[act]();
      await upstream.expectEnd();
      upstream.end();
      const [closed] = await closedSessions(proxy);
      assert.equal(closed?.side, 'client');
      assert.match(closed?.cause ?? '', cause);
    });
  }

  test('upstream ends meanwhile: the client hears what it said, under TLS, then the end', async (t) => {
    const { client, upstream } = await greeted(t);
    await client.send('s STARTTLS\r\n');
    await client.expect(OK);
    await upstream.send('* BYE idle for too long\r\n');
    upstream.end();
    await client.startTls();
    await client.expect('* BYE idle for too long\r\n');
    await client.expectEnd();
  });

  test('the proxy stops meanwhile: the client hears that, under TLS', async (t) => {
    const { client, upstream, proxy } = await greeted(t);
    await client.send('s STARTTLS\r\n');
    await client.expect(OK);
    const stopped = proxy.stop();
    await upstream.expectEnd();
    upstream.end();
    await client.startTls();
    await client.expectLine(/^\* BYE \[UNAVAILABLE\] the proxy is stopping /);
    await client.expectEnd();
    client.end();
    await stopped;
  });

  test('TLS 1.1 is refused', async (t) => {
    const old = {
      ...trusting,
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    } as const;
    const { client, upstream, play } = await scriptedSession(t, withCertificate, old);
    await play('S: * OK ready\r\n');
    await client.send('s STARTTLS\r\n');
    await client.expect(OK);
    await assert.rejects(client.startTls(), { code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
    await upstream.expectEnd();
  });
});
