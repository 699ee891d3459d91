import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStall, type Stall } from '../interop/send/stalling-sink.js';
import { answerBody, answerListing, message, subjectsOf } from '../relay/sending.js';
import { startRedis } from '../support/redis.js';
import { type Sink, type SinkOptions, startSink } from '../support/sink.js';
import { type Context, type Joined, linesOf, startCrew, until } from './crew.js';

async function sending(context: Context, options: SinkOptions = {}, flags: Record<string, string> = {}) {
  const sink: Sink = await startSink(options);
  // Registered first: a proxy that stops waits for nobody else.
  context.after(() => sink.stop());
  const crew = await startCrew(context, {
    submission: `smtp://127.0.0.1:${sink.port}`,
    'sender-policy': 'submission',
    ...flags,
  });
  return { ...crew, sink };
}

/** The client says `SEND 1`, and upstream has that message. */
async function send({ client, upstream }: Joined, text: string): Promise<void> {
  await client.send('a SEND 1\r\n');
  await answerListing(upstream, '1', [text]);
  await answerBody(upstream, 1, text);
}

const OK = '* 1 SEND (11 OK NIL)\r\na OK SEND completed\r\n';

/** `anna` loses her connection while her message is accepted, and tries again where another worker has her. */
async function retried({ sink, joinAs }: Awaited<ReturnType<typeof sending>>, stall: Stall): Promise<void> {
  const [lost, retry] = [await joinAs('anna'), await joinAs('anna')];
  assert.notEqual(lost.worker, retry.worker);
  const end = stall.begin();
  await send(lost, message('once'));
  await stall.waiting(1);
  lost.client.reset();
  await send(retry, message('once'));
  end();
  await retry.client.expect(OK);
  assert.deepEqual(subjectsOf(sink.messages), ['once']);
  // It was seen: on purpose now.
  await send(retry, message('once'));
  await retry.client.expect(OK);
  assert.deepEqual(subjectsOf(sink.messages), ['once', 'once']);
}

test('a retry that comes to another worker is told the outcome, and nothing is sent', async (t) => {
  const stall = createStall();
  await retried(await sending(t, stall.options), stall);
});

test('the same with Redis, which each worker asks itself', async (t) => {
  const redis = await startRedis();
  t.after(() => redis.stop());
  const stall = createStall();
  await retried(await sending(t, stall.options, { state: redis.url }), stall);
});

test('rates are counted over all workers', async (t) => {
  const { sink, joinAs } = await sending(t, {}, { 'rate-messages': '1/1h' });
  const [first, second] = [await joinAs('anna'), await joinAs('anna')];
  assert.notEqual(first.worker, second.worker);
  await send(first, message('one'));
  await first.client.expect(OK);
  await send(second, message('two'));
  await second.client.expectLine(/^\* 1 SEND \(11 NO \("MAIL FROM" .* Too many messages for this login/);
  assert.deepEqual(subjectsOf(sink.messages), ['one']);
});

test('a worker is killed after a final dot: the retry is told that the outcome is unknown, the next one sends', async (t) => {
  const stall = createStall();
  const { proxy, sink, joinAs, pid } = await sending(t, stall.options);
  const [killed, retry] = [await joinAs('anna'), await joinAs('anna')];
  const end = stall.begin();
  await send(killed, message('handed over'));
  await stall.waiting(1);
  process.kill(pid(killed.worker), 'SIGKILL');
  await until('it is known', () => linesOf(proxy, 'worker-lost').length === 1);
  await send(retry, message('handed over'));
  await retry.client.expectLine(
    /^\* 1 SEND \(11 NO \("DATA" "" "451 4\.4\.2 the outcome is unknown: the proxy that submitted/,
  );
  await retry.client.expectLine(/^a NO /);
  end();
  await until('the server took it', () => sink.messages.length === 1);
  await send(retry, message('handed over'));
  await retry.client.expect(OK);
  assert.equal(sink.messages.length, 2);
});

test('a worker is killed before the message is handed over: a retry sends it', async (t) => {
  const { proxy, sink, joinAs, pid } = await sending(t);
  const [killed, retry] = [await joinAs('anna'), await joinAs('anna')];
  await killed.client.send('a SEND 1\r\n');
  await answerListing(killed.upstream, '1', [message('fetched')]);
  await answerBody(killed.upstream, 1, message('fetched'), 20);
  process.kill(pid(killed.worker), 'SIGKILL');
  await until('it is known', () => linesOf(proxy, 'worker-lost').length === 1);
  await send(retry, message('fetched'));
  await retry.client.expect(OK);
  assert.equal(sink.messages.length, 1);
});
