import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { after, before, describe, type TestContext, test } from 'node:test';
import type { Ledger } from '../../src/ledger/ledger.js';
import { createRedisLedger } from '../../src/ledger/redis.js';
import { connectRedis, type RedisConnection } from '../../src/ledger/redis-connection.js';
import { createResilientLedger } from '../../src/ledger/resilient.js';
import { type Redis, startRedis } from '../support/redis.js';
import { accepted, claimed, forever } from './answers.js';
import { targetOf } from './redis-pair.js';

const recorded = { kind: 'recorded', outcome: accepted };

interface Setting {
  readonly redis: Redis;
  readonly ledger: Ledger;
  /** Emits `degraded`, with the error, and `restored`. */
  readonly events: EventEmitter;
  /** Another process, as Redis alone tells it. */
  readonly other: Ledger;
}

async function setUp(t: TestContext, extra = '', deadlineMs = 5000): Promise<Setting> {
  const redis = await startRedis({ extra });
  const connections: RedisConnection[] = [];
  const connect = (milliseconds: number) => {
    const connection = connectRedis({ target: targetOf(redis.url), deadlineMs: milliseconds });
    connections.push(connection);
    return connection;
  };
  const events = new EventEmitter();
  const ledger = createResilientLedger({
    connection: connect(deadlineMs),
    retryMs: 20,
    onDegraded: (error) => events.emit('degraded', error),
    onRestored: () => events.emit('restored'),
  });
  const other = createRedisLedger({ connection: connect(10_000) });
  t.after(async () => {
    await Promise.all([ledger.close(), other.close()]);
    for (const connection of connections) connection.close();
    await redis.stop();
  });
  return { redis, ledger, events, other };
}

async function sendAndLose(ledger: Ledger, key: string): Promise<void> {
  assert.deepEqual(await ledger.claim(key, `sender of ${key}`, forever), claimed);
  await ledger.handover(key, `sender of ${key}`);
  await ledger.settle(key, `sender of ${key}`, accepted);
  await ledger.abandon(key, `sender of ${key}`);
}

async function retry(ledger: Ledger, key: string, session: string): Promise<void> {
  assert.deepEqual(await ledger.claim(key, session, forever), recorded);
  await ledger.acknowledge(key, session);
}

test('Redis down at the start: sending works, retries are safe, and Redis learns of it when it comes', async (t) => {
  const redis = await startRedis();
  await redis.kill();
  const connection = connectRedis({ target: targetOf(redis.url) });
  const events = new EventEmitter();
  const degraded = once(events, 'degraded');
  const ledger = createResilientLedger({
    connection,
    retryMs: 20,
    onDegraded: (error) => events.emit('degraded', error),
    onRestored: () => events.emit('restored'),
  });
  t.after(async () => {
    await ledger.close();
    connection.close();
    await redis.stop();
  });
  await sendAndLose(ledger, 'k');
  await retry(ledger, 'k', 's2');
  await sendAndLose(ledger, 'k');
  assert.match(String((await degraded)[0]), /^Error: Redis: .*ECONNREFUSED/);

  const restored = once(events, 'restored');
  await redis.restart();
  await restored;
  const other = createRedisLedger({ connection });
  await retry(other, 'k', 's3');
  await other.close();
});

describe('something that accepts and never answers, from the start', () => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket));
  const connect = (t: TestContext, url: string) => {
    const { port } = server.address() as AddressInfo;
    const target = targetOf(url.replaceAll('silent', `127.0.0.1:${port}`));
    const connection = connectRedis({ target, deadlineMs: 100 });
    t.after(() => connection.close());
    return connection;
  };
  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  test('in the place of Redis: sending works', async (t) => {
    const errors: Error[] = [];
    const ledger = createResilientLedger({
      connection: connect(t, 'redis://silent'),
      retryMs: 20,
      onDegraded: (error) => errors.push(error),
    });
    await sendAndLose(ledger, 'k');
    await retry(ledger, 'k', 's2');
    await ledger.close();
    assert.equal(errors.length, 1);
    assert.match(String(errors[0]), /^Error: Redis: /);
  });

  test('in the place of all sentinels: one deadline for all of them', async (t) => {
    const connection = connect(t, 'redis+sentinel://silent,silent,silent/mymaster');
    const ping = connection.run((client) => client.ping());
    await assert.rejects(ping, /^Error: Redis: not connected in time$/);
  });
});

test('Redis killed between claim and handover, and back with its data', async (t) => {
  const { redis, ledger, events, other } = await setUp(t, 'appendonly yes');
  await sendAndLose(ledger, 'before');
  await ledger.claim('k', 's1', forever);
  const degraded = once(events, 'degraded');
  await redis.kill();
  await ledger.handover('k', 's1');
  await degraded;
  await ledger.settle('k', 's1', accepted);
  await ledger.abandon('k', 's1');
  await retry(ledger, 'before', 's2');

  const restored = once(events, 'restored');
  await redis.restart();
  await restored;
  await retry(other, 'k', 's3');
  assert.deepEqual(await other.claim('before', 's4', forever), claimed, 'its answer was seen meanwhile');
});

test('Redis back without its data: what this process knows still counts', async (t) => {
  const { redis, ledger, events } = await setUp(t);
  await sendAndLose(ledger, 'k');
  await ledger.claim('in flight', 's1', forever);
  const [degraded, restored] = [once(events, 'degraded'), once(events, 'restored')];
  await redis.kill();
  await degraded;
  await redis.restart();
  await restored;
  await retry(ledger, 'k', 's2');
  await ledger.handover('in flight', 's1');
  await ledger.settle('in flight', 's1', accepted);
  await ledger.abandon('in flight', 's1');
  await retry(ledger, 'in flight', 's2');
});

test('Redis that accepts and never answers', async (t) => {
  const { redis, ledger, events, other } = await setUp(t, '', 500);
  await ledger.claim('k', 's1', forever);
  const degraded = once(events, 'degraded');
  process.kill(redis.pid, 'SIGSTOP');
  await ledger.handover('k', 's1');
  assert.match(String((await degraded)[0]), /^Error: Redis: /);
  await ledger.settle('k', 's1', accepted);
  await ledger.abandon('k', 's1');
  await retry(ledger, 'k', 's2');
  await sendAndLose(ledger, 'k2');

  const restored = once(events, 'restored');
  process.kill(redis.pid, 'SIGCONT');
  await restored;
  assert.deepEqual(await other.claim('k', 's3', forever), claimed, 'its answer was seen meanwhile');
  await retry(other, 'k2', 's3');
});
