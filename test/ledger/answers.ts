import { setImmediate } from 'node:timers/promises';
import type { Claim, RecordedOutcome } from '../../src/ledger/ledger.js';
import type { EntryStore } from '../../src/ledger/store.js';

export const accepted: RecordedOutcome = { kind: 'accepted', reply: '250 2.0.0 Ok: queued as 4Tb' };
export const refused: RecordedOutcome = {
  kind: 'refused',
  refusal: {
    command: 'RCPT TO',
    parameter: 'нет@example.org',
    reply: `550 5.1.1 "who\\?" ${'x'.repeat(2000)}`,
  },
};
export const unknown: RecordedOutcome = {
  kind: 'unknown',
  refusal: { command: 'DATA', parameter: '', reply: '451 4.4.2 the outcome is unknown' },
};

export const claimed: Claim = { kind: 'claimed' };
export const recorded = (outcome: RecordedOutcome): Claim => ({ kind: 'recorded', outcome });
/** For a session that does not end. */
export const forever: AbortSignal = new AbortController().signal;

/** Resolves when `count` sessions wait for the message. */
export async function waitingFor(store: EntryStore, key: string, count: number): Promise<void> {
  for (let waiting = -1; waiting !== count; ) {
    await setImmediate();
    waiting = await store.update(key, (entry) => ({ entry, result: entry?.waiting.length ?? 0 }));
  }
}
