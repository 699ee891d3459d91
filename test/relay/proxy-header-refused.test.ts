import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseNetwork } from '../../src/ip-address.js';
import { IPV4, tlv, v2 } from '../proxy-protocol/headers.js';
import { dial, startImapPeer } from '../support/imap-peer.js';
import { startRelay } from './bare-relay.js';
import { logged, opened, type Proxied, proxied, V1, V2 } from './proxied.js';
import { closedSessions } from './session.js';

describe('what is no header closes the connection without a word', () => {
  const garbage: readonly (readonly [name: string, octets: Buffer | string, cause: string])[] = [
    ['a command', 'a LOGIN anna secret\r\n', 'not-proxy-protocol'],
    ['a ClientHello', Buffer.from('16030100', 'hex'), 'not-proxy-protocol'],
    ['an address that is none', 'PROXY TCP4 192.0.2.666 203.0.113.7 1 2\r\n', 'malformed'],
    ['a line without an end', `PROXY UNKNOWN ${'x'.repeat(100)}`, 'too-long'],
    ['64 KiB', v2(0x21, 0x11, Buffer.alloc(65_535)), 'too-long'],
    ['UDP', v2(0x21, 0x12, IPV4), 'not-tcp'],
    ['a wrong checksum', v2(0x21, 0x11, IPV4, tlv(3, 'oops')), 'bad-checksum'],
  ];

  /** One session that has to go on as if nothing happened. */
  async function beside(setting: Proxied): Promise<() => Promise<void>> {
    const client = await setting.connect(V1);
    const upstream = await setting.greet(client);
    return async () => {
      await client.send('a NOOP\r\n');
      await upstream.expect('a NOOP\r\n');
      await upstream.send('a OK\r\n');
      await client.expect('a OK\r\n');
    };
  }

  for (const [name, octets, cause] of garbage) {
    test(name, async (t) => {
      const setting = await proxied(t);
      const goesOn = await beside(setting);
      const client = await setting.connect(octets);
      await client.expectEnd();
      const listener = `imap://127.0.0.1:${setting.proxy.port}`;
      const refused = { address: '127.0.0.1', listener, cause };
      assert.deepEqual(logged(setting.proxy, 'proxy-header-refused'), [refused]);
      assert.match(
        await setting.proxy.metrics(),
        new RegExp(`^imap_send_proxy_proxy_headers_refused_total\\{cause="${cause}"\\} 1$`, 'm'),
      );
      await goesOn();
      assert.equal(setting.peer.connections, 1);
      assert.equal(opened(setting.proxy).length, 1);
    });
  }

  test('half a header, and the end', async (t) => {
    const setting = await proxied(t);
    const client = await setting.connect(V2.subarray(0, 20));
    client.end();
    await client.expectEnd();
    assert.equal((await setting.proxy.seen('proxy-header-refused')).cause, 'cut-short');
  });

  test('none in time', async (t) => {
    const peer = await startImapPeer();
    const trustedProxies = [parseNetwork('127.0.0.1') as NonNullable<ReturnType<typeof parseNetwork>>];
    const relay = await startRelay({
      upstream: { port: peer.port },
      deadlines: { handshakeMs: 30 },
      trustedProxies,
    });
    t.after(async () => {
      await peer.close();
      await relay.drain(0);
    });
    const client = await dial(relay.port);
    await client.send('PROXY ');
    await client.expectEnd();
    client.end();
    assert.deepEqual(
      logged(relay, 'proxy-header-refused').map(({ cause }) => cause),
      ['timeout'],
    );
  });
});

describe('connections that wait for their header', () => {
  test('that close without an octet, as health checks do, are not worth a line', async (t) => {
    const setting = await proxied(t);
    for (const leave of ['end', 'reset'] as const) {
      const check = await setting.connect('');
      check[leave]();
      if (leave === 'end') await check.expectEnd();
    }
    await setting.greet(await setting.connect(V1));
    assert.deepEqual(
      setting.proxy.logged.map(({ event }) => event),
      ['session-opened'],
    );
  });

  test('are no more than there may be sessions', async (t) => {
    const setting = await proxied(t, { 'max-sessions': '2' });
    await setting.connect('');
    const second = await setting.connect('');
    const third = await setting.connect('');
    await third.expectEnd();
    assert.deepEqual(logged(setting.proxy, 'session-refused'), [
      { address: '127.0.0.1', limit: 'max-sessions' },
    ]);
    await second.send(V1);
    await setting.greet(second);
  });

  test('do not hold up a stop, and are not complained about', async (t) => {
    const setting = await proxied(t);
    const silent = await setting.connect('');
    const half = await setting.connect('PROXY');
    await setting.greet(await setting.connect(V1));
    await setting.proxy.stop();
    await silent.expectEnd();
    await half.expectEnd();
    assert.deepEqual(logged(setting.proxy, 'proxy-header-refused'), []);
    assert.equal((await closedSessions(setting.proxy)).length, 1);
  });
});
