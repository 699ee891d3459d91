import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startRedis } from '../support/redis.js';
import { startAdmin } from './setting.js';

test('Redis is looked at where it is used', async (t) => {
  const redis = await startRedis();
  t.after(() => redis.stop());
  const { get, peer } = await startAdmin(t, { state: redis.url });
  const ready = async () => {
    const looking = get('/healthz/ready');
    await (await peer.accept()).send('* OK ready\r\n');
    const { status, json } = await looking;
    const { name, ok, required } = json.checks[2];
    return [status, name, ok, required];
  };
  assert.deepEqual(await ready(), [200, 'redis', true, false]);
});

test('Redis that fails is shown, and leaves the proxy ready', async (t) => {
  const redis = await startRedis();
  await redis.stop();
  const { get, peer } = await startAdmin(t, { state: redis.url });
  const looking = get('/healthz/ready');
  await (await peer.accept()).send('* OK ready\r\n');
  const { status, json } = await looking;
  assert.deepEqual([status, json.ok, json.checks[2].ok], [200, true, false]);
});
