import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import type tls from 'node:tls';
import { createTlsServer } from '../../src/relay/tls-server.js';
import { type Certificate, certificates, issueCertificate } from '../support/certs.js';
import { dial, type ImapPeer, startImapPeer } from '../support/imap-peer.js';
import { type RunningProxy, startProxy } from '../support/proxy.js';
import { startRelay } from './bare-relay.js';
import { closedSessions } from './session.js';

const { ca } = await certificates();
const [aRsa, aEc, bEc, cRsa] = await Promise.all([
  issueCertificate({ altNames: 'DNS:a.test', days: 2, key: 'rsa', subject: 'a-rsa' }),
  issueCertificate({ altNames: 'DNS:a.test', days: 2, subject: 'a-ec' }),
  issueCertificate({ altNames: 'DNS:b.test', days: 2, subject: 'b-ec' }),
  issueCertificate({ altNames: 'DNS:*.c.test', days: 2, key: 'rsa', subject: 'c-rsa' }),
]);

interface Context {
  after(cleanUp: () => Promise<void>): void;
}

interface Serving {
  readonly proxy: RunningProxy;
  readonly peer: ImapPeer;
  readonly implicit: number;
  readonly starttls: number;
}

async function serving(t: Context, ...shown: readonly Certificate[]): Promise<Serving> {
  const peer = await startImapPeer();
  const proxy = await startProxy({
    listen: ['imaps://127.0.0.1:0', 'imap://127.0.0.1:0'],
    'tls-cert': shown.map(({ certFile }) => certFile),
    'tls-key': shown.map(({ keyFile }) => keyFile),
    upstream: `imap://127.0.0.1:${peer.port}`,
    'submission-auth': 'none',
  });
  t.after(async () => {
    await peer.close();
    await proxy.stop();
  });
  const [implicit = 0, starttls = 0] = proxy.ports;
  return { proxy, peer, implicit, starttls };
}

/** An empty name asks for none. */
const asking = (servername: string, options: tls.ConnectionOptions = {}): tls.ConnectionOptions => ({
  ca: ca.cert,
  servername,
  checkServerIdentity: () => undefined,
  ...options,
});

/** The common name of the certificate that a client is shown; the session ends then. */
async function shownAt(
  { peer, implicit, starttls }: Serving,
  how: 'imaps' | 'STARTTLS',
  options: tls.ConnectionOptions,
) {
  const client = await dial(how === 'imaps' ? implicit : starttls, options);
  if (how === 'STARTTLS') {
    await (await peer.accept()).send('* OK ready\r\n');
    await client.expect('* OK ready\r\n');
    await client.send('s STARTTLS\r\n');
    await client.expectLine(/^s OK /);
  }
  const secured = await client.startTls();
  if (how === 'imaps') await (await peer.accept()).send('* OK ready\r\n');
  else await client.send('a NOOP\r\n');
  const shown = secured.getPeerCertificate().subject.CN;
  if (how === 'imaps') await client.expect('* OK ready\r\n');
  client.reset();
  return shown;
}

const RSA = 'rsa_pss_rsae_sha256';
const ECDSA = 'ecdsa_secp256r1_sha256';

/** What a client is shown that asks for the name, and can verify these signatures, the first above all. */
const rows: readonly [name: string, sigalgs: string, shown: string][] = [
  ['a.test', RSA, 'a-rsa'],
  ['A.TEST', ECDSA, 'a-ec'],
  // Whoever prefers RSA must not get the RSA certificate of another name.
  ['b.test', `${RSA}:${ECDSA}`, 'b-ec'],
  ['mail.c.test', `${ECDSA}:${RSA}`, 'c-rsa'],
  ['', RSA, 'a-rsa'],
  ['', ECDSA, 'a-ec'],
  ['unknown.test', RSA, 'a-rsa'],
];

