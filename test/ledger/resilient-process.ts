import { EventEmitter, once } from 'node:events';
import type { Ledger } from '../../src/ledger/ledger.js';
import { createMemoryStore, type MemoryStore } from '../../src/ledger/memory.js';
import { createResilientStore } from '../../src/ledger/resilient.js';
import { createStoredLedger, type EntryStore } from '../../src/ledger/store.js';
import { type FlakyStore, flakyStore, type Link } from './flaky-store.js';

export interface Process {
  readonly ledger: Ledger;
  readonly store: EntryStore;
  readonly redis: FlakyStore;
  readonly local: MemoryStore;
  readonly events: EventEmitter;
  /** Lets it reach Redis again, and resolves when it uses it. */
  reconnect(): Promise<void>;
}

/** A process with a resilient ledger, whose Redis is played by a store in memory. */
export function startProcess(owner: string, shared = createMemoryStore(), link: Link = 'up'): Process {
  const [redis, local, events] = [flakyStore(shared), createMemoryStore(), new EventEmitter()];
  redis.link = link;
  let degraded = false;
  const store = createResilientStore(redis, local, owner, {
    retryMs: 1,
    onDegraded: (error) => {
      degraded = true;
      events.emit('degraded', error);
    },
    onRestored: () => {
      degraded = false;
      events.emit('restored');
    },
  });
  return {
    ledger: createStoredLedger(store, owner),
    store,
    redis,
    local,
    events,
    async reconnect() {
      redis.link = 'up';
      // Its attempts do not keep the test alive.
      const attempts = setInterval(() => undefined, 1);
      if (degraded) await once(events, 'restored');
      clearInterval(attempts);
    },
  };
}
