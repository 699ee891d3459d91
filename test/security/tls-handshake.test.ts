import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type tls from 'node:tls';
import { certificates, issueCertificate } from '../support/certs.js';
import { dial, startImapPeer } from '../support/imap-peer.js';
import { startProxy } from '../support/proxy.js';

const { ca, server } = await certificates();
const other = await issueCertificate({ altNames: 'DNS:other.test', days: 2 });

interface Context {
  after(cleanUp: () => Promise<void>): void;
}

/** An imaps listener that looks at the name, and one for STARTTLS; `greeted` is a client that upstream has greeted. */
async function serving(t: Context) {
  const peer = await startImapPeer();
  const proxy = await startProxy({
    listen: ['imaps://127.0.0.1:0', 'imap://127.0.0.1:0'],
    'tls-cert': [server.certFile, other.certFile],
    'tls-key': [server.keyFile, other.keyFile],
    upstream: `imap://127.0.0.1:${peer.port}`,
    'submission-auth': 'none',
  });
  t.after(async () => {
    await peer.close();
    await proxy.stop();
  });
  const greeted = async (how: 'imaps' | 'STARTTLS', options: tls.ConnectionOptions) => {
    const [implicit = 0, starttls = 0] = proxy.ports;
    const client = await dial(how === 'imaps' ? implicit : starttls, { ca: ca.cert, ...options });
    const greet = async () => {
      await (await peer.accept()).send('* OK ready\r\n');
      await client.expect('* OK ready\r\n');
    };
    if (how === 'STARTTLS') {
      await greet();
      await client.send('s STARTTLS\r\n');
      await client.expectLine(/^s OK /);
    }
    const secured = await client.startTls();
    if (how === 'imaps') await greet();
    return { client, secured };
  };
  return { peer, greeted };
}

describe('ALPN: nobody who speaks another protocol gets an answer here (ALPACA)', () => {
  const rows: readonly [offered: string[], agreed: string | false][] = [
    [['imap'], 'imap'],
    [['h2', 'imap'], 'imap'],
    [[], false],
  ];
  for (const how of ['imaps', 'STARTTLS'] as const) {
    for (const [ALPNProtocols, agreed] of rows) {
      test(`${how}, offered: ${ALPNProtocols.join() || 'none'}`, async (t) => {
        const { greeted } = await serving(t);
        const { client, secured } = await greeted(how, ALPNProtocols.length === 0 ? {} : { ALPNProtocols });
        assert.equal(secured.alpnProtocol, agreed);
        client.reset();
      });
    }
    for (const offered of ['http/1.1', 'h2', 'smtp', 'imaps', 'IMAP', 'imap ']) {
      test(`${how}, offered: ${JSON.stringify(offered)}: no handshake`, async (t) => {
        const { greeted, peer } = await serving(t);
        const refusal = { code: 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL' };
        await assert.rejects(greeted(how, { ALPNProtocols: [offered] }), refusal);
        assert.equal(peer.connections, how === 'imaps' ? 0 : 1);
      });
    }
  }
});

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`${version}: a session is resumed, but not the handshake of another proxy`, async (t) => {
    const versions = { minVersion: version, maxVersion: version };
    const [here, there] = [await serving(t), await serving(t)];
    const { client, secured } = await here.greeted('imaps', versions);
    let session = secured.getSession() as Buffer;
    secured.on('session', (latest) => {
      session = latest;
    });
    await client.send('a NOOP\r\n');
    client.reset();
    const again = await here.greeted('imaps', { ...versions, session });
    assert.equal(again.secured.isSessionReused(), true);
    again.client.reset();
    const elsewhere = await there.greeted('imaps', { ...versions, session });
    assert.equal(elsewhere.secured.isSessionReused(), false);
    elsewhere.client.reset();
  });
}

test('a client cannot renegotiate', async (t) => {
  const { greeted } = await serving(t);
  const { client, secured } = await greeted('imaps', { maxVersion: 'TLSv1.2' });
  const refusal = new Promise((resolve) => {
    secured.once('error', resolve);
    secured.renegotiate({}, resolve);
  });
  assert.match(String(await refusal), /no renegotiation/);
  client.reset();
});
