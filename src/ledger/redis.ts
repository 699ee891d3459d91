import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { bury, type Entry, ownersOf } from './entry.js';
import type { Ledger } from './ledger.js';
import type { RedisConnection } from './redis-connection.js';
import { nameOf, seal, unseal } from './seal.js';
import { createStoredLedger, type EntryStore } from './store.js';

export interface RedisStoreOptions {
  /** Used, not owned: whoever made it closes it. */
  readonly connection: RedisConnection;
  /** Of every name in Redis; default `imap-send-proxy:`. */
  readonly prefix?: string;
  /** Milliseconds after which a process that stays silent counts as dead; default 30 seconds. */
  readonly leaseMs?: number;
  /** Milliseconds that an outcome is kept after its last use; default 24 hours. */
  readonly retentionMs?: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

export interface RedisStore extends EntryStore {
  /** Shows that this process is alive, and renews its claims. */
  renew(): Promise<void>;
  /** `listener` is called when the process cannot show any more that it is alive. */
  onLost(listener: (error: Error) => void): void;
}

/** The ledger of all processes that share one Redis. Rejects with RedisUnavailableError. */
export function createRedisLedger(options: RedisStoreOptions): Ledger {
  const owner = randomUUID();
  return createStoredLedger(createRedisStore(options, owner), owner);
}

/** Replaces the value if it is the expected one; if not, returns what it is instead. Empty means absent. */
const compareAndSet = `
local value = redis.call('GET', KEYS[1]) or ''
if value ~= ARGV[1] then return value end
if ARGV[2] == '' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
return false`;

/**
 * Entries in Redis: one key each, changed by compare-and-set, so a transition sees what it changes and a process whose
 * lease is over cannot undo what others did since.
 *
 * The lease is one key for each process, which says that it is alive. It is renewed by a heartbeat and ended by the
 * clock of Redis. A claim is renewed by it, too, and expires by itself: so one that its process never learnt of, because
 * the reply was lost, ends as well.
 */
export function createRedisStore(options: RedisStoreOptions, owner: string): RedisStore {
  const { connection, prefix = 'imap-send-proxy:', now = () => performance.now() } = options;
  const { leaseMs = 30_000, retentionMs = 24 * 60 * 60 * 1000 } = options;
  const presence = (each: string) => `${prefix}alive:${each}`;
  // Longer than the other lease, so that the death of the owner is seen while the entry still says who waits.
  const claimMs = 2 * leaseMs;
  const claims = new Set<string>();
  const listeners = new Set<(error: Error) => void>();
  let renewedAt = Number.NEGATIVE_INFINITY;
  let closed = false;

  async function renew(): Promise<void> {
    const at = now();
    await connection.run((redis) =>
      Promise.all([
        redis.set(presence(owner), '', 'PX', leaseMs),
        ...[...claims].map((name) => redis.pexpire(name, claimMs)),
      ]),
    );
    renewedAt = at;
  }

  function lost(error: Error): void {
    renewedAt = Number.NEGATIVE_INFINITY;
    if (!closed) for (const listener of listeners) listener(error);
  }

  /** The entry as it is stored, and as it is now that some of its owners may have died. */
  async function read(key: string, value: string): Promise<{ stored?: Entry; current?: Entry | undefined }> {
    const stored = decode(key, value);
    if (stored === undefined) return {};
    const others = [...ownersOf(stored)].filter((each) => each !== owner);
    const alive = await Promise.all(
      others.map((each) => connection.run((redis) => redis.exists(presence(each)))),
    );
    const dead = new Set(others.filter((_, index) => alive[index] === 0));
    return { stored, current: bury(stored, (each) => dead.has(each)) };
  }

  /** Milliseconds. A claim must be renewed; those who only wait come back at once or are gone. */
  function lifetime(entry: Entry): number {
    if (entry.phase === 'claimed') return claimMs;
    const answers = entry.phase === 'recorded' ? entry.answered.length : 0;
    return 'holder' in entry || answers + entry.orphans > 0 ? retentionMs : leaseMs;
  }

  /** Only our own claims: to renew one that was taken over would keep it alive after its new owner's death. */
  function watch(name: string, entry: Entry | undefined): void {
    if (entry?.phase === 'claimed' && entry.holder.owner === owner) claims.add(name);
    else claims.delete(name);
  }

  connection.onLost(lost);
  const heartbeat = setInterval(() => renew().catch(lost), leaseMs / 3).unref();

  return {
    renew,
    onLost: (listener) => {
      listeners.add(listener);
    },
    async update(key, transition) {
      const name = `${prefix}entry:${nameOf(key)}`;
      if (now() - renewedAt >= leaseMs / 3) await renew();
      for (let expected = '', asked = false; ; asked = true) {
        const { stored, current } = await read(key, expected);
        const { entry, result } = transition(current);
        // The first round is a guess, that there is no entry, which only the script can confirm.
        const unchanged = asked && entry === stored;
        const next = entry === undefined ? '' : seal(key, entry);
        const ttl = entry === undefined ? 0 : lifetime(entry);
        const actual = unchanged
          ? null
          : await connection.run((redis) => redis.eval(compareAndSet, 1, name, expected, next, ttl));
        if (actual === null) {
          watch(name, entry);
          return result;
        }
        expected = String(actual);
      }
    },
    async changed(_key, _holder, signal) {
      // Polled: few wait at any time, and a subscription would be a second connection with failures of its own.
      await sleep(50 + Math.random() * 200, undefined, { signal });
    },
    async close() {
      closed = true;
      clearInterval(heartbeat);
      // What is left behind need not wait until the lease is over.
      await connection.run((redis) => redis.del(presence(owner))).catch(() => undefined);
    },
  };
}

/** What cannot be read may have been anything, so the outcome is unknown. */
function decode(key: string, value: string): Entry | undefined {
  if (value === '') return undefined;
  try {
    return unseal(key, value);
  } catch {
    const reply = '451 4.4.2 the outcome is unknown: its record cannot be read';
    const outcome = { kind: 'unknown', refusal: { command: 'DATA', parameter: '', reply } } as const;
    return { phase: 'recorded', outcome, waiting: [], answered: [], orphans: 1, seen: [] };
  }
}
