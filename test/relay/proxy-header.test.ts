import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { IPV4, IPV6, ssl, v2 } from '../proxy-protocol/headers.js';
import { certificates } from '../support/certs.js';
import { startForwarder } from '../support/forwarder.js';
import { Wire } from '../support/wire.js';
import { logged, opened, PARSED, proxied, V1, V2 } from './proxied.js';
import { closedSessions } from './session.js';

const { ca, server } = await certificates();
const certificate = { 'tls-cert': server.certFile, 'tls-key': server.keyFile };

describe('the header is read, wherever it is cut, and what is behind it is the client’s', () => {
  for (const [name, header] of [
    ['v1', V1],
    ['v2', V2],
  ] as const) {
    test(`${name} in two segments, and a command behind it in the second`, async (t) => {
      const setting = await proxied(t);
      const octets = Buffer.concat([header, Buffer.from('a NOOP\r\n')]);
      for (let cut = 0; cut <= header.length; cut++) {
        const client = await setting.connect(octets.subarray(0, cut));
        await delay(1);
        await client.send(octets.subarray(cut));
        const upstream = await setting.greet(client);
        await upstream.expect('a NOOP\r\n');
        client.reset();
        upstream.reset();
      }
      const expected = Array(header.length + 1).fill(`${PARSED} via 127.0.0.1`);
      assert.deepEqual(opened(setting.proxy), expected);
    });

    test(`${name}, a command and the end of the stream in one segment`, async (t) => {
      const setting = await proxied(t);
      const client = await setting.connect('');
      void client.send(Buffer.concat([header, Buffer.from('a LOGOUT\r\n')]));
      client.end();
      const upstream = await setting.greet(client);
      await upstream.expect('a LOGOUT\r\n');
      await upstream.expectEnd();
    });

    test(`${name} before TLS, with the ClientHello in the last segment of the header`, async (t) => {
      const setting = await proxied(t, { ...certificate, listen: ['imaps://127.0.0.1:0'] });
      let cut = 0;
      const forwarder = await startForwarder(setting.proxy.port, (first) => {
        const octets = Buffer.concat([header, first]);
        return [octets.subarray(0, cut), octets.subarray(cut)].filter(({ length }) => length > 0);
      });
      t.after(() => forwarder.close());
      for (; cut <= header.length + 10; cut++) {
        const client = await Wire.connectTls(forwarder.port, ca.cert);
        const upstream = await setting.peer.accept();
        await upstream.send('* OK ready\r\n');
        assert.equal(await client.line(), '* OK ready\r\n');
        client.send('a NOOP\r\n');
        await upstream.expect('a NOOP\r\n');
        client.close();
        upstream.reset();
      }
      assert.deepEqual(new Set(opened(setting.proxy)), new Set([`${PARSED} via 127.0.0.1`]));
    });

    for (const scheme of ['imap', 'imaps']) {
      test(`${name}, and the end of the stream: so it is noticed, ${scheme}`, async (t) => {
        const setting = await proxied(t, { ...certificate, listen: [`${scheme}://127.0.0.1:0`] });
        for (let round = 1; round <= 10; round++) {
          const client = await setting.connect('');
          void client.send(header);
          client.end();
          if (scheme === 'imap') {
            const upstream = await setting.peer.accept();
            await upstream.expectEnd();
            upstream.end();
          }
          await client.expectEnd();
          const closed = (await closedSessions(setting.proxy, round)).at(-1);
          assert.equal(closed?.side, 'client');
        }
      });
    }

    test(`${name}, octet by octet`, async (t) => {
      const setting = await proxied(t);
      const client = await setting.connect('');
      for (const octet of header) await client.send(Buffer.of(octet));
      await setting.greet(client);
    });
  }
});

