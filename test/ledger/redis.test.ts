import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { createRedisLedger } from '../../src/ledger/redis.js';
import { connectRedis, type RedisConnection } from '../../src/ledger/redis-connection.js';
import { nameOf } from '../../src/ledger/seal.js';
import { type Redis, startRedis } from '../support/redis.js';
import { accepted, forever, refused } from './answers.js';
import { ledgerContract } from './contract.js';
import { redisPair, targetOf } from './redis-pair.js';

ledgerContract('Redis', async () => {
  const redis = await startRedis();
  const pair = redisPair({ target: targetOf(redis.url) });
  return {
    ...pair,
    async close() {
      await pair.close();
      await redis.stop();
    },
  };
});

describe('the Redis ledger', () => {
  let redis: Redis;
  let connection: RedisConnection;
  before(async () => {
    redis = await startRedis();
    connection = connectRedis({ target: targetOf(redis.url) });
  });
  after(async () => {
    connection.close();
    await redis.stop();
  });

  test('when a process is killed, its lease ends: claims are free, handovers unknown, answers for the retry', async (t) => {
    const leaseMs = 300;
    const doomed = fork(fileURLToPath(new URL('doomed-process.js', import.meta.url)), [
      redis.url,
      `${leaseMs}`,
    ]);
    const ended = once(doomed, 'exit');
    await once(doomed, 'message');
    const ledger = createRedisLedger({ connection, leaseMs });
    t.after(() => ledger.close());
    const claims = ['claimed', 'handed over'].map((key) => ledger.claim(key, 'heir', forever));
    doomed.kill('SIGKILL');
    await ended;
    const reply =
      '451 4.4.2 the outcome is unknown: the proxy that submitted the message ended before it had the reply';
    assert.deepEqual(await Promise.all(claims), [
      { kind: 'claimed' },
      {
        kind: 'recorded',
        outcome: { kind: 'unknown', refusal: { command: 'DATA', parameter: '', reply } },
      },
    ]);
    await ledger.acknowledge('handed over', 'heir');
    assert.deepEqual(await ledger.claim('handed over', 'heir', forever), { kind: 'claimed' });
    assert.deepEqual(await ledger.claim('answered', 'heir', forever), {
      kind: 'recorded',
      outcome: accepted,
    });
    await ledger.acknowledge('answered', 'heir');
    assert.deepEqual(await ledger.claim('answered', 'heir 2', forever), { kind: 'claimed' });
  });

  test('the leases of a process that lives are renewed by its heartbeat', async (t) => {
    const { a, store, close } = redisPair({ target: targetOf(redis.url) }, { leaseMs: 3000 });
    t.after(close);
    await a.claim('slow', 's1', forever);
    const [claim, process] = [`imap-send-proxy:entry:${nameOf('slow')}`, 'imap-send-proxy:alive:process a'];
    const shorten = (name: string, left: number) => connection.run((client) => client.pexpire(name, left));
    const left = (name: string) => connection.run((client) => client.pttl(name));
    await Promise.all([shorten(claim, 500), shorten(process, 500)]);
    await store.renew();
    assert.ok((await left(claim)) > 500);
    assert.ok((await left(process)) > 500);
    await shorten(claim, 4000);
    while ((await left(claim)) <= 4000) await delay(10);
  });

  test('a process does not take itself for dead', async (t) => {
    const { a, close } = redisPair({ target: targetOf(redis.url) });
    t.after(close);
    await a.claim('mine', 's1', forever);
    await connection.run((client) => client.del('imap-send-proxy:alive:process a'));
    await a.handover('mine', 's1');
  });

  test('a claim that its process never learnt of ends by itself', async (t) => {
    const { a, b, close } = redisPair({ target: targetOf(redis.url) });
    t.after(close);
    await a.claim('stray', 's1', forever);
    const name = `imap-send-proxy:entry:${nameOf('stray')}`;
    const left = await connection.run((client) => client.pttl(name));
    assert.ok(left > 0 && left <= 60_000, `${left} ms`);
    // As if that time were over.
    await connection.run((client) => client.del(name));
    assert.deepEqual(await b.claim('stray', 's2', forever), { kind: 'claimed' });
    await assert.rejects(a.handover('stray', 's1'), { code: 'CLAIM_LOST' });
  });

  test('nothing stays in Redis for ever, and nothing of what was seen', async (t) => {
    await connection.client.flushall();
    const { a, close } = redisPair({ target: targetOf(redis.url) }, { prefix: 'p:', retentionMs: 5000 });
    t.after(close);
    for (const key of ['seen', 'lost', 'in flight']) await a.claim(key, 's1', forever);
    for (const key of ['seen', 'lost']) await a.settle(key, 's1', accepted);
    await a.acknowledge('seen', 's1');
    await a.abandon('lost', 's1');
    await a.handover('in flight', 's1');
    const names = await connection.client.keys('*');
    assert.equal(names.length, 3, 'two entries, one process');
    for (const name of names) {
      assert.match(name, /^p:(entry|alive):/);
      const left = await connection.run((client) => client.pttl(name));
      assert.ok(left > 0 && left <= 30_000, `${name}: ${left} ms`);
    }
  });

  test('who mails whom cannot be read in Redis', async (t) => {
    await connection.client.flushall();
    const { a, b, close } = redisPair({ target: targetOf(redis.url) });
    t.after(close);
    const key = 'alice@example.org\nsha256\n1234';
    await a.claim(key, 'session of alice', forever);
    await a.settle(key, 'session of alice', refused);
    let everything = '';
    for (const name of await connection.client.keys('*'))
      everything += name + (await connection.client.get(name));
    assert.doesNotMatch(everything, /alice|example|нет|550/);
    assert.doesNotMatch(Buffer.from(everything, 'base64').toString(), /alice|example|нет|550/);
    assert.deepEqual(await b.claim(key, 's2', forever), { kind: 'recorded', outcome: refused });
  });

  test('a record that cannot be read is reported as unknown, until that was seen', async (t) => {
    const { a, close } = redisPair({ target: targetOf(redis.url) });
    t.after(close);
    for (const value of ['x', Buffer.alloc(100, 1).toString('base64')]) {
      await connection.client.set(`imap-send-proxy:entry:${nameOf('broken')}`, value);
      const claim = await a.claim('broken', 's1', forever);
      assert.equal(claim.kind === 'recorded' && claim.outcome.kind, 'unknown');
      await a.acknowledge('broken', 's1');
      assert.deepEqual(await a.claim('broken', 's2', forever), { kind: 'claimed' });
      await a.release('broken', 's2');
    }
  });

  test('errors name the side and hold no password', async (t) => {
    const guarded = await startRedis({ password: 'open sesame' });
    t.after(() => guarded.stop());
    const wrong = connectRedis({ target: targetOf(guarded.url.replace('open', 'close')) });
    t.after(() => wrong.close());
    await assert.rejects(
      wrong.run((client) => client.ping()),
      (error) => {
        assert.match(String(error), /Redis: WRONGPASS/);
        assert.doesNotMatch(inspect(error, { depth: 9, showHidden: true }), /sesame/);
        return true;
      },
    );
    const right = connectRedis({ target: targetOf(guarded.url) });
    t.after(() => right.close());
    assert.equal(await right.run((client) => client.ping()), 'PONG');
    const telltale = right.run(() => Promise.reject(new Error('unknown command, args: AUTH open sesame')));
    await assert.rejects(telltale, /^Error: Redis: unknown command, args: AUTH \[secret\]$/);
  });
});
