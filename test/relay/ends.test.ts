import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MAX_IN_FLIGHT } from '../../src/imap/limits.js';
import type { PeerConnection } from '../support/imap-peer.js';
import { closedSessions, LOGGED_IN, scriptedSession } from './session.js';

/** Where a session can be when one side goes. */
const phases: readonly { name: string; script: readonly string[] }[] = [
  { name: 'after the greeting', script: ['S: * OK ready\r\n'] },
  { name: 'between two commands', script: LOGGED_IN },
  { name: 'with a command in flight', script: [...LOGGED_IN, 'C: b SEARCH ALL\r\n', 'S: * SEARCH 1\r\n'] },
  { name: 'in IDLE', script: [...LOGGED_IN, 'C: b IDLE\r\n', 'S: + idling\r\n'] },
  {
    name: 'in SASL',
    script: ['S: * OK ready\r\n', 'C: a AUTHENTICATE PLAIN\r\n', 'S: + \r\n', 'C: AGFubmE'],
  },
  { name: 'in a line of the client', script: [...LOGGED_IN, 'C: b SEARCH TEXT "half a l'] },
  {
    name: 'in a synchronizing literal of the client',
    script: [...LOGGED_IN, 'C: b APPEND Sent {20}\r\n', 'S: + go\r\n', 'C: Subject: half\r\n'],
  },
  {
    name: 'in a non-synchronizing literal of the client',
    script: [...LOGGED_IN, 'C: b APPEND Sent {20+}\r\nSubject: half\r\n'],
  },
  {
    name: 'with a literal of the client not granted yet',
    script: [...LOGGED_IN, 'C: b APPEND Sent {20}\r\n'],
  },
  { name: 'in a line of the server', script: [...LOGGED_IN, 'S: * LIST () "/" "half a nam'] },
  {
    name: 'in a literal of the server',
    script: [...LOGGED_IN, 'C: b FETCH 1 BODY[]\r\n', 'S: * 1 FETCH (BODY[] {20}\r\nSubject: half\r\n'],
  },
];

const endings: readonly {
  name: string;
  side: 'client' | 'upstream';
  cause: string;
  act(end: PeerConnection): void;
}[] = [
  { name: 'the client ends', side: 'client', cause: 'end', act: (client) => client.end() },
  { name: 'the client resets', side: 'client', cause: 'error ECONNRESET', act: (client) => client.reset() },
  { name: 'upstream ends', side: 'upstream', cause: 'end', act: (upstream) => upstream.end() },
  {
    name: 'upstream resets',
    side: 'upstream',
    cause: 'error ECONNRESET',
    act: (upstream) => upstream.reset(),
  },
];

for (const { side, name: ending, cause, act } of endings) {
  describe(`${ending}: so does the other side, and it is logged once`, () => {
    for (const { name, script } of phases) {
      test(name, async (t) => {
        const { client, upstream, play, proxy } = await scriptedSession(t);
        await play(...script);
        const [leaver, other] = side === 'client' ? [client, upstream] : [upstream, client];
        act(leaver);
        await other.expectEnd();
        other.end();

        const closed = await closedSessions(proxy);
        assert.deepEqual(
          closed.map(({ side, cause, bytesFromClient, bytesToClient, user }) => ({
            side,
            cause,
            bytesFromClient,
            bytesToClient,
            user,
          })),
          [
            {
              side,
              cause,
              bytesFromClient: octets(script, 'C: '),
              bytesToClient: octets(script, 'S: '),
              user: script.includes('S: a OK\r\n') ? 'anna' : undefined,
            },
          ],
        );
        assert.ok(closed.every(({ seconds }) => seconds >= 0));
        assert.equal(leaver.pending, '');
      });
    }
  });
}

const octets = (script: readonly string[], from: string): number =>
  script.filter((step) => step.startsWith(from)).reduce((sum, step) => sum + step.length - from.length, 0);

