import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { certificates } from '../support/certs.js';
import type { PeerConnection } from '../support/imap-peer.js';
import { serverOf } from '../support/tls-server.js';
import { type BareRelayOptions, relayed } from './bare-relay.js';
import { barrier } from './sending.js';
import { closedSessions } from './session.js';

type DialTls = NonNullable<BareRelayOptions['upstream']['tls']>;

describe('the drain', () => {
  test('with a time-out of 0, tells everybody at once, and waits for nobody', async (t) => {
    const { relay, client, upstream } = await relayed(t, {});
    await upstream.send('* PREAUTH ready\r\n');
    await client.expect('* PREAUTH ready\r\n');
    await client.send('b NOOP\r\n');
    await upstream.expect('b NOOP\r\n');
    await relay.drain(0);
    await client.expectLine(/^\* BYE \[UNAVAILABLE\] the proxy is stopping \(session \S+\)\r\n$/);
    await client.expectEnd();
  });

  test('lets a command come to its end, sent in part, with its literal and its answer', async (t) => {
    const { relay, client, upstream } = await relayed(t, {});
    await upstream.send('* PREAUTH ready\r\n');
    await client.expect('* PREAUTH ready\r\n');
    await client.send('a APPEND INBOX {5}\r\n');
    await upstream.expect('a APPEND INBOX {5}\r\n');
    await upstream.send('+ go on\r\n');
    await client.expect('+ go on\r\n');
    const drained = relay.drain(60_000);
    await client.send('01234\r\n');
    await upstream.expect('01234\r\n');
    await upstream.send('* 1 EXISTS\r\na OK done\r\n');
    await client.expect('* 1 EXISTS\r\na OK done\r\n');
    await client.expectLine(/^\* BYE \[UNAVAILABLE\] the proxy is stopping /);
    await client.expectEnd();
    client.end();
    upstream.end();
    await drained;
  });

  test('does not wait for the end of IDLE', async (t) => {
    const { relay, client, upstream } = await relayed(t, {});
    await upstream.send('* PREAUTH ready\r\n');
    await client.expect('* PREAUTH ready\r\n');
    await client.send('a IDLE\r\n');
    await upstream.expect('a IDLE\r\n');
    await upstream.send('+ idling\r\n');
    await client.expect('+ idling\r\n');
    const drained = relay.drain(60_000);
    await client.expectLine(/^\* BYE \[UNAVAILABLE\] the proxy is stopping /);
    await client.expectEnd();
    client.end();
    upstream.end();
    await drained;
  });

  test('a second one, which is in a greater hurry, ends the first', async (t) => {
    const { relay, client, upstream } = await relayed(t, {});
    await upstream.send('* PREAUTH ready\r\n');
    await client.expect('* PREAUTH ready\r\n');
    await client.send('b NOOP\r\n');
    await upstream.expect('b NOOP\r\n');
    await Promise.all([relay.drain(60_000), relay.drain(0)]);
    await client.expectLine(/^\* BYE \[UNAVAILABLE\] the proxy is stopping /);
    await client.expectEnd();
  });

  test('ends at its time-out although neither side goes', async (t) => {
    const { relay, client, upstream } = await relayed(t, {});
    await upstream.send('* OK ready\r\n');
    await client.expect('* OK ready\r\n');
    await relay.drain(30);
    const [closed] = await closedSessions(relay);
    assert.deepEqual([closed?.side, closed?.cause], ['proxy', 'shutdown']);
    await client.expectLine(/^\* BYE \[UNAVAILABLE\] the proxy is stopping /);
  });

  test('does not wait for a client that was told to go and stays', { timeout: 20_000 }, async (t) => {
    const { relay, client, upstream } = await relayed(t, {});
    await upstream.send('* PREAUTH ready\r\n');
    await client.expect('* PREAUTH ready\r\n');
    const drained = relay.drain(60_000);
    await client.expectLine(/^\* BYE \[UNAVAILABLE\] the proxy is stopping/);
    await drained;
    const [closed] = await closedSessions(relay);
    assert.deepEqual([closed?.side, closed?.cause], ['proxy', 'shutdown']);
  });

  for (const [when, before, after] of [
    ['waits behind another command', 'b NOOP\r\nc SEND 1\r\n', ''],
    ['comes afterwards', 'b NOOP\r\n', 'c SEND 1\r\n'],
  ] as const) {
    test(`begins no SEND that ${when}`, async (t) => {
      const taken: string[] = [];
      const { relay, client, upstream } = await relayed(t, {
        handler: {
          async run({ tag }) {
            taken.push(tag);
            return { answer: { status: 'OK', text: 'done' } };
          },
        },
      });
      await upstream.send('* PREAUTH ready\r\n');
      await client.expect('* PREAUTH ready\r\n');
      await client.send(before);
      await upstream.expect('b NOOP\r\n');
      const drained = relay.drain(60_000);
      await client.send(after);
      await upstream.send('b OK\r\n');
      await client.expect('b OK\r\n');
      await client.expectLine(/^\* BYE \[UNAVAILABLE\] the proxy is stopping/);
      await client.expectEnd();
      await upstream.expectEnd();
      client.end();
      upstream.end();
      await drained;
      assert.deepEqual(taken, []);
    });
  }

  for (const [how, byName] of [
    ['', undefined],
    [', which has only begun', true],
  ] as const) {
    test(`does not wait for a handshake of STARTTLS that stalls${how}`, { timeout: 20_000 }, async (t) => {
      const { server } = await certificates();
      const tlsServer = serverOf(server);
      const { relay, client, upstream } = await relayed(t, {
        tls: {
          mode: 'starttls',
          server: () => (byName ? { ...tlsServer(), byName } : tlsServer()),
        },
      });
      await upstream.send('* OK ready\r\n');
      await client.expect('* OK ready\r\n');
      await client.send('a STARTTLS\r\n');
      await client.expectLine(/^a OK /);
      await client.send('\x16\x03\x01\x02');
      await relay.drain(60_000);
      await client.expectEnd();
      await upstream.expectEnd();
      const [closed] = await closedSessions(relay);
      assert.deepEqual([closed?.side, closed?.cause], ['proxy', 'shutdown']);
    });
  }

  const starttls = { mode: 'starttls', required: true, servername: 'localhost', insecure: true } as const;
  const dialling: readonly [phase: string, tls: DialTls, upstream: (peer: PeerConnection) => unknown][] = [
    ['TLS', { ...starttls, mode: 'implicit' }, (peer) => peer.expect('\x16\x03\x01')],
    ['the greeting', starttls, () => {}],
    [
      'STARTTLS',
      starttls,
      async (peer) => {
        await peer.send('* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n');
        await peer.expect('P2 STARTTLS\r\n');
        await peer.send('P2 OK go\r\n');
        await peer.expect('\x16\x03\x01');
      },
    ],
  ];
  for (const [phase, tls, play] of dialling) {
    test(`does not wait for upstream: ${phase}`, { timeout: 20_000 }, async (t) => {
      const { relay, client, upstream } = await relayed(t, {}, { tls, dialMs: 60_000, greetingMs: 60_000 });
      await play(upstream);
      const drained = relay.drain(60_000);
      await client.expectLine(/^\* BYE \[UNAVAILABLE\] the proxy is stopping/);
      await client.expectEnd();
      client.end();
      await drained;
      const [closed] = await closedSessions(relay);
      assert.deepEqual([closed?.side, closed?.cause], ['proxy', 'shutdown']);
    });
  }

  test('ends at its time-out although a submission does not', async (t) => {
    const submission = barrier();
    const { relay, client, upstream } = await relayed(t, {
      handler: { run: () => submission.wait().then(() => ({ answer: { status: 'OK', text: 'done' } })) },
    });
    await upstream.send('* PREAUTH ready\r\n');
    await client.expect('* PREAUTH ready\r\n');
    await client.send('a SEND 1\r\nb NOOP\r\n');
    await submission.reached;
    await relay.drain(30);
    await client.expectLine(/^\* BYE \[UNAVAILABLE\] the proxy is stopping/);
    await client.expectEnd();
    await upstream.expectEnd();
    const [closed] = await closedSessions(relay);
    assert.deepEqual([closed?.side, closed?.cause], ['proxy', 'shutdown']);
    submission.open();
  });
});
