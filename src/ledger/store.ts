import { randomUUID } from 'node:crypto';
import {
  abandon,
  acknowledge,
  claim,
  type Holder,
  handover,
  release,
  settle,
  type Transition,
} from './entry.js';
import type { Ledger } from './ledger.js';

/** Where entries are kept. What they mean is decided by the transitions of `entry.ts` alone. */
export interface EntryStore {
  /** Applies the transition to one entry, atomically; it may be called several times and must be pure. */
  update<T>(key: string, transition: Transition<T>): Promise<T>;
  /**
   * Resolves when it is worth asking whether `holder` still has the claim: at once if it has none.
   * Rejects when the signal is aborted; nothing that waits is left behind then.
   */
  changed(key: string, holder: Holder, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** The ledger: the claim was taken over, or released, before the message was handed over. Nobody got it from us. */
export class ClaimLostError extends Error {
  readonly code = 'CLAIM_LOST';

  constructor() {
    super('ledger: the claim on this message was lost to another session');
  }
}

/** @param owner names the process whose sessions use this ledger, uniquely over all processes at all times. */
export function createStoredLedger(store: EntryStore, owner: string): Ledger {
  return {
    async claim(key, session, signal) {
      const holder = { session, owner, ticket: randomUUID() };
      for (;;) {
        signal.throwIfAborted();
        const answer = await store.update(key, (entry) => claim(entry, holder));
        if (answer.kind !== 'held') return answer;
        try {
          await store.changed(key, answer.by, signal);
        } catch (error) {
          // Not awaited: the caller wants to go. If it fails, an answer is kept for a session that is gone.
          store.update(key, (entry) => abandon(entry, session)).catch(() => undefined);
          throw signal.aborted ? signal.reason : error;
        }
      }
    },
    async handover(key, session) {
      const held = await store.update(key, (entry) => handover(entry, session));
      if (!held) throw new ClaimLostError();
    },
    settle: (key, session, outcome) =>
      store.update(key, (entry) => settle(entry, { session, owner }, outcome)),
    release: (key, session) => store.update(key, (entry) => release(entry, session)),
    acknowledge: (key, session) => store.update(key, (entry) => acknowledge(entry, session)),
    abandon: (key, session) => store.update(key, (entry) => abandon(entry, session)),
    close: () => store.close(),
  };
}