describe('whose connection it is', () => {
  const LOCAL = v2(0x20, 0x00);
  for (const [name, header, address] of [
    ['v1', V1, `${PARSED} via 127.0.0.1`],
    ['v2, IPv6', v2(0x21, 0x21, IPV6), '[2001:db8::66]:40000 via 127.0.0.1'],
    ['v1 UNKNOWN', Buffer.from('PROXY UNKNOWN\r\n'), 'own'],
    ['v2 LOCAL', LOCAL, 'own'],
    ['v2 AF_UNSPEC', v2(0x21, 0x00), 'own'],
    ['v2 AF_UNIX', v2(0x21, 0x31, Buffer.alloc(216)), 'own'],
  ] as const) {
    test(name, async (t) => {
      const setting = await proxied(t);
      await setting.greet(await setting.connect(header));
      const [session] = opened(setting.proxy);
      if (address === 'own') assert.match(session ?? '', /^127\.0\.0\.1:\d+ via undefined$/);
      else assert.equal(session, address);
    });
  }

  test('of nobody whom we trust: the header is a line of the client, and comes behind the greeting', async (t) => {
    const setting = await proxied(t);
    const client = await setting.connect(V1, '127.0.0.9');
    const upstream = await setting.peer.accept();
    await delay(20);
    assert.equal(upstream.pending, '');
    await upstream.send('* OK ready\r\n');
    await upstream.expect(V1.toString('latin1'));
    assert.match(opened(setting.proxy)[0] ?? '', /^127\.0\.0\.9:\d+ via undefined$/);
    client.reset();
  });

  test('a trusted IPv4 address that a listener on IPv6 sees is trusted', async (t) => {
    const setting = await proxied(t, { listen: ['imap://[::]:0'], 'allow-plaintext': true });
    await setting.greet(await setting.connect(V1));
    assert.deepEqual(opened(setting.proxy), [`${PARSED} via 127.0.0.1`]);
    await setting.greet(await setting.connect('', '127.0.0.9'));
    assert.match(opened(setting.proxy)[1] ?? '', /^127\.0\.0\.9:\d+ via undefined$/);
  });

  test('failed logins are those of the client', async (t) => {
    const setting = await proxied(t);
    const client = await setting.connect(V2);
    const upstream = await setting.greet(client);
    await client.send('a LOGIN anna wrong\r\n');
    await upstream.expect('a LOGIN anna wrong\r\n');
    await upstream.send('a NO no\r\n');
    await client.expect('a NO no\r\n');
    assert.equal((await setting.proxy.seen('login-failed')).address, '192.0.2.66');
  });

  test('a limit for each address is for the client’s, not for the proxy’s', async (t) => {
    const setting = await proxied(t, { 'max-sessions-per-ip': '1' });
    await setting.greet(await setting.connect(V1));
    const again = await setting.connect(V2);
    await again.expect('* BYE [UNAVAILABLE] too many connections (max-sessions-per-ip)\r\n');
    await again.expectEnd();
    await setting.greet(await setting.connect(v2(0x21, 0x21, IPV6)));
    assert.deepEqual(logged(setting.proxy, 'session-refused'), [
      { address: '192.0.2.66', limit: 'max-sessions-per-ip' },
    ]);
  });
});

describe('a client that has TLS with the proxy in front', () => {
  const LIST = '* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n';
  for (const [name, header, list] of [
    ['may log in', v2(0x21, 0x11, IPV4, ssl()), 'IMAP4rev1 AUTH=PLAIN SEND'],
    ['may not when it has none', V2, 'IMAP4rev1 STARTTLS LOGINDISABLED SEND'],
    ['may not when nobody knows', V1, 'IMAP4rev1 STARTTLS LOGINDISABLED SEND'],
  ] as const) {
    test(name, async (t) => {
      const setting = await proxied(t, certificate);
      const client = await setting.connect(header);
      const upstream = await setting.peer.accept();
      await upstream.send(LIST);
      await client.expect(`* OK [CAPABILITY ${list}] ready\r\n`);
    });
  }

  test('a header of nobody whom we trust secures nothing', async (t) => {
    const setting = await proxied(t, certificate);
    const client = await setting.connect(v2(0x21, 0x11, IPV4, ssl()), '127.0.0.9');
    const upstream = await setting.peer.accept();
    await upstream.send(LIST);
    await client.expect('* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED SEND] ready\r\n');
  });
});
