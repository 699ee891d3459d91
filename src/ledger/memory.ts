import { randomUUID } from 'node:crypto';
import { bury, type Entry, isInFlight } from './entry.js';
import type { Ledger } from './ledger.js';
import { createStoredLedger, type EntryStore } from './store.js';

export interface MemoryStoreOptions {
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
  /** Milliseconds that an outcome is kept after its last use; default 24 hours. */
  readonly retentionMs?: number;
  /** Outcomes are dropped, oldest first, so that there are no more entries; default 10,000. Claims never are. */
  readonly maxEntries?: number;
}

export interface MemoryStore extends EntryStore {
  get(key: string): Entry | undefined;
  set(key: string, entry: Entry | undefined): void;
  keys(): Iterable<string>;
  /** A process ended without a word: its claims end, its answers wait for a retry. */
  lost(owner: string): void;
}

const dayMs = 24 * 60 * 60 * 1000;

/** The ledger of one process. */
export function createMemoryLedger(options: MemoryStoreOptions = {}): Ledger {
  return createStoredLedger(createMemoryStore(options), randomUUID());
}

/** Entries in memory. For several processes give each a ledger of its own over one store. */
export function createMemoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const { now = () => performance.now(), retentionMs = dayMs, maxEntries = 10_000 } = options;
  const entries = new Map<string, Entry>();
  /** When entries that nobody holds expire; as all are kept equally long, the first is always the next. */
  const expiry = new Map<string, number>();
  const listeners = new Map<string, Set<() => void>>();

  function get(key: string): Entry | undefined {
    for (const [oldest, at] of expiry) {
      if (at > now()) break;
      drop(oldest);
    }
    return entries.get(key);
  }

  function set(key: string, entry: Entry | undefined): void {
    drop(key);
    if (entry !== undefined) entries.set(key, entry);
    if (entry !== undefined && !('holder' in entry)) expiry.set(key, now() + retentionMs);
    for (const oldest of expiry.keys()) {
      if (entries.size <= maxEntries) break;
      drop(oldest);
    }
    for (const wake of listeners.get(key) ?? []) wake();
  }

  function drop(key: string): void {
    entries.delete(key);
    expiry.delete(key);
  }

  return {
    get,
    set,
    keys: () => entries.keys(),
    async update(key, transition) {
      const before = get(key);
      const { entry, result } = transition(before);
      if (entry !== before) set(key, entry);
      return result;
    },
    changed: (key, holder, signal) =>
      new Promise((resolve, reject) => {
        if (!isInFlight(get(key), holder)) return resolve();
        if (signal.aborted) return reject(signal.reason);
        const wake = () => {
          if (!isInFlight(get(key), holder)) end(resolve);
        };
        const abort = () => end(() => reject(signal.reason));
        const end = (settle: () => void) => {
          remove(listeners, key, wake);
          signal.removeEventListener('abort', abort);
          settle();
        };
        add(listeners, key, wake);
        signal.addEventListener('abort', abort);
      }),
    lost(owner) {
      for (const [key, before] of [...entries]) {
        const entry = bury(before, (each) => each === owner);
        if (entry !== before) set(key, entry);
      }
    },
    close: async () => undefined,
  };
}

function add<T>(sets: Map<string, Set<T>>, key: string, value: T): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}

function remove<T>(sets: Map<string, Set<T>>, key: string, value: T): void {
  const set = sets.get(key);
  if (set?.delete(value) && set.size === 0) sets.delete(key);
}
