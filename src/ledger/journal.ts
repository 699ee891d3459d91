import type { Entry, Transition } from './entry.js';
import type { EntryStore } from './store.js';

/** What happened to entries that the shared store has not been told. */
export interface Journal {
  /** `transition` made `after` of `before`. */
  record(
    key: string,
    transition: Transition<unknown>,
    before: Entry | undefined,
    after: Entry | undefined,
  ): void;
  /** Repeats everything, also what is recorded meanwhile. If `update` fails, what is left stays for the next time. */
  replay(update: EntryStore['update']): Promise<void>;
}

interface Past {
  /** The entry at first, in case the shared store does not have it any more. */
  known: Entry | undefined;
  readonly transitions: Transition<unknown>[];
  /** The first transition since there was no entry: if there is none again, they cancelled out. */
  begun: number;
}

/** @param maxKeys of entries; what happened to the one that is longest in the journal is dropped. */
export function createJournal(maxKeys: number): Journal {
  const pasts = new Map<string, Past>();
  return {
    record(key, transition, before, after) {
      const past = pasts.get(key) ?? { known: before, transitions: [], begun: Number.POSITIVE_INFINITY };
      if (before === undefined) past.begun = past.transitions.length;
      past.transitions.push(transition);
      if (after === undefined) past.transitions.splice(past.begun);
      if (past.transitions.length > 0) pasts.set(key, past);
      else pasts.delete(key);
      for (const oldest of pasts.keys()) {
        if (pasts.size <= maxKeys) break;
        pasts.delete(oldest);
      }
    },
    async replay(update) {
      for (const [key, past] of pasts) {
        for (let next = past.transitions[0]; next !== undefined; next = past.transitions[0]) {
          // From here on nothing cancels out: the store may have been told the first half.
          past.begun = Number.POSITIVE_INFINITY;
          const transition = next;
          await update(key, (entry) => transition(entry ?? past.known));
          past.known = undefined;
          past.transitions.shift();
        }
        pasts.delete(key);
      }
    },
  };
}
