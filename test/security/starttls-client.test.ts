import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { closedSessions } from '../relay/session.js';
import { certificates } from '../support/certs.js';
import { dial, type ImapPeer, type PeerConnection, startImapPeer } from '../support/imap-peer.js';
import { type RunningProxy, startProxy } from '../support/proxy.js';

/*
 * What somebody can do who changes what passes in clear between client and proxy: "Why TLS Is Better Without STARTTLS"
 * (2021), command injection and session fixation. Single cases with their log lines: test/relay/client-starttls.test.ts.
 */

const { ca, server } = await certificates();

interface World {
  readonly proxy: RunningProxy;
  readonly peer: ImapPeer;
  readonly clients: PeerConnection[];
}

async function world(
  t: { after(cleanUp: () => Promise<void>): void },
  flags: Record<string, boolean> = {},
): Promise<World> {
  const peer = await startImapPeer();
  const proxy = await startProxy({
    'tls-cert': server.certFile,
    'tls-key': server.keyFile,
    upstream: `imap://127.0.0.1:${peer.port}`,
    'submission-auth': 'none',
    ...flags,
  });
  const clients: PeerConnection[] = [];
  t.after(async () => {
    for (const client of clients) client.reset();
    await peer.close();
    await proxy.stop();
  });
  return { proxy, peer, clients };
}

async function greeted({ proxy, peer, clients }: World, greeting = '* OK ready\r\n') {
  const client = await dial(proxy.port, { ca: ca.cert });
  clients.push(client);
  const upstream = await peer.accept();
  await upstream.send(greeting);
  await client.expectLine(/^\* (OK|PREAUTH) /);
  return { client, upstream };
}

/** All that the client is told, up to the end; TLS alerts among it. */
async function toldUntilEnd(client: PeerConnection): Promise<string> {
  let told = '';
  client.stream((octets) => {
    told += octets.toString('latin1');
  });
  while (!client.ended) await new Promise((resolve) => setTimeout(resolve, 5));
  return told;
}

const GO = 's OK begin TLS negotiation now\r\n';

/** Each comes behind `s STARTTLS`, as if the client had sent it under TLS. */
const injected: readonly string[] = [
  'a CREATE injected\r\n',
  'a LOGIN {4+}\r\nanna {6+}\r\nsecret\r\n',
  'a AUTHENTICATE SCRAM-SHA-256 biws\r\n',
  's2 STARTTLS\r\n',
  'a APPEND INBOX {10}\r\n',
  '\r\n',
  ' ',
  '\x16',
  'a SEND 1\r\n',
];

describe('a command behind STARTTLS is not carried out', () => {
  for (const command of injected) {
    test(`in the same segment: ${JSON.stringify(command)}`, async (t) => {
      const { client, upstream } = await greeted(await world(t));
      await client.send(`s STARTTLS\r\n${command}`);
      assert.match(await toldUntilEnd(client), /^\* BYE octets follow STARTTLS, closing /);
      await upstream.expectEnd();
    });
  }

  test('wherever the segments are cut', async (t) => {
    const both = 's STARTTLS\r\na CREATE injected\r\n';
    const setting = await world(t);
    for (let cut = 1; cut < both.length; cut++) {
      const { client, upstream } = await greeted(setting);
      await client.send(both.slice(0, cut));
      await client.send(both.slice(cut));
      // Before the go-ahead they are seen for what they are, behind it they are no handshake.
      const told = await toldUntilEnd(client);
      if (told.startsWith(GO)) assert.doesNotMatch(told.slice(GO.length), /^[*+as]/, String(cut));
      else assert.match(told, /^\* BYE octets follow STARTTLS, closing /, String(cut));
      await upstream.expectEnd();
      client.reset();
      upstream.reset();
    }
  });

  for (const [when, first] of [
    ['behind the go-ahead, before the ClientHello', ''],
    ['behind the first octets of a ClientHello', '\x16\x03\x01\x00\xc8\x01'],
  ] as const) {
    test(when, async (t) => {
      const { client, upstream } = await greeted(await world(t));
      await client.send('s STARTTLS\r\n');
      await client.expect(GO);
      await client.send(`${first}${'a CREATE injected\r\n'.repeat(20)}`);
      assert.doesNotMatch(await toldUntilEnd(client), /^[*+as]/);
      await upstream.expectEnd();
    });
  }

  test('under TLS, in clear between two records', async (t) => {
    const setting = await world(t);
    const { client, upstream } = await greeted(setting);
    await client.send('s STARTTLS\r\n');
    await client.expect(GO);
    await client.startTls();
    await client.send('a NOOP\r\n');
    await upstream.expect('a NOOP\r\n');
    client.sendInClear('b CREATE injected\r\n');
    await upstream.expectEnd();
    upstream.end();
    const [closed] = await closedSessions(setting.proxy);
    assert.match(`${closed?.side} ${closed?.cause}`, /^client error ERR_SSL_/);
  });
});

describe('a login from before TLS is not what a client finds under it (session fixation)', () => {
  const flags = { 'allow-plaintext': true };

  test('STARTTLS after login', async (t) => {
    const { client, upstream } = await greeted(await world(t, flags));
    await client.send('a LOGIN mallory secret\r\n');
    await upstream.expect('a LOGIN mallory secret\r\n');
    await upstream.send('a OK\r\n');
    await client.expect('a OK\r\n');
    await client.send('s STARTTLS\r\n');
    await client.expectLine(/^s BAD /);
  });

  for (const [answer, expected] of [
    ['a OK\r\n', /^s BAD /],
    ['a NO\r\n', /^s OK begin TLS /],
  ] as const) {
    test(`STARTTLS in the segment of a LOGIN that is answered ${answer.trim()}`, async (t) => {
      const { client, upstream } = await greeted(await world(t, flags));
      await client.send('a LOGIN mallory secret\r\ns STARTTLS\r\n');
      await upstream.expect('a LOGIN mallory secret\r\n');
      assert.equal(client.pending, '');
      await upstream.send(answer);
      await client.expect(answer);
      await client.expectLine(expected);
    });
  }

  test('STARTTLS after SCRAM, which needs no TLS', async (t) => {
    const { client, upstream } = await greeted(await world(t));
    await client.send('a AUTHENTICATE SCRAM-SHA-256 biws\r\ns STARTTLS\r\n');
    await upstream.expect('a AUTHENTICATE SCRAM-SHA-256 biws\r\n');
    await upstream.send('a OK\r\n');
    await client.expect('a OK\r\n');
    await client.expectLine(/^s BAD /);
  });

  test('STARTTLS as an answer within SASL', async (t) => {
    const { client, upstream } = await greeted(await world(t));
    await client.send('a AUTHENTICATE SCRAM-SHA-256\r\n');
    await upstream.expect('a AUTHENTICATE SCRAM-SHA-256\r\n');
    await upstream.send('+ \r\n');
    await client.expect('+ \r\n');
    await client.send('s STARTTLS\r\n');
    assert.match(await toldUntilEnd(client), /^\* BYE an answer in AUTHENTICATE must be base64, closing /);
  });

  test('STARTTLS where upstream greeted with PREAUTH', async (t) => {
    const { client } = await greeted(await world(t), '* PREAUTH ready\r\n');
    await client.send('s STARTTLS\r\n');
    await client.expectLine(/^s BAD /);
  });
});
