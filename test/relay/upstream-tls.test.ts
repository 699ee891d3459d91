import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Certificate, certificates } from '../support/certs.js';
import type { PeerOptions } from '../support/imap-peer.js';
import { closedSessions, type Flags, type ScriptedSession, scriptedSession } from './session.js';

const { ca, server, untrusted, expired, wrongName } = await certificates();

type Context = Parameters<typeof scriptedSession>[0];

const BYE = /^\* BYE \[UNAVAILABLE\] the mail server cannot be reached /;

/** The client is told, nobody hears a command, and the log names the cause. */
async function refused({ client, upstream, proxy }: ScriptedSession, cause: RegExp): Promise<void> {
  await client.expectLine(BYE);
  await client.expectEnd();
  client.end();
  upstream.reset();
  const [closed] = await closedSessions(proxy);
  assert.equal(closed?.side, 'upstream');
  assert.match(closed?.cause ?? '', cause);
  assert.equal(upstream.pending, '');
}

describe('imaps://', () => {
  const open = (t: Context, certificate: Certificate, flags: Flags, peer: Partial<PeerOptions['tls']> = {}) =>
    scriptedSession(
      t,
      (port) => ({ upstream: `imaps://127.0.0.1:${port}`, ...flags }),
      {},
      { tls: { cert: certificate.cert, key: certificate.key, ...peer }, implicitTls: true },
    );
  const trusting = { 'upstream-ca': ca.certFile };

  test('passes under TLS what a server says whose certificate is verified', async (t) => {
    const { play } = await open(t, server, trusting);
    await play('S: * OK ready\r\n', 'C: a LOGIN anna secret\r\n', 'S: a OK\r\n');
  });

  test('half-close and back-pressure work under it', async (t) => {
    const { client, upstream, play } = await open(t, server, trusting);
    const size = 8 * 1024 * 1024;
    await play('S: * PREAUTH ready\r\n', `S: * 1 FETCH (BODY[] {${size}}\r\n`);
    const before = client.bytesReceived;
    client.pause();
    void upstream.send(Buffer.alloc(size, 'x'));
    upstream.end();
    client.resume();
    await client.expectBytes(before + size);
    await client.expectEnd();
    client.end();
    await upstream.expectEnd();
  });

  test('upstream that resets it: so it is logged, and the client gets the end', async (t) => {
    const { client, upstream, play, proxy } = await open(t, server, trusting);
    await play('S: * OK ready\r\n');
    upstream.reset();
    await client.expectEnd();
    client.end();
    const [closed] = await closedSessions(proxy);
    assert.deepEqual([closed?.side, closed?.cause], ['upstream', 'error ECONNRESET']);
  });

  test('upstream that resets the handshake is as good as not there', async (t) => {
    const session = await scriptedSession(t, (port) => ({
      upstream: `imaps://127.0.0.1:${port}`,
      ...trusting,
    }));
    await session.upstream.expect('\x16\x03\x01');
    session.upstream.stream();
    session.upstream.reset();
    await refused(session, /^error tls: /);
  });

  const wrong: readonly [name: string, certificate: Certificate, flags: Flags, cause: RegExp][] = [
    ['no authority is named, and the system knows none', server, {}, /^error tls: unable to verify/],
    ['another authority', untrusted, trusting, /^error tls: unable to /],
    ['an authority that signed itself', ca, {}, /^error tls: self-signed certificate/],
    ['expired', expired, trusting, /^error tls: certificate has expired/],
    ['another name', wrongName, trusting, /^error tls: Hostname\/IP does not match certificate's altnames/],
  ];
  for (const [name, certificate, flags, cause] of wrong) {
    test(`a certificate that is wrong is refused: ${name}`, async (t) => {
      await refused(await open(t, certificate, flags), cause);
    });
    test(`--upstream-insecure takes it: ${name}`, async (t) => {
      const { play } = await open(t, certificate, { 'upstream-insecure': true });
      await play('S: * OK ready\r\n');
    });
  }

  test('TLS 1.1 is refused', async (t) => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await refused(await open(t, server, trusting, old), /^error tls: /);
  });

  test('a server that speaks in clear is refused', async (t) => {
    const session = await scriptedSession(t, (port) => ({
      upstream: `imaps://127.0.0.1:${port}`,
      ...trusting,
    }));
    session.upstream.stream();
    await session.upstream.send('* OK ready\r\n');
    await refused(session, /^error tls: /);
  });
});

