import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { connectRedis } from '../ledger/redis-connection.js';
import type { RedisTarget } from '../ledger/redis-url.js';
import type { RedisFacts } from './redis.js';

/**
 * Looks at Redis with the connection of the ledger. What it writes ends by itself within a second.
 * @param waitMs milliseconds for each step
 */
export async function probeRedis(target: RedisTarget, waitMs: number): Promise<RedisFacts> {
  const connection = connectRedis({ target, deadlineMs: waitMs });
  try {
    await connection.run((client) => client.ping());
    // Of a cluster, one server answers for all.
    const client = connection.client as Redis;
    const key = `imap-send-proxy:check:${randomUUID()}`;
    const write = connection.run((commands) =>
      commands.eval("return redis.call('SET', KEYS[1], '1', 'PX', '1000')", 1, key),
    );
    const [info, fsync, ahead, refusal] = await Promise.all([
      client.info().catch(() => ''),
      client.config('GET', 'appendfsync').catch(() => []),
      clockOf(client),
      write.then(
        () => undefined,
        (error: Error) => error.message,
      ),
    ]);
    const field = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(info)?.[1];
    const aof = field('aof_enabled');
    return {
      kind: 'answered',
      version: field('redis_version'),
      refusal,
      policy: field('maxmemory_policy'),
      appendOnly: aof === undefined ? undefined : aof === '1',
      appendFsync: (fsync as string[])[1],
      ahead,
    };
  } catch (error) {
    return { kind: 'unreachable', cause: error instanceof Error ? error.message : String(error) };
  } finally {
    connection.close();
  }
}

/** Milliseconds that its clock is ahead of ours, taken in the middle of the question. */
async function clockOf(client: Redis): Promise<number | undefined> {
  const before = Date.now();
  const answer = await client.time().catch(() => undefined);
  if (answer === undefined) return undefined;
  const [seconds, microseconds] = answer.map(Number) as [number, number];
  return seconds * 1000 + microseconds / 1000 - (before + Date.now()) / 2;
}
