import { setImmediate } from 'node:timers/promises';
import type { MemoryStore } from '../../src/ledger/memory.js';
import type { RedisStore } from '../../src/ledger/redis.js';
import { RedisUnavailableError } from '../../src/ledger/redis-connection.js';

/** How one process reaches the shared store: it works, does nothing, or does what it is told and keeps silent. */
export type Link = 'up' | 'down' | 'mute';

export interface FlakyStore extends RedisStore {
  link: Link;
  /** Its connection breaks, and stays broken. */
  lose(): void;
}

/** A shared store as one process reaches it. */
export function flakyStore(shared: MemoryStore): FlakyStore {
  const listeners = new Set<(error: Error) => void>();
  const fail = () => {
    throw new RedisUnavailableError('Redis: not today');
  };
  const store: FlakyStore = {
    link: 'up',
    async renew() {
      if (store.link !== 'up') fail();
    },
    lose() {
      store.link = 'down';
      for (const listener of listeners) listener(new RedisUnavailableError('Redis: gone'));
    },
    onLost: (listener) => {
      listeners.add(listener);
    },
    async update(key, transition) {
      await setImmediate();
      if (store.link === 'down') fail();
      const result = await shared.update(key, transition);
      return store.link === 'mute' ? fail() : result;
    },
    changed: async (key, holder, signal) => {
      if (store.link !== 'up') return;
      await shared.changed(key, holder, signal);
    },
    close: async () => undefined,
  };
  return store;
}

/** Redis restarted without its data. */
export function forgetAll(shared: MemoryStore): void {
  for (const key of [...shared.keys()]) shared.set(key, undefined);
}
