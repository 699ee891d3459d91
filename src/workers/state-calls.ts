import { randomUUID } from 'node:crypto';
import { createMemoryStore, type MemoryStore } from '../ledger/memory.js';
import { type AdjustableRates, createRates, type RateLimits } from '../ledger/rates.js';
import { ClaimLostError, createStoredLedger } from '../ledger/store.js';
import type { Answer, Call, SharedState } from './protocol.js';

/** What workers remember together, in the memory of the primary. */
export interface CommonState {
  readonly store: MemoryStore;
  readonly rates: AdjustableRates;
}

export const createCommonState = (rates: RateLimits): CommonState => ({
  store: createMemoryStore(),
  rates: createRates(rates),
});

/** Carries out what one worker asks of the state. */
export interface StateCalls {
  run(call: Call): void;
  cancel(call: number): void;
  /** The worker ended: its claims end, its answers wait for a retry. */
  lost(): void;
}

export function createStateCalls(
  { store, rates }: CommonState,
  answer: (answer: Answer) => void,
): StateCalls {
  const owner = randomUUID();
  const ledger = createStoredLedger(store, owner);
  const running = new Map<number, AbortController>();

  async function run({ call, name, args }: Call): Promise<void> {
    const cancelled = new AbortController();
    running.set(call, cancelled);
    const shared: SharedState = {
      ...ledger,
      ...rates,
      claim: (key, session) => ledger.claim(key, session, cancelled.signal),
    };
    const method = shared[name] as (...args: readonly unknown[]) => Promise<unknown>;
    try {
      answer({ kind: 'answer', call, ok: true, value: await method(...args) });
    } catch (error) {
      const code = cancelled.signal.aborted ? 'CANCELLED' : codeOf(error);
      answer({ kind: 'answer', call, ok: false, code, text: String((error as Error).stack) });
    } finally {
      running.delete(call);
    }
  }

  return {
    run: (call) => void run(call),
    cancel: (call) => running.get(call)?.abort(),
    lost() {
      // Before its claims end: who waits for one would be granted it, and nobody would submit the message.
      for (const cancelled of running.values()) cancelled.abort();
      store.lost(owner);
    },
  };
}

const codeOf = (error: unknown) => (error instanceof ClaimLostError ? error.code : 'FAULT') as never;