describe('an end delivers first', () => {
  test('what of the client was not decided yet', async (t) => {
    const { client, upstream, play } = await scriptedSession(t);
    await play(...LOGGED_IN);
    await client.send('b NO');
    client.end();
    await upstream.expect('b NO');
    await upstream.expectEnd();
  });

  test('the answer to it, where upstream takes the end for that of a line', async (t) => {
    const { client, upstream, play } = await scriptedSession(t);
    await play(...LOGGED_IN);
    await client.send('b NOOP');
    client.end();
    await upstream.expect('b NOOP');
    await upstream.send('b OK\r\n');
    upstream.end();
    await client.expect('b OK\r\n');
    await client.expectEnd();
  });

  test('the refusal of what is no command', async (t) => {
    const { client, upstream, play } = await scriptedSession(t);
    await play(...LOGGED_IN);
    await client.send('b');
    client.end();
    await upstream.expect('b');
    await upstream.send('b BAD\r\n');
    upstream.end();
    await client.expect('b BAD\r\n');
    await client.expectEnd();
  });

  test('what of upstream was not decided yet', async (t) => {
    const { client, upstream, play } = await scriptedSession(t);
    await play(...LOGGED_IN);
    await upstream.send('* CAPABILITY IM');
    upstream.end();
    await client.expect('* CAPABILITY IM');
    await client.expectEnd();
  });

  const MEGABYTES = 16 * 1024 * 1024;

  test('what upstream does not read yet', async (t) => {
    const { client, upstream, play } = await scriptedSession(t);
    await play(...LOGGED_IN, `C: b APPEND Sent {${MEGABYTES}+}\r\n`);
    upstream.pause();
    void client.send(Buffer.alloc(MEGABYTES, 'x'));
    client.end();
    const before = upstream.bytesReceived;
    upstream.resume();
    await upstream.expectBytes(before + MEGABYTES);
    await upstream.expectEnd();
  });

  test('what the client does not read yet', async (t) => {
    const { client, upstream, play } = await scriptedSession(t);
    await play(...LOGGED_IN, `S: * 1 FETCH (BODY[] {${MEGABYTES}}\r\n`);
    client.pause();
    void upstream.send(Buffer.alloc(MEGABYTES, 'x'));
    upstream.end();
    const before = client.bytesReceived;
    client.resume();
    await client.expectBytes(before + MEGABYTES);
    await client.expectEnd();
  });
});

test('a client that resets while it is not read is noticed as soon as upstream goes', async (t) => {
  const { client, upstream, play, proxy } = await scriptedSession(t);
  await play(...LOGGED_IN);
  const commands = Array.from({ length: 100_000 }, (_, n) => `b${n} NOOP\r\n`);
  void client.send(commands.join(''));
  await upstream.expect(commands.slice(0, MAX_IN_FLIGHT).join(''));
  client.reset();
  upstream.end();
  await closedSessions(proxy);
});

test('after the client half-closed, all it pipelined goes out, and all answers arrive', async (t) => {
  const { client, upstream } = await scriptedSession(t);
  await client.send('a LOGIN anna secret\r\nb SELECT INBOX\r\nc LOGOUT\r\n');
  client.end();
  await upstream.send('* OK ready\r\n');
  await upstream.expect('a LOGIN anna secret\r\n');
  await upstream.send('a OK\r\n');
  await upstream.expect('b SELECT INBOX\r\nc LOGOUT\r\n');
  await upstream.expectEnd();
  await client.expect('* OK ready\r\na OK\r\n');
  await upstream.send('b OK\r\n* BYE\r\nc OK\r\n');
  upstream.end();
  await client.expect('b OK\r\n* BYE\r\nc OK\r\n');
  await client.expectEnd();
});

test('after the client half-closed, what it pipelined behind synchronizing literals still goes out', async (t) => {
  const { client, upstream } = await scriptedSession(t);
  await client.send('a LOGIN {4}\r\nanna {6}\r\nsecret\r\nb LOGOUT\r\n');
  client.end();
  await upstream.send('* OK ready\r\n');
  await upstream.expect('a LOGIN {4}\r\n');
  await upstream.send('+ go\r\n');
  await upstream.expect('anna {6}\r\n');
  await upstream.send('+ go\r\n');
  await upstream.expect('secret\r\n');
  await upstream.send('a OK\r\n');
  await upstream.expect('b LOGOUT\r\n');
  await upstream.expectEnd();
  await upstream.send('* BYE\r\nb OK\r\n');
  upstream.end();
  await client.expect('* OK ready\r\n+ go\r\n+ go\r\na OK\r\n* BYE\r\nb OK\r\n');
  await client.expectEnd();
});