describe('the certificate is the one for the name that the client asks for', () => {
  for (const how of ['imaps', 'STARTTLS'] as const) {
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      test(`${how}, ${version}`, async (t) => {
        const world = await serving(t, aRsa, aEc, bEc, cRsa);
        const shown: (readonly [string, string, unknown])[] = [];
        for (const [name, sigalgs] of rows) {
          const options = asking(name, { sigalgs, minVersion: version, maxVersion: version });
          shown.push([name, sigalgs, await shownAt(world, how, options)]);
        }
        assert.deepEqual(shown, rows);
      });
    }
  }

  test('a client that can verify none for its name gets none of another', async (t) => {
    const { implicit, proxy } = await serving(t, aRsa, bEc);
    const client = await dial(implicit, asking('b.test', { sigalgs: RSA }));
    await assert.rejects(client.startTls());
    client.reset();
    const [closed] = await closedSessions(proxy);
    assert.match(closed?.cause ?? '', /^error ERR_SSL_NO_S/);
  });

  test('two types of key for one name need no look at the name', async (t) => {
    const world = await serving(t, aRsa, aEc);
    assert.equal(await shownAt(world, 'imaps', asking('a.test', { sigalgs: RSA })), 'a-rsa');
    assert.equal(await shownAt(world, 'STARTTLS', asking('a.test', { sigalgs: ECDSA })), 'a-ec');
  });
});

test('a ClientHello that comes octet by octet is read', async (t) => {
  const { implicit, peer } = await serving(t, aRsa, bEc);
  const slow = net.createServer({ noDelay: true }, (client) => {
    const proxy = net.connect({ host: '127.0.0.1', port: implicit, noDelay: true });
    proxy.pipe(client);
    client.once('data', async (hello) => {
      client.pause();
      for (const octet of hello) await new Promise((sent) => proxy.write(Buffer.from([octet]), sent));
      client.pipe(proxy);
    });
    for (const socket of [client, proxy]) socket.on('error', () => client.destroy());
    client.on('close', () => proxy.destroy());
  });
  slow.listen(0, '127.0.0.1');
  await once(slow, 'listening');
  t.after(() => void slow.close());
  const client = await dial((slow.address() as AddressInfo).port, asking('b.test'));
  assert.equal((await client.startTls()).getPeerCertificate().subject.CN, 'b-ec');
  await (await peer.accept()).send('* OK ready\r\n');
  await client.expect('* OK ready\r\n');
  client.reset();
});

describe('a handshake that does not get as far as the name', () => {
  const starts: readonly [name: string, octets: Buffer, end: 'end' | 'reset' | undefined, cause: RegExp][] = [
    ['octets in clear', Buffer.from('a LOGIN anna secret\r\n'), undefined, /^error ERR_SSL_/],
    ['half a hello, then the end', Buffer.from([22, 3, 1, 1]), 'end', /^error ECONNRESET$/],
    ['half a hello, then a reset', Buffer.from([22, 3, 1, 1]), 'reset', /^error ECONNRESET$/],
  ];
  for (const [name, octets, end, cause] of starts) {
    test(name, async (t) => {
      const { implicit, peer, proxy } = await serving(t, aRsa, bEc);
      const client = await dial(implicit);
      await client.send(octets);
      if (end !== undefined) client[end]();
      const [closed] = await closedSessions(proxy);
      assert.equal(closed?.side, 'client');
      assert.match(closed?.cause ?? '', cause);
      assert.equal(peer.connections, 0);
      client.reset();
    });
  }

  test('half a hello, and no more in time', async (t) => {
    const peer = await startImapPeer();
    const certificates = [aRsa, bEc].map(({ cert, key, certFile }) => ({
      chain: cert,
      key,
      names: [certFile],
      keyType: certFile,
    }));
    const [first, ...others] = certificates;
    assert.ok(first);
    const server = createTlsServer({ certificates: [first, ...others], clientCertificate: 'none' });
    assert.ok(server.byName);
    const relay = await startRelay({
      upstream: { port: peer.port },
      deadlines: { handshakeMs: 30 },
      tls: { mode: 'implicit', server: () => server },
    });
    t.after(async () => {
      await peer.close();
      await relay.drain(0);
    });
    const client = await dial(relay.port);
    await client.send(Buffer.from([22, 3, 1, 1]));
    await client.expectEnd();
    client.end();
    const [closed] = await closedSessions(relay);
    assert.deepEqual([closed?.side, closed?.cause], ['client', 'timeout tls']);
  });

  test('half a hello, and the proxy stops', async (t) => {
    const { implicit, proxy } = await serving(t, aRsa, bEc);
    const client = await dial(implicit);
    await client.send(Buffer.from([22, 3, 1, 1]));
    await proxy.seen('session-opened');
    await proxy.stop();
    await client.expectEnd();
  });
});
