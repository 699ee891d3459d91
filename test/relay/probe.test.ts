import assert from 'node:assert/strict';
import { test } from 'node:test';
import { probeUpstream } from '../../src/relay/probe.js';
import { certificates } from '../support/certs.js';
import { type PeerConnection, startImapPeer } from '../support/imap-peer.js';

const { server, ca } = await certificates();
const NOBODY = { proxyProtocol: 'none', id: true } as const;

/** What is found of an upstream that does what `serve` says. */
async function found(
  t: { after(cleanUp: () => Promise<void>): void },
  serve: (upstream: PeerConnection) => Promise<void>,
  { announcement = NOBODY as Parameters<typeof probeUpstream>[1], tls = false, signal = neverAborted() } = {},
) {
  const peer = await startImapPeer(tls ? { tls: server, implicitTls: true } : {});
  t.after(() => peer.close());
  const security = { mode: 'implicit', servername: 'localhost', insecure: false, ca: ca.cert } as const;
  const options = {
    host: '127.0.0.1',
    port: peer.port,
    tls: tls ? security : ({ mode: 'none' } as const),
    dialMs: 60_000,
    greetingMs: 60_000,
  };
  const [finding] = await Promise.all([
    probeUpstream(options, announcement, signal),
    peer.accept().then(serve),
  ]);
  return finding;
}

const neverAborted = (): AbortSignal => new AbortController().signal;

for (const [greeting, ok, detail] of [
  ['* OK ready\r\n', true, 'greets'],
  ['* OK [CAPABILITY IMAP4rev1] ready\r\n* OK more\r\n', true, 'greets'],
  ['* PREAUTH you are in\r\n', true, 'greets'],
  ['* BYE too many\r\n', false, 'greeting: * BYE too many'],
  ['220 smtp.example ESMTP\r\n', false, 'greeting: 220 smtp.example ESMTP'],
  ['\r\n', false, 'greeting: none'],
] as const) {
  test(`${JSON.stringify(greeting)} is ${ok ? 'good' : 'not'}, in pieces as well`, async (t) => {
    const finding = await found(t, async (upstream) => {
      await upstream.send(greeting.slice(0, 2));
      await upstream.send(greeting.slice(2));
      await upstream.expect('P LOGOUT\r\n');
      upstream.end();
    });
    assert.deepEqual(finding, { ok, detail });
  });
}

test('one that hangs up has not greeted', async (t) => {
  assert.deepEqual(await found(t, async (upstream) => upstream.end()), {
    ok: false,
    detail: 'greeting: none',
  });
});

test('one that says nothing is left when that is enough', async (t) => {
  const enough = new AbortController();
  const serve = async (upstream: PeerConnection): Promise<void> => {
    enough.abort();
    await upstream.expectEnd().catch(() => {});
  };
  assert.equal((await found(t, serve, { signal: enough.signal })).ok, false);
});

test('TLS is part of it', async (t) => {
  const serve = (upstream: PeerConnection) => upstream.send('* OK ready\r\n');
  assert.deepEqual(await found(t, serve, { tls: true }), { ok: true, detail: 'greets' });
});

test('an upstream that wants a PROXY header is told that nobody is behind', async (t) => {
  const announcement = { proxyProtocol: 'v1', id: true } as const;
  const serve = async (upstream: PeerConnection): Promise<void> => {
    await upstream.expect('PROXY UNKNOWN\r\n');
    await upstream.send('* OK ready\r\n');
  };
  assert.deepEqual(await found(t, serve, { announcement }), { ok: true, detail: 'greets' });
});
