import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Sink, startSink } from '../support/sink.js';
import { answerBody, answerListing, type Barrier, barrier, message, settled, subjectsOf } from './sending.js';
import { closedSessions, LOGGED_IN, type ScriptedSession, scriptedSession } from './session.js';

type Context = Parameters<typeof scriptedSession>[0];

interface Sending extends ScriptedSession {
  readonly sink: Sink;
  /** The final dot of the first message waits for it. */
  readonly dot: Barrier;
}

const ONE = message('one');
const TWO = message('two');

async function loggedIn(t: Context): Promise<Sending> {
  const dot = barrier();
  const sink = await startSink({
    onMessage: ({ content }) => (content.includes('one') ? dot.wait() : undefined),
  });
  const session = await scriptedSession(t, {
    submission: `smtp://127.0.0.1:${sink.port}`,
    'sender-policy': 'submission',
  });
  t.after(() => sink.stop());
  await session.play(...LOGGED_IN);
  return Object.assign(session, { sink, dot });
}

/** SEND 1:2: the first message is with the sink, which has not answered its final dot; half of the second is fetched. */
async function halfway(t: Context, more = ''): Promise<Sending & { finishTwo(): Promise<void> }> {
  const session = await loggedIn(t);
  const { client, upstream, dot } = session;
  await client.send(`c SEND 1:2\r\n${more}`);
  await answerListing(upstream, '1:2', [ONE, TWO]);
  await answerBody(upstream, 1, ONE);
  const { finish } = await answerBody(upstream, 2, TWO, 40);
  await dot.reached;
  return Object.assign(session, { finishTwo: finish });
}

/** Only the first message arrived, and nobody began to hand over the second. */
function onlyFirstSent({ sink }: Sending): void {
  assert.deepEqual(subjectsOf(sink.messages), ['one']);
  assert.equal(sink.brokenOff, 0);
  assert.equal(sink.commands.filter((line) => line.startsWith('MAIL ')).length, 1);
}

function nothingSent({ sink }: Sending): void {
  assert.deepEqual([sink.messages.length, sink.brokenOff], [0, 0]);
  assert.ok(!sink.commands.some((line) => line.startsWith('MAIL ')));
}

