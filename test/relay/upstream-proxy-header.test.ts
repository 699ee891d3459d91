import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type tls from 'node:tls';
import { formatIp } from '../../src/ip-address.js';
import type { ProxiedConnection } from '../../src/proxy-protocol/header.js';
import { readHeader } from '../../src/proxy-protocol/parse.js';
import { IPV4, ssl, tlv, v2 } from '../proxy-protocol/headers.js';
import { certificates, issueCertificate } from '../support/certs.js';
import { startForwarder } from '../support/forwarder.js';
import {
  dial,
  type ImapPeer,
  type PeerConnection,
  type PeerOptions,
  startImapPeer,
} from '../support/imap-peer.js';
import { type RunningProxy, startProxy } from '../support/proxy.js';
import { closedSessions, type Flags, scriptedSession } from './session.js';

const { ca, server } = await certificates();
const serverTls = { cert: server.cert, key: server.key };
const certificate = { 'tls-cert': server.certFile, 'tls-key': server.keyFile };

interface Setting {
  readonly proxy: RunningProxy;
  readonly peer: ImapPeer;
  readonly client: PeerConnection;
  /** What the header said that upstream got; it has to come in one segment. */
  told(): ProxiedConnection | undefined;
}

/** A client at 127.0.0.5, and an upstream that takes the PROXY header off. */
async function setUp(
  context: { after(cleanUp: () => Promise<void>): void },
  flags: Flags,
  peerOptions: PeerOptions = {},
  clientTls: tls.ConnectionOptions = {},
): Promise<Setting> {
  const peer = await startImapPeer(peerOptions);
  let told: ProxiedConnection | undefined;
  const front = await startForwarder(peer.port, (first) => {
    const read = readHeader(first);
    if (read.kind !== 'header') return [];
    told = read.proxied;
    return [first.subarray(read.length)];
  });
  const proxy = await startProxy({
    upstream: `${peerOptions.implicitTls ? 'imaps' : 'imap'}://127.0.0.1:${front.port}`,
    ...(peerOptions.tls && { 'upstream-ca': ca.certFile }),
    'submission-auth': 'none',
    ...flags,
  });
  const client = await dial(proxy.port, { ca: ca.cert, ...clientTls }, '127.0.0.5');
  context.after(async () => {
    client.reset();
    await front.close();
    await peer.close();
    await proxy.stop();
  });
  return { proxy, peer, client, told: () => told };
}

function ends(told: ProxiedConnection | undefined): string {
  assert.ok(told);
  const { source, destination } = told;
  return `${formatIp(source.ip)} > ${formatIp(destination.ip)} ${destination.port}`;
}

for (const version of ['v1', 'v2'] as const) {
  describe(`--upstream-proxy-protocol ${version} says where the client is and where it connected`, () => {
    const header = { 'upstream-proxy-protocol': version };

    test('before all else', async (t) => {
      const { proxy, peer, client, told } = await setUp(t, header);
      const upstream = await peer.accept();
      await upstream.send('* OK ready\r\n');
      await client.expect('* OK ready\r\n');
      await client.send('a NOOP\r\n');
      await upstream.expect('a NOOP\r\n');
      assert.equal(ends(told()), `127.0.0.5 > 127.0.0.1 ${proxy.port}`);
      assert.equal(told()?.tls, undefined);
    });

    test('before TLS', async (t) => {
      const { proxy, peer, client, told } = await setUp(t, header, { tls: serverTls, implicitTls: true });
      const upstream = await peer.accept();
      await upstream.send('* OK ready\r\n');
      await client.expect('* OK ready\r\n');
      assert.equal(ends(told()), `127.0.0.5 > 127.0.0.1 ${proxy.port}`);
    });

    test('before STARTTLS', async (t) => {
      const starttls = { ...header, 'upstream-starttls': 'require' };
      const { proxy, peer, client, told } = await setUp(t, starttls, { tls: serverTls });
      const upstream = await peer.accept();
      await upstream.send('* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n');
      await upstream.expect('P2 STARTTLS\r\n');
      await upstream.send('P2 OK go\r\n');
      await upstream.startTls();
      await upstream.expect('P3 CAPABILITY\r\n');
      await upstream.send('* CAPABILITY IMAP4rev1\r\nP3 OK\r\n');
      await client.expect('* OK [CAPABILITY IMAP4rev1 SEND] IMAP ready\r\n');
      assert.equal(ends(told()), `127.0.0.5 > 127.0.0.1 ${proxy.port}`);
    });

    test('of whom a proxy in front of us named', async (t) => {
      const { client, peer, told } = await setUp(t, { ...header, 'accept-proxy-protocol': '127.0.0.5' });
      await client.send(v2(0x21, 0x11, IPV4, tlv(2, 'mail.example.org'), ssl('anna')));
      const upstream = await peer.accept();
      await upstream.send('* OK ready\r\n');
      await client.expect('* OK ready\r\n');
      assert.equal(ends(told()), '192.0.2.66 > 203.0.113.7 993');
      assert.equal(told()?.source.port, 40_000);
      assert.deepEqual(
        told()?.tls,
        version === 'v1'
          ? undefined
          : {
              version: 'TLSv1.3',
              cipher: 'TLS_AES_256_GCM_SHA384',
              serverName: 'mail.example.org',
              commonName: 'anna',
            },
      );
    });
  });
}

