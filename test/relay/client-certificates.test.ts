import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type tls from 'node:tls';
import { type Certificate, certificates, issueCertificate } from '../support/certs.js';
import { dial, type ImapPeer, type PeerConnection, startImapPeer } from '../support/imap-peer.js';
import { type RunningProxy, startProxy } from '../support/proxy.js';
import { closedSessions } from './session.js';

const { ca, server, untrusted } = await certificates();
const usage = 'clientAuth';
const [good, expired, forServers, nameless] = await Promise.all([
  issueCertificate({ altNames: 'email:anna@example.org', days: 2, subject: 'Anna', usage }),
  issueCertificate({ altNames: 'email:anna@example.org', days: -1, usage }),
  issueCertificate({ altNames: 'email:anna@example.org', days: 2 }),
  issueCertificate({ altNames: 'email:anna@example.org', days: 2, subject: '', usage }),
]);

type Auth = 'optional' | 'require';

interface Setting {
  readonly proxy: RunningProxy;
  readonly peer: ImapPeer;
  connect(shown?: Certificate, options?: tls.ConnectionOptions): Promise<PeerConnection>;
}

async function asking(t: { after(cleanUp: () => Promise<void>): void }, auth: Auth): Promise<Setting> {
  const peer = await startImapPeer();
  const proxy = await startProxy({
    listen: auth === 'require' ? ['imaps://127.0.0.1:0'] : ['imaps://127.0.0.1:0', 'imap://127.0.0.1:0'],
    'tls-cert': server.certFile,
    'tls-key': server.keyFile,
    'tls-client-ca': ca.certFile,
    'tls-client-auth': auth,
    upstream: `imap://127.0.0.1:${peer.port}`,
    'submission-auth': 'none',
  });
  const clients: PeerConnection[] = [];
  t.after(async () => {
    for (const client of clients) client.reset();
    await peer.close();
    await proxy.stop();
  });
  const connect = async (shown?: Certificate, options: tls.ConnectionOptions = {}) => {
    const own = shown === undefined ? {} : { cert: shown.cert, key: shown.key };
    const client = await dial(proxy.port, { ca: ca.cert, ...own, ...options });
    clients.push(client);
    return client;
  };
  return { proxy, peer, connect };
}

/** The session comes about; resolves with whom the log says the certificate names. */
async function accepted({ proxy, peer }: Setting, client: PeerConnection): Promise<string | undefined> {
  await client.startTls();
  const upstream = await peer.accept();
  await upstream.send('* OK ready\r\n');
  await client.expect('* OK ready\r\n');
  client.end();
  await upstream.expectEnd();
  upstream.end();
  return (await closedSessions(proxy))[0]?.certificate;
}

/** No session, and nothing at upstream; resolves with why. */
async function refused({ proxy, peer }: Setting, client: PeerConnection): Promise<string> {
  // With TLS 1.3 the client takes the handshake for complete before it is.
  await client.startTls().catch(() => {});
  await client.send('a LOGIN anna secret\r\n');
  const [closed] = await closedSessions(proxy);
  assert.equal(peer.connections, 0);
  assert.deepEqual([closed?.side, closed?.bytesFromClient, closed?.certificate], ['client', 0, undefined]);
  return closed?.cause ?? '';
}

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  const options = { minVersion: version, maxVersion: version };
  for (const auth of ['optional', 'require'] as const) {
    describe(`${auth}, ${version}`, () => {
      test('a certificate of the authority is taken, and its name logged', async (t) => {
        const setting = await asking(t, auth);
        assert.equal(await accepted(setting, await setting.connect(good, options)), 'Anna');
      });

      for (const [name, shown, cause] of [
        ['of another authority', untrusted, 'error UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
        ['that has expired', expired, 'error CERT_HAS_EXPIRED'],
        ['for servers', forServers, 'error INVALID_PURPOSE'],
      ] as const) {
        test(`a certificate ${name} is refused`, async (t) => {
          const setting = await asking(t, auth);
          assert.equal(await refused(setting, await setting.connect(shown, options)), cause);
        });
      }

      test(`without a certificate: ${auth === 'require' ? 'refused' : 'taken'}`, async (t) => {
        const setting = await asking(t, auth);
        const client = await setting.connect(undefined, options);
        if (auth === 'optional') assert.equal(await accepted(setting, client), undefined);
        else {
          const cause = await refused(setting, client);
          assert.equal(cause, 'error ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE');
        }
      });

      test('a session is not resumed: the certificate is asked for again', async (t) => {
        const setting = await asking(t, auth);
        const client = await setting.connect(good, options);
        const secured = await client.startTls();
        const sessions: Buffer[] = [];
        secured.on('session', (session) => sessions.push(session));
        const upstream = await setting.peer.accept();
        await upstream.send('* OK ready\r\n');
        await client.expect('* OK ready\r\n');
        const ticket = sessions.at(-1) ?? secured.getSession();
        assert.ok(ticket);
        const again = await setting.connect(undefined, { ...options, session: ticket });
        const resumed = await again.startTls().catch(() => undefined);
        assert.notEqual(resumed?.isSessionReused(), true);
        if (auth === 'optional') {
          await (await setting.peer.accept()).send('* OK ready\r\n');
          await again.expect('* OK ready\r\n');
        } else await again.expectEnd();
      });
    });
  }
}

test('a certificate without a common name is logged by its alternative name', async (t) => {
  const setting = await asking(t, 'optional');
  assert.equal(await accepted(setting, await setting.connect(nameless)), 'email:anna@example.org');
});

test('behind STARTTLS it is verified, too', async (t) => {
  const { proxy, peer } = await asking(t, 'optional');
  const [, port = 0] = proxy.ports;
  for (const [shown, name] of [
    [good, 'Anna'],
    [untrusted, undefined],
  ] as const) {
    const client = await dial(port, { ca: ca.cert, cert: shown.cert, key: shown.key });
    const upstream = await peer.accept();
    await upstream.send('* OK ready\r\n');
    await client.expect('* OK ready\r\n');
    await client.send('s STARTTLS\r\n');
    await client.expectLine(/^s OK /);
    await client.startTls().catch(() => {});
    if (name !== undefined) {
      await client.send('a NOOP\r\n');
      await upstream.expect('a NOOP\r\n');
      client.end();
    }
    await upstream.expectEnd();
    upstream.end();
    client.reset();
  }
  const closed = await closedSessions(proxy, 2);
  assert.deepEqual(
    closed.map(({ cause, certificate }) => [cause, certificate]),
    [
      ['end', 'Anna'],
      ['error UNABLE_TO_VERIFY_LEAF_SIGNATURE', undefined],
    ],
  );
});