describe('upstream goes', () => {
  test('while messages are listed: NO, then the end', async (t) => {
    const session = await loggedIn(t);
    const { client, upstream } = session;
    await client.send('c SEND 1:2\r\n');
    await upstream.expectLine(/^P\w+ FETCH 1:2 /);
    await upstream.send('* 1 FETCH (UID 11 RFC822.SI');
    upstream.end();
    await client.expectLine(/^c NO \[UNAVAILABLE\] /);
    await client.expectEnd();
    nothingSent(session);
  });

  for (const how of ['end', 'reset'] as const) {
    test(`in the middle of a body, by ${how}: what is in flight is finished, the half message goes nowhere`, async (t) => {
      const session = await halfway(t);
      const { client, upstream, dot, proxy } = session;
      upstream[how]();
      await settled();
      dot.open();
      await client.expect('* 1 SEND (11 OK NIL)\r\n');
      await client.expectLine(/^\* 2 SEND \(12 NO \("\w+ ?\w*" "[^"]*" "4\d\d [^"]*"\)\)\r\n$/);
      await client.expect('c OK SEND completed\r\n');
      await client.expectEnd();
      client.end();
      const [closed] = await closedSessions(proxy);
      assert.equal(closed?.side, 'upstream');
      onlyFirstSent(session);
    });
  }

  test('in the middle of the body of the only message: nothing is sent', async (t) => {
    const session = await loggedIn(t);
    const { client, upstream } = session;
    await client.send('c SEND 1\r\n');
    await answerListing(upstream, '1', [ONE]);
    await answerBody(upstream, 1, ONE, ONE.length - 1);
    upstream.end();
    await client.expectLine(/^\* 1 SEND \(11 NO /);
    await client.expectLine(/^c NO \[UNAVAILABLE\] /);
    await client.expectEnd();
    nothingSent(session);
  });

  test('with an answer that cannot be read: BYE, and nothing is sent', async (t) => {
    const session = await loggedIn(t);
    const { client, upstream, proxy } = session;
    await client.send('c SEND 1\r\n');
    await answerListing(upstream, '1', [ONE]);
    await upstream.expectLine(/^P\w+ FETCH 1 /);
    await upstream.send('* 1 FETCH (UID 11 BODY[] {9999999999999999999}\r\n');
    await client.expectLine(/^\* BYE server sent an unreadable answer to FETCH, closing /);
    await client.expectEnd();
    client.end();
    const [closed] = await closedSessions(proxy);
    assert.equal(closed?.cause, 'desync broken-fetch-answer');
    nothingSent(session);
  });
});

describe('the client goes', () => {
  test('while SEND waits behind a command, by reset: nothing is listed or sent', async (t) => {
    const session = await loggedIn(t);
    const { client, upstream } = session;
    await client.send('b NOOP\r\nc SEND 1\r\n');
    await upstream.expect('b NOOP\r\n');
    client.reset();
    await upstream.expectEnd();
    await upstream.send('b OK\r\n');
    upstream.end();
    await closedSessions(session.proxy);
    assert.equal(upstream.pending, '');
    nothingSent(session);
  });

  test('while SEND waits behind a command, by half-close: NO, and later commands go on', async (t) => {
    const session = await loggedIn(t);
    const { client, upstream } = session;
    await client.send('b NOOP\r\nc SEND 1\r\nd UID SEND 11\r\ne LOGOUT\r\n');
    client.end();
    await upstream.expect('b NOOP\r\n');
    await settled();
    await upstream.send('b OK\r\n');
    await client.expect('b OK\r\n');
    await client.expectLine(/^c NO SEND /);
    await client.expectLine(/^d NO UID SEND /);
    await upstream.expect('e LOGOUT\r\n');
    await upstream.expectEnd();
    await upstream.send('* BYE\r\ne OK\r\n');
    upstream.end();
    await client.expect('* BYE\r\ne OK\r\n');
    await client.expectEnd();
    nothingSent(session);
  });

  test('while messages are listed, by reset: upstream is not heard to the end of that', async (t) => {
    const session = await loggedIn(t);
    const { client, upstream, proxy } = session;
    await client.send('c SEND 1:2\r\n');
    await upstream.expectLine(/^P\w+ FETCH 1:2 /);
    await upstream.send(`* 1 FETCH (UID 11 RFC822.SIZE ${ONE.length})\r\n`);
    client.reset();
    await upstream.expectEnd();
    const [closed] = await closedSessions(proxy);
    assert.deepEqual([closed?.side, closed?.cause], ['client', 'error ECONNRESET']);
    nothingSent(session);
  });

  test('while messages are listed, by half-close: no message is fetched', async (t) => {
    const session = await loggedIn(t);
    const { client, upstream } = session;
    await client.send('c SEND 1:2\r\n');
    const [, tag] = await upstream.expectLine(/^(P\w+) FETCH 1:2 /);
    client.end();
    await settled();
    await upstream.send(`* 1 FETCH (UID 11 RFC822.SIZE ${ONE.length})\r\n${tag} OK\r\n`);
    await client.expectLine(/^\* 1 SEND \(11 NO /);
    await client.expectLine(/^c NO \[UNAVAILABLE\] /);
    await upstream.expectEnd();
    nothingSent(session);
  });

  test('by reset: the message in flight is finished, the half one is not waited for', async (t) => {
    const session = await halfway(t, 'd NOOP\r\n');
    const { client, upstream, dot, proxy } = session;
    client.reset();
    await upstream.expectEnd();
    dot.open();
    const [closed] = await closedSessions(proxy);
    assert.deepEqual([closed?.side, closed?.cause], ['client', 'error ECONNRESET']);
    onlyFirstSent(session);
  });

  test('by half-close: the same, and it gets all answers', async (t) => {
    const session = await halfway(t, 'd NOOP\r\n');
    const { client, upstream, dot, proxy } = session;
    client.end();
    await settled();
    await session.finishTwo();
    await settled();
    dot.open();
    await client.expect('* 1 SEND (11 OK NIL)\r\n');
    await client.expectLine(/^\* 2 SEND \(12 NO /);
    await client.expect('c OK SEND completed\r\n');
    await upstream.expect('d NOOP\r\n');
    await upstream.expectEnd();
    await upstream.send('d OK\r\n');
    upstream.end();
    await client.expect('d OK\r\n');
    await client.expectEnd();
    const closed = await closedSessions(proxy);
    assert.deepEqual(
      closed.map(({ side, cause }) => [side, cause]),
      [['client', 'end']],
    );
    onlyFirstSent(session);
  });

  test('and upstream, too: the message in flight is finished, then the session is over', async (t) => {
    const session = await halfway(t);
    const { client, upstream, dot, proxy } = session;
    client.end();
    upstream.end();
    await settled();
    dot.open();
    await client.expect('* 1 SEND (11 OK NIL)\r\n');
    await client.expectLine(/^\* 2 SEND \(12 NO /);
    await client.expect('c OK SEND completed\r\n');
    await client.expectEnd();
    await closedSessions(proxy);
    onlyFirstSent(session);
  });
});

describe('the proxy stops', () => {
  test('the message in flight is finished, the next is not started, SEND is answered, then BYE', async (t) => {
    const session = await halfway(t, 'd NOOP\r\n');
    const { client, upstream, dot, proxy } = session;
    const stopped = proxy.stop();
    await settled();
    await session.finishTwo();
    await settled();
    dot.open();
    await client.expect('* 1 SEND (11 OK NIL)\r\n');
    await client.expectLine(/^\* 2 SEND \(12 NO /);
    await client.expect('c OK SEND completed\r\n');
    await client.expectLine(/^\* BYE \[UNAVAILABLE\] the proxy is stopping /);
    await client.expectEnd();
    await upstream.expectEnd();
    client.end();
    upstream.end();
    await stopped;
    onlyFirstSent(session);
    const closed = await closedSessions(proxy);
    assert.deepEqual(
      closed.map(({ side, cause, user }) => [side, cause, user]),
      [['proxy', 'shutdown', 'anna']],
    );
  });
});

test('the proxy stops while messages are listed: none is fetched, SEND is answered, then BYE', async (t) => {
  const session = await loggedIn(t);
  const { client, upstream, proxy } = session;
  await client.send('c SEND 1:2\r\n');
  const [, tag] = await upstream.expectLine(/^(P\w+) FETCH 1:2 /);
  const stopped = proxy.stop();
  await settled();
  await upstream.send(`* 1 FETCH (UID 11 RFC822.SIZE ${ONE.length})\r\n${tag} OK\r\n`);
  await client.expectLine(/^\* 1 SEND \(11 NO /);
  await client.expectLine(/^c NO \[UNAVAILABLE\] /);
  await client.expectLine(/^\* BYE \[UNAVAILABLE\] the proxy is stopping /);
  await client.expectEnd();
  await upstream.expectEnd();
  client.end();
  upstream.end();
  await stopped;
  nothingSent(session);
});

test('a SEND line never stands inside a response of upstream', async (t) => {
  const { client, upstream, dot } = await loggedIn(t);
  await client.send('c SEND 1\r\n');
  await answerListing(upstream, '1', [ONE]);
  await answerBody(upstream, 1, ONE);
  await dot.reached;
  await upstream.send('* 3 EXI');
  await settled();
  dot.open();
  await settled();
  await upstream.send('STS\r\n* 1 RECENT\r\n');
  await client.expect('* 3 EXISTS\r\n* 1 SEND (11 OK NIL)\r\nc OK SEND completed\r\n* 1 RECENT\r\n');
});
