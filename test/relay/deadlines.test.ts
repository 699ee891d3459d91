import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { certificates } from '../support/certs.js';
import { serverOf } from '../support/tls-server.js';
import { type BareRelayOptions, relayed } from './bare-relay.js';
import { closedSessions } from './session.js';

/** More than the buffers of the system hold. */
const MUCH = '* OK never stops talking\r\n'.repeat(1_000_000);

const soon = { greetingMs: 30, loginMs: 30, idleMs: 30, lingerMs: 30 };

describe('a session that is swept', () => {
  test('says BYE when upstream does not greet', async (t) => {
    const { relay, client, upstream } = await relayed(t, { deadlines: { greetingMs: 30 } });
    await client.expectLine(
      /^\* BYE \[UNAVAILABLE\] the mail server does not answer \(session [\w-]+\)\r\n$/,
    );
    await client.expectEnd();
    await upstream.expectEnd();
    client.end();
    upstream.end();
    const [closed] = await closedSessions(relay);
    assert.deepEqual([closed?.side, closed?.cause], ['upstream', 'timeout greeting']);
  });

  test('says BYE when nobody logs in', async (t) => {
    const { relay, client, upstream } = await relayed(t, { deadlines: { loginMs: 300 } });
    await upstream.send('* OK ready\r\n');
    await client.expect('* OK ready\r\n');
    await client.expectLine(/^\* BYE no login in time /);
    await client.expectEnd();
    await upstream.expectEnd();
    client.end();
    upstream.end();
    const [closed] = await closedSessions(relay);
    assert.deepEqual([closed?.side, closed?.cause], ['client', 'timeout login']);
  });

  test('says BYE when it idles; PREAUTH counts as a login', async (t) => {
    const { relay, client, upstream } = await relayed(t, { deadlines: { loginMs: 300, idleMs: 600 } });
    await upstream.send('* PREAUTH ready\r\n');
    await client.expect('* PREAUTH ready\r\n');
    await client.expectLine(/^\* BYE idle for too long /);
    await upstream.expectEnd();
    client.end();
    upstream.end();
    const [closed] = await closedSessions(relay);
    assert.deepEqual([closed?.side, closed?.cause], ['client', 'timeout idle']);
  });

  test('says BYE to a client that reads again after it had read nothing for long', async (t) => {
    const { relay, client, upstream } = await relayed(t, { deadlines: { writeMs: 200 } });
    await upstream.send('* PREAUTH ready\r\n');
    await client.expect('* PREAUTH ready\r\n');
    client.pause();
    void upstream.send(MUCH);
    await upstream.expectEnd();
    let last = '';
    client.stream((octets) => {
      last = (last + octets.toString('latin1')).slice(-200);
    });
    client.resume();
    await client.expectEnd();
    client.end();
    upstream.end();
    const [closed] = await closedSessions(relay);
    assert.deepEqual([closed?.side, closed?.cause], ['client', 'timeout write']);
    assert.match(last, /\r\n\* BYE nothing was read for too long \(session [\w-]+\)\r\n$/);
  });

  test('leaves a client in peace that reads as slowly as it likes', async (t) => {
    const { relay, client, upstream } = await relayed(t, { deadlines: { writeMs: 500 } });
    await upstream.send('* PREAUTH ready\r\n');
    await client.expect('* PREAUTH ready\r\n');
    client.stream();
    const naps = setInterval(() => {
      client.pause();
      setTimeout(() => client.resume(), 20);
    }, 40);
    await upstream.send(MUCH);
    clearInterval(naps);
    assert.deepEqual(
      relay.logged.filter(({ event }) => event === 'session-closed'),
      [],
    );
  });

  test('says BYE when upstream takes nothing', async (t) => {
    const { relay, client, upstream } = await relayed(t, { deadlines: { writeMs: 200, lingerMs: 30 } });
    await upstream.send('* PREAUTH ready\r\n');
    await client.expect('* PREAUTH ready\r\n');
    upstream.pause();
    void client.send(`a APPEND x {${MUCH.length}+}\r\n${MUCH}`);
    await client.expectLine(
      /^\* BYE \[UNAVAILABLE\] the mail server does not take what is sent \(session [\w-]+\)\r\n$/,
    );
    client.reset();
    const [closed] = await closedSessions(relay);
    assert.deepEqual([closed?.side, closed?.cause], ['upstream', 'timeout write']);
  });

  test('says BYE when upstream does not answer the announcement of a literal', async (t) => {
    const { relay, client, upstream } = await relayed(t, { deadlines: { writeMs: 200 } });
    await upstream.send('* PREAUTH ready\r\n');
    await client.expect('* PREAUTH ready\r\n');
    await client.send('a APPEND x {5}\r\n');
    await upstream.expect('a APPEND x {5}\r\n');
    await client.expectLine(
      /^\* BYE \[UNAVAILABLE\] the mail server does not ask for the literal \(session [\w-]+\)\r\n$/,
    );
    await upstream.expectEnd();
    client.end();
    upstream.end();
    const [closed] = await closedSessions(relay);
    assert.deepEqual([closed?.side, closed?.cause], ['upstream', 'timeout literal']);
  });

  test('waits for a literal to be asked for while another command is to be answered', async (t) => {
    const { client, upstream } = await relayed(t, { deadlines: { writeMs: 50 } });
    await upstream.send('* PREAUTH ready\r\n');
    await client.expect('* PREAUTH ready\r\n');
    const lines = 'a SEARCH BODY x\r\nb APPEND x {5}\r\n';
    await client.send(lines);
    await upstream.expect(lines);
    await delay(250);
    await upstream.send('a OK done\r\n+ go on\r\n');
    await client.expect('a OK done\r\n+ go on\r\n');
  });

  test('ends though the client stays after BYE and never stops talking', async (t) => {
    const { relay, client, upstream } = await relayed(t, { deadlines: soon });
    await client.expectLine(/^\* BYE /);
    const talk = setInterval(() => void client.send('x NOOP\r\n'), 5);
    upstream.end();
    await closedSessions(relay);
    clearInterval(talk);
  });

  test('ends though the client is gone and upstream never stops talking', async (t) => {
    const { relay, client, upstream } = await relayed(t, { deadlines: { lingerMs: 30 } });
    await upstream.send('* PREAUTH ready\r\n');
    await client.expect('* PREAUTH ready\r\n');
    const talk = setInterval(() => void upstream.send('* OK still here\r\n'), 5);
    client.reset();
    const [closed] = await closedSessions(relay);
    clearInterval(talk);
    assert.deepEqual([closed?.side, closed?.cause], ['client', 'error ECONNRESET']);
  });

  for (const [what, half, deadlines] of [
    ['the client sends nothing more', true, { lingerMs: 30 }],
    ['the client stays, but it takes too long', false, { wholeFetchMs: 200 }],
  ] as const) {
    test(`gives up an answer to a FETCH of our own that never ends: ${what}`, async (t) => {
      const { client, upstream } = await relayed(t, {
        deadlines,
        handler: {
          async run(_command, session) {
            const { kind } = await session.fetch({ uid: false, set: '1', kind: 'BODY[]' }, {});
            return { answer: { status: 'NO', text: kind } };
          },
        },
      });
      await upstream.send('* PREAUTH ready\r\n');
      await client.expect('* PREAUTH ready\r\n');
      await client.send('a SEND 1\r\n');
      await upstream.expectLine(/^P\w+ FETCH 1 /);
      await upstream.send('* 1 FETCH (UID 1 BODY[] {1000000}\r\n');
      const talk = setInterval(() => void upstream.send('x'), 5);
      if (half) client.end();
      await client.expect('a NO lost\r\n');
      await client.expectEnd();
      clearInterval(talk);
    });
  }

  test('ends though neither side goes and nobody reads', async (t) => {
    const { relay, client, upstream } = await relayed(t, { deadlines: { idleMs: 300, lingerMs: 30 } });
    await upstream.send('* PREAUTH ready\r\n');
    await client.expect('* PREAUTH ready\r\n');
    client.pause();
    void upstream.send(MUCH);
    const [closed] = await closedSessions(relay);
    assert.deepEqual([closed?.side, closed?.cause], ['client', 'timeout idle']);
  });
});