test('v2 says that the client has TLS, which, and for which name', async (t) => {
  const { client, peer, told } = await setUp(t, {
    ...certificate,
    listen: ['imaps://127.0.0.1:0'],
    'upstream-proxy-protocol': 'v2',
  });
  const secured = await client.startTls();
  const upstream = await peer.accept();
  await upstream.send('* OK ready\r\n');
  await client.expect('* OK ready\r\n');
  assert.deepEqual(told()?.tls, {
    version: 'TLSv1.3',
    cipher: secured.getCipher().name,
    serverName: 'localhost',
    commonName: undefined,
  });
});

for (const [name, issued, commonName] of [
  ['whose certificate was verified', { subject: 'Anna' }, 'Anna'],
  ['whose certificate names nobody', { subject: '' }, undefined],
] as const) {
  test(`v2 says who a client is ${name}`, async (t) => {
    const own = { altNames: 'email:anna@example.org', days: 2, usage: 'clientAuth' } as const;
    const { cert, key } = await issueCertificate({ ...own, ...issued });
    const flags = {
      ...certificate,
      listen: ['imaps://127.0.0.1:0'],
      'tls-client-ca': ca.certFile,
      'upstream-proxy-protocol': 'v2',
    };
    const { client, peer, told } = await setUp(t, flags, {}, { cert, key });
    await client.startTls();
    await (await peer.accept()).send('* OK ready\r\n');
    await client.expect('* OK ready\r\n');
    assert.equal(told()?.tls?.commonName, commonName);
  });
}

describe('a client cannot say it itself, to an upstream that waits for a PROXY header', () => {
  for (const [name, forged] of [
    ['v1', Buffer.from('PROXY TCP4 192.0.2.66 203.0.113.7 40000 993\r\na LOGIN anna secret\r\n')],
    ['v2', v2(0x21, 0x11, IPV4)],
    ['half of one', Buffer.from('PROXY')],
  ] as const) {
    test(name, async (t) => {
      const { client, upstream, proxy } = await scriptedSession(t);
      await client.send(forged);
      await delay(30);
      upstream.end();
      await client.expectLine(/^\* BYE \[UNAVAILABLE\] the mail server closed the connection /);
      await client.expectEnd();
      client.end();
      await upstream.expectEnd();
      assert.equal(upstream.bytesReceived, 0);
      const [closed] = await closedSessions(proxy);
      assert.deepEqual([closed?.side, closed?.cause], ['upstream', 'end']);
    });
  }
});

test('what a client sends before the greeting goes out with the first octet of it', async (t) => {
  const { client, upstream } = await scriptedSession(t);
  await client.send('a NOOP\r\n');
  client.end();
  await upstream.send('*');
  await upstream.expect('a NOOP\r\n');
  await upstream.expectEnd();
});
