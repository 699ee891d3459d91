import { createHash } from 'node:crypto';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Rate } from './rate.js';
import type { RedisConnection } from './redis-connection.js';

export interface Amounts {
  readonly messages: number;
  readonly recipients: number;
}

export type Reservation =
  | { readonly ok: true }
  /** Nothing is reserved. The window that is used up ends in `retryAfterSeconds`, at least 1; `Infinity`: none is enough. */
  | { readonly ok: false; readonly limit: keyof Amounts; readonly retryAfterSeconds: number };

/**
 * How much a login may still send. Windows are fixed: they begin with the first message and end all at once.
 * While Redis fails, each process counts on its own, from nothing.
 */
export interface Rates {
  /** All or nothing. More than a whole window holds is refused always. */
  reserve(login: string, amounts: Amounts): Promise<Reservation>;
  /** Gives back what was reserved and nobody got. */
  refund(login: string, amounts: Amounts): Promise<void>;
}

/** Per login; none without. */
export interface RateLimits {
  readonly messages?: Rate | undefined;
  readonly recipients?: Rate | undefined;
}

export interface AdjustableRates extends Rates {
  /** What was counted so far still counts, and a window that has begun ends when it would have. */
  replace(limits: RateLimits): void;
}

export interface RatesOptions extends RateLimits {
  /** Where several processes count together; without it each counts for itself. */
  readonly connection?: RedisConnection | undefined;
  /** Of every name in Redis; default `imap-send-proxy:`. */
  readonly prefix?: string;
}

const limits = ['messages', 'recipients'] as const;

export function createRates(options: RatesOptions): AdjustableRates {
  const { connection, prefix = 'imap-send-proxy:' } = options;
  let limiters: readonly Limited[] = [];

  function replace(rates: RateLimits): void {
    limiters = limits.flatMap((limit) => {
      const rate = rates[limit];
      if (rate === undefined) return [];
      const known = limiters.find((each) => each.limit === limit);
      for (const limiter of known ? [known.limiter, known.memory] : []) {
        limiter.points = rate.count;
        limiter.duration = rate.seconds;
      }
      return [known ?? { limit, ...createLimiters(rate, `${prefix}rate:${limit}`, connection) }];
    });
  }
  replace(options);

  async function refund(login: string, amounts: Partial<Amounts>): Promise<void> {
    for (const { limit, limiter } of limiters) {
      const points = amounts[limit] ?? 0;
      const name = nameOf(login);
      // Given back after its window has ended, it would be a gift to the next one.
      const used = (await limiter.get(name))?.consumedPoints ?? 0;
      if (points > 0 && used >= points) await limiter.reward(name, points);
    }
  }

  return {
    async reserve(login, amounts) {
      const taken: Partial<Record<keyof Amounts, number>> = {};
      const tooMuch = limiters.find(({ limit, limiter }) => amounts[limit] > limiter.points);
      if (tooMuch) return { ok: false, limit: tooMuch.limit, retryAfterSeconds: Number.POSITIVE_INFINITY };
      for (const { limit, limiter } of limiters) {
        // The limiter counts what it refuses, too; a smaller message must still be able to go out.
        taken[limit] = amounts[limit];
        const refused = await consume(limiter, nameOf(login), amounts[limit]);
        if (refused === undefined) continue;
        await refund(login, taken);
        return { ok: false, limit, retryAfterSeconds: Math.max(1, Math.ceil(refused.msBeforeNext / 1000)) };
      }
      return { ok: true };
    },
    refund,
    replace,
  };
}

type Limiter = RateLimiterMemory | RateLimiterRedis;

interface Limiters {
  readonly limiter: Limiter;
  /** The same one, or what stands in for Redis while that fails. */
  readonly memory: RateLimiterMemory;
}

interface Limited extends Limiters {
  readonly limit: keyof Amounts;
}

function createLimiters(rate: Rate, keyPrefix: string, connection: RedisConnection | undefined): Limiters {
  const options = { keyPrefix, points: rate.count, duration: rate.seconds };
  const memory = new RateLimiterMemory(options);
  if (connection === undefined) return { limiter: memory, memory };
  const limiter = new RateLimiterRedis({
    ...options,
    storeClient: connection.client,
    insuranceLimiter: memory,
    // Sending does not wait for Redis to come back.
    rejectIfRedisNotReady: true,
  });
  return { limiter, memory };
}

async function consume(limiter: Limiter, name: string, points: number): Promise<RateLimiterRes | undefined> {
  try {
    await limiter.consume(name, points);
    return undefined;
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return refused;
    throw refused;
  }
}

function nameOf(login: string): string {
  return createHash('sha256').update(`imap-send-proxy rate\0${login}`).digest('base64url');
}