describe('a connection that does not become a session', () => {
  const starttls = { mode: 'starttls', required: true, servername: 'localhost', insecure: true } as const;
  const slow: readonly [
    name: string,
    options: Partial<BareRelayOptions['upstream']>,
    bye: RegExp,
    cause: string,
  ][] = [
    [
      'TLS with upstream takes too long',
      { tls: { ...starttls, mode: 'implicit' }, dialMs: 30 },
      /^\* BYE \[UNAVAILABLE\] the mail server cannot be reached \(session [\w-]+\)\r\n$/,
      'timeout tls',
    ],
    [
      'upstream, which is to be asked for STARTTLS, does not greet',
      { tls: starttls, greetingMs: 30 },
      /^\* BYE \[UNAVAILABLE\] the mail server does not answer \(session [\w-]+\)\r\n$/,
      'timeout greeting',
    ],
  ];
  for (const [name, options, bye, cause] of slow) {
    test(`says BYE when ${name}`, async (t) => {
      const { relay, client, upstream } = await relayed(t, {}, options);
      await client.expectLine(bye);
      await client.expectEnd();
      client.end();
      upstream.reset();
      const [closed] = await closedSessions(relay);
      assert.deepEqual([closed?.side, closed?.cause], ['upstream', cause]);
    });
  }

  test('has more time for the greeting than for the connection, with STARTTLS', async (t) => {
    const { client, upstream } = await relayed(
      t,
      {},
      { tls: { ...starttls, required: false }, dialMs: 1_000 },
    );
    await delay(1_200);
    await upstream.send('* OK [CAPABILITY IMAP4rev1] ready\r\n');
    await client.expectLine(/^\* OK \[CAPABILITY IMAP4rev1 SEND\] ready/);
  });
});

test('a STARTTLS that the client does not go on with ends the session', async (t) => {
  const { server } = await certificates();
  const { relay, client, upstream } = await relayed(t, {
    deadlines: { handshakeMs: 30 },
    tls: { mode: 'starttls', server: serverOf(server) },
  });
  await upstream.send('* OK ready\r\n');
  await client.expect('* OK ready\r\n');
  await client.send('a STARTTLS\r\n');
  await client.expectLine(/^a OK /);
  await client.expectEnd();
  await upstream.expectEnd();
  client.end();
  upstream.end();
  const [closed] = await closedSessions(relay);
  assert.deepEqual([closed?.side, closed?.cause], ['client', 'timeout tls']);
});
