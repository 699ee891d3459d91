import assert from 'node:assert/strict';
import { createRedisStore, type RedisStore, type RedisStoreOptions } from '../../src/ledger/redis.js';
import { connectRedis, type RedisConnectionOptions } from '../../src/ledger/redis-connection.js';
import { parseRedisUrl, type RedisTarget } from '../../src/ledger/redis-url.js';
import { createStoredLedger } from '../../src/ledger/store.js';
import type { LedgerPair } from './contract.js';

export interface RedisPair extends LedgerPair {
  readonly store: RedisStore;
}

export function targetOf(url: string): RedisTarget {
  const parsed = parseRedisUrl(url);
  assert.ok(parsed.ok, url);
  return parsed.target;
}

/** Two processes, `process a` and `process b`, that share a Redis; `store` is that of the first. */
export function redisPair(
  connection: RedisConnectionOptions,
  options: Omit<RedisStoreOptions, 'connection'> = {},
): RedisPair {
  const connections = [connectRedis(connection), connectRedis(connection)] as const;
  const a = createRedisStore({ ...options, connection: connections[0] }, 'process a');
  const b = createRedisStore({ ...options, connection: connections[1] }, 'process b');
  return {
    a: createStoredLedger(a, 'process a'),
    b: createStoredLedger(b, 'process b'),
    store: a,
    async close() {
      await Promise.all([a.close(), b.close()]);
      for (const each of connections) each.close();
    },
  };
}
