import { randomUUID } from 'node:crypto';
import { bury, type Entry, type Transition } from './entry.js';
import { createJournal } from './journal.js';
import type { Ledger } from './ledger.js';
import { createMemoryStore, type MemoryStore, type MemoryStoreOptions } from './memory.js';
import { createRedisStore, type RedisStore, type RedisStoreOptions } from './redis.js';
import { RedisUnavailableError } from './redis-connection.js';
import { createStoredLedger, type EntryStore } from './store.js';

export interface ResilientOptions {
  /** Milliseconds between attempts to come back to Redis; default 1 second. */
  readonly retryMs?: number;
  /** Redis failed: from now on this process is guarded by its own memory alone. */
  readonly onDegraded?: (error: Error) => void;
  /** Redis is used again and knows what happened meanwhile. */
  readonly onRestored?: () => void;
}

/**
 * The ledger in Redis, and the one in memory to go on with while Redis fails: sending never stops for it.
 *
 * What this process knows it does not send twice, whatever happens to Redis. It remembers every entry it touched, within
 * the bounds of the memory ledger, and goes by that when Redis fails, or has lost the entry when it comes back.
 * What happens while Redis is away is told it before it is used again; a record that another process made there of the
 * same message meanwhile stays.
 *
 * Not guaranteed while Redis is away, and for what Redis forgets (it restarts without its data, or fails over to a
 * replica that lags behind): a retry that comes to another process, or after this one ended, may be sent again. What
 * was last seen in flight at another process is reported as unknown, not sent.
 *
 * The price: after such a failure, one repetition on purpose of a message whose answer got lost before it may be taken
 * for the retry, though that came to another process.
 */
export function createResilientLedger(
  options: RedisStoreOptions & MemoryStoreOptions & ResilientOptions,
): Ledger {
  const owner = randomUUID();
  return createStoredLedger(
    createResilientStore(createRedisStore(options, owner), createMemoryStore(options), owner, options),
    owner,
  );
}

const outOfReach =
  '451 4.4.2 the outcome is unknown: another proxy had the message when the connection to Redis failed';

export function createResilientStore(
  remote: RedisStore,
  local: MemoryStore,
  owner: string,
  { retryMs = 1000, maxEntries = 10_000, onDegraded, onRestored }: ResilientOptions & MemoryStoreOptions,
): EntryStore {
  const journal = createJournal(maxEntries);
  /** Keys of entries that we know from before Redis failed the last time. */
  let unconfirmed = new Set<string>();
  const turns = new Map<string, Promise<unknown>>();
  let degraded = false;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;

  async function updateRemote<T>(key: string, transition: Transition<T>): Promise<T> {
    const known = unconfirmed.has(key) ? local.get(key) : undefined;
    let latest: Entry | undefined;
    const result = await remote.update(key, (entry) => {
      const step = transition(entry ?? known);
      latest = step.entry;
      return step;
    });
    unconfirmed.delete(key);
    local.set(key, latest && withoutOthers(latest, owner));
    return result;
  }

  function updateLocal<T>(key: string, transition: Transition<T>): T {
    const before = local.get(key);
    const { entry, result } = transition(before);
    if (entry !== before) local.set(key, entry);
    journal.record(key, transition, before, entry);
    return result;
  }

  function degrade(error: Error): void {
    if (degraded || closed) return;
    degraded = true;
    retryLater();
    onDegraded?.(error);
  }

  function retryLater(): void {
    if (!closed) retry = setTimeout(restore, retryMs).unref();
  }

  async function catchUp(): Promise<void> {
    await remote.renew();
    // What messages need has to work, not only what shows that we live: they may be allowed differently.
    await remote.update('', (entry) => ({ entry, result: undefined }));
    await journal.replay(remote.update);
  }

  async function restore(): Promise<void> {
    try {
      await catchUp();
    } catch {
      return retryLater();
    }
    if (closed) return;
    unconfirmed = new Set(local.keys());
    degraded = false;
    onRestored?.();
  }

  remote.onLost(degrade);

  async function update<T>(key: string, transition: Transition<T>): Promise<T> {
    if (!degraded) {
      try {
        return await updateRemote(key, transition);
      } catch (error) {
        if (!(error instanceof RedisUnavailableError)) throw error;
        degrade(error);
      }
    }
    return updateLocal(key, transition);
  }

  return {
    // One after the other, so that memory sees what happens to an entry in the order in which it happens in Redis.
    update: (key, transition) => inTurn(turns, key, () => update(key, transition)),
    // Of what happens to our own claims memory knows first.
    changed: (key, holder, signal) => (holder.owner === owner ? local : remote).changed(key, holder, signal),
    async close() {
      closed = true;
      clearTimeout(retry);
      // What only this process knows is lost with it.
      if (degraded) await catchUp().catch(() => undefined);
      await remote.close();
    },
  };
}

/** The entry as it is to us when nothing is heard of the other processes any more. */
function withoutOthers(entry: Entry, owner: string): Entry | undefined {
  const isOther = (each: string) => each !== owner;
  const elsewhere = entry.phase === 'claimed' && isOther(entry.holder.owner);
  // Handed over, perhaps, a moment after we saw it.
  return bury(elsewhere ? { ...entry, phase: 'handed-over' } : entry, isOther, outOfReach);
}

/** Starts `work` when all earlier work on the same key has ended. */
function inTurn<T>(turns: Map<string, Promise<unknown>>, key: string, work: () => Promise<T>): Promise<T> {
  const turn = (turns.get(key) ?? Promise.resolve()).then(work);
  const end = turn.then(
    () => undefined,
    () => undefined,
  );
  turns.set(key, end);
  end.then(() => {
    if (turns.get(key) === end) turns.delete(key);
  });
  return turn;
}