describe('STARTTLS', () => {
  const open = (t: Context, mode: 'require' | 'try', certificate = server) =>
    scriptedSession(
      t,
      (port) => ({
        upstream: `imap://127.0.0.1:${port}`,
        'upstream-starttls': mode,
        'upstream-ca': ca.certFile,
      }),
      {},
      { tls: { cert: certificate.cert, key: certificate.key } },
    );
  const OFFER = '* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready\r\n';

  for (const mode of ['require', 'try'] as const) {
    test(`${mode}: the client hears only what is said under TLS`, async (t) => {
      const { client, upstream, play } = await open(t, mode);
      await upstream.send('* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=FORGED] forged\r\n');
      await upstream.expect('P2 STARTTLS\r\n');
      await upstream.send('* OK forged\r\nP2 OK go\r\n');
      await upstream.startTls();
      await upstream.expect('P3 CAPABILITY\r\n');
      await upstream.send('* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nP3 OK\r\n');
      await client.expect('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SEND] IMAP ready\r\n');
      await play('C: a LOGIN anna secret\r\n', 'S: a OK\r\n');
    });
  }

  test('require: a server that names nothing in its greeting is asked', async (t) => {
    const { client, upstream } = await open(t, 'require');
    await upstream.send('* OK ready\r\n');
    await upstream.expect('P1 CAPABILITY\r\n');
    await upstream.send('* CAPABILITY IMAP4rev1 starttls\r\nP1 OK\r\n');
    await upstream.expect('P2 STARTTLS\r\n');
    await upstream.send('P2 OK go\r\n');
    await upstream.startTls();
    await upstream.expect('P3 CAPABILITY\r\n');
    await upstream.send('* CAPABILITY IMAP4rev1\r\nP3 OK\r\n');
    await client.expect('* OK [CAPABILITY IMAP4rev1 SEND] IMAP ready\r\n');
  });

  test('try: a server that does not offer it is used as it is', async (t) => {
    const { client, upstream, play } = await open(t, 'try');
    await upstream.send('* OK [CAPABILITY IMAP4rev1 XSTARTTLS] hello\r\n');
    await client.expect('* OK [CAPABILITY IMAP4rev1 XSTARTTLS SEND] hello\r\n');
    await play('C: a LOGIN anna secret\r\n', 'S: a OK\r\n');
  });

  test('require: a server that does not offer it is not used', async (t) => {
    const session = await open(t, 'require');
    await session.upstream.send('* OK [CAPABILITY IMAP4rev1] hello\r\n');
    await refused(session, /^error greeting: upstream does not offer STARTTLS$/);
  });

  test('a certificate that is wrong is refused, also with try', async (t) => {
    const session = await open(t, 'try', untrusted);
    await session.upstream.send(OFFER);
    await session.upstream.expect('P2 STARTTLS\r\n');
    await session.upstream.send('P2 OK go\r\n');
    await assert.rejects(session.upstream.startTls());
    await refused(session, /^error tls: unable to /);
  });

  /** What a man in the middle may say in clear, each in place of the answer of the server. */
  const forged: readonly [name: string, greeting: string, answer: string | undefined, cause: RegExp][] = [
    ['PREAUTH', '* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n', undefined, /^error greeting: .* PREAUTH$/],
    ['BYE', '* BYE go away\r\n', undefined, /^error greeting: .* BYE$/],
    ['no IMAP', '220 mx.example.org ESMTP\r\n', undefined, /^error greeting: .* no IMAP response$/],
    ['an endless line', `* OK ${'x'.repeat(40_000)}`, undefined, /^error greeting: .* endless line$/],
    ['a refusal', OFFER, 'P2 NO not today\r\n', /^error tls: upstream refuses STARTTLS$/],
    ['a longer tag', OFFER, 'P22 OK go\r\nP2 BAD no\r\n', /^error tls: upstream refuses STARTTLS$/],
    ['many lines', OFFER, '* OK x\r\n'.repeat(40), /^error tls: .* many lines$/],
    [
      'a response behind the OK',
      OFFER,
      'P2 OK go\r\n* CAPABILITY IMAP4rev1 AUTH=FORGED\r\n',
      /octets where none may come$/,
    ],
    ['half a response behind the OK', OFFER, 'P2 OK go\r\n*', /octets where none may come$/],
  ];
  for (const [name, greeting, answer, cause] of forged) {
    test(`no session comes of ${name}`, async (t) => {
      const session = await open(t, 'require');
      await session.upstream.send(greeting);
      if (answer !== undefined) {
        await session.upstream.expect('P2 STARTTLS\r\n');
        await session.upstream.send(answer);
      }
      await refused(session, cause);
    });
  }

  test('upstream that goes instead of its answer is logged as that', async (t) => {
    const session = await open(t, 'require');
    await session.upstream.send(OFFER);
    await session.upstream.expect('P2 STARTTLS\r\n');
    session.upstream.end();
    await refused(session, /^error tls: upstream closed the connection$/);
  });
});
