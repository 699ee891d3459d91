import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createRates, type Rates, type RatesOptions } from '../../src/ledger/rates.js';
import { connectRedis, type RedisConnection } from '../../src/ledger/redis-connection.js';
import { freePort } from '../support/port.js';
import { type Redis, startRedis } from '../support/redis.js';
import { targetOf } from './redis-pair.js';

const limits = { messages: { count: 3, seconds: 3600 }, recipients: { count: 10, seconds: 86_400 } };

/** One message; what `reserve` said of it, with the wait as the only thing that is not certain. */
async function reserve(rates: Rates, login: string, recipients: number): Promise<string> {
  const answer = await rates.reserve(login, { messages: 1, recipients });
  if (answer.ok) return 'ok';
  const { limit, retryAfterSeconds } = answer;
  const window = limits[limit].seconds;
  assert.ok(Number.isInteger(retryAfterSeconds) && retryAfterSeconds >= 1 && retryAfterSeconds <= window);
  return limit;
}

function ratesContract(name: string, open: () => RatesOptions): void {
  describe(`rates ${name}`, () => {
    let rates: Rates;
    let count = 0;
    const newLogin = () => `login ${++count} at ${name}`;
    before(() => {
      rates = createRates({ ...open(), ...limits });
    });

    test('what fits goes out, what does not is refused and takes nothing', async () => {
      const login = newLogin();
      assert.equal(await reserve(rates, login, 9), 'ok');
      assert.equal(await reserve(rates, login, 2), 'recipients');
      assert.equal(await reserve(rates, login, 2), 'recipients');
      assert.equal(await reserve(rates, login, 1), 'ok');
      assert.equal(await reserve(rates, login, 0), 'ok', 'the refused ones are not counted as messages');
      assert.equal(await reserve(rates, login, 0), 'messages');
    });

    test('a refund makes room again', async () => {
      const login = newLogin();
      assert.deepEqual(await rates.reserve(login, { messages: 3, recipients: 10 }), { ok: true });
      assert.equal(await reserve(rates, login, 1), 'messages');
      await rates.refund(login, { messages: 1, recipients: 4 });
      assert.equal(await reserve(rates, login, 5), 'recipients');
      assert.equal(await reserve(rates, login, 4), 'ok');
      assert.equal(await reserve(rates, login, 0), 'messages');
    });

    test('a refund of what is not counted (any more) makes no room', async () => {
      const login = newLogin();
      await rates.refund(login, { messages: 3, recipients: 10 });
      assert.equal(await reserve(rates, login, 1), 'ok');
      await rates.refund(login, { messages: 2, recipients: 2 });
      assert.deepEqual(await rates.reserve(login, { messages: 2, recipients: 9 }), { ok: true });
      assert.equal(await reserve(rates, login, 0), 'messages');
    });

    test('more than a whole window is refused, and does no harm', async () => {
      const login = newLogin();
      assert.deepEqual(await rates.reserve(login, { messages: 1, recipients: 11 }), {
        ok: false,
        limit: 'recipients',
        retryAfterSeconds: Number.POSITIVE_INFINITY,
      });
      assert.equal(await reserve(rates, login, 10), 'ok');
    });

    test('other rates go by what was counted so far', async () => {
      const login = newLogin();
      const changing = createRates({ ...open(), ...limits });
      assert.deepEqual(await changing.reserve(login, { messages: 2, recipients: 2 }), { ok: true });
      changing.replace({ ...limits, messages: { count: 2, seconds: 3600 } });
      assert.equal(await reserve(changing, login, 1), 'messages');
      changing.replace({ ...limits, messages: { count: 4, seconds: 3600 } });
      assert.equal(await reserve(changing, login, 1), 'ok');
      assert.equal(await reserve(changing, login, 1), 'ok');
      assert.equal(await reserve(changing, login, 1), 'messages');
      changing.replace({ recipients: limits.recipients });
      assert.equal(await reserve(changing, login, 6), 'ok');
      assert.equal(await reserve(changing, login, 1), 'recipients');
    });

    test('logins are independent of each other', async () => {
      const [one, two] = [newLogin(), newLogin()];
      assert.deepEqual(await rates.reserve(one, { messages: 3, recipients: 3 }), { ok: true });
      assert.equal(await reserve(rates, one, 1), 'messages');
      assert.equal(await reserve(rates, two, 1), 'ok');
    });
  });
}

let redis: Redis;
let connection: RedisConnection;
let broken: RedisConnection;

before(async () => {
  redis = await startRedis();
  connection = connectRedis({ target: targetOf(redis.url) });
  await connection.run((client) => client.ping());
  broken = connectRedis({ target: targetOf(`redis://127.0.0.1:${await freePort()}`) });
});

after(async () => {
  connection.close();
  broken.close();
  await redis.stop();
});

ratesContract('in memory', () => ({}));
ratesContract('in Redis', () => ({ connection }));
ratesContract('in memory, because Redis is away', () => ({ connection: broken }));

test('processes with one Redis count together, and it learns no login', async () => {
  await connection.client.flushall();
  const [one, two] = [createRates({ ...limits, connection }), createRates({ ...limits, connection })];
  assert.equal(await reserve(one, 'alice', 6), 'ok');
  assert.equal(await reserve(two, 'alice', 6), 'recipients');
  assert.equal(await reserve(two, 'alice', 4), 'ok');
  const names = await connection.client.keys('*');
  assert.equal(names.length, 2);
  for (const name of names) assert.match(name, /^imap-send-proxy:rate:(messages|recipients):[\w-]{43}$/);
});

test('a limit that is not set is none', async () => {
  assert.deepEqual(await createRates({}).reserve('alice', { messages: 1e6, recipients: 1e6 }), { ok: true });
  const rates = createRates({ recipients: limits.recipients });
  assert.deepEqual(await rates.reserve('alice', { messages: 1e6, recipients: 10 }), { ok: true });
  assert.equal(await reserve(rates, 'alice', 1), 'recipients');
});
