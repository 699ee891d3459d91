import type { Session } from './session.js';
import type { Dismissal } from './visit.js';

/** A session, as far as its end is concerned. */
export type Leaver = Pick<
  Session,
  'ending' | 'told' | 'sending' | 'retire' | 'leave' | 'close' | 'giveUp' | 'destroy'
>;

export interface DrainOptions {
  /** Until everybody is gone, in milliseconds. */
  readonly drainMs: number;
  /** In so many of them each session has its turn. */
  readonly spreadMs: number;
  readonly why: Dismissal;
}

/** Milliseconds for a client to close its connection after `* BYE`, when the proxy stops. */
export const LEAVE_MS = 1_000;

/** More often than anybody who is told to come back elsewhere would notice. */
const TURN_MS = 20;

/** The rest of the time-out is for those that are busy, and for the last to go. */
const SPREAD_SHARE = 0.9;

export const spreadOver = (drainMs: number): number => drainMs * SPREAD_SHARE;

/**
 * Ends sessions one after the other: clients that are told to go come back elsewhere in the same second, each with a TLS
 * handshake and a login, and all at once they could bring down the instance that is left. Whose turn it is ends as soon as
 * nothing is under way on it; one that sends, after the message that it sends. Returns what stops it.
 */
export function drainSessions(
  sessions: () => Iterable<Leaver>,
  { drainMs, spreadMs, why: { reason, text } }: DrainOptions,
): () => void {
  const started = performance.now();
  const queue = [...sessions()];
  for (const session of queue) session.retire(reason, 'UNAVAILABLE', text);
  let told = 0;
  const tellDue = (): void => {
    const due = turnsDue(queue.length, performance.now() - started, spreadMs);
    for (; told < due; told++) queue[told]?.leave();
  };
  tellDue();
  const turns = setInterval(tellDue, TURN_MS);
  const hurry = setTimeout(() => {
    for (const session of sessions()) session.close(reason, 'UNAVAILABLE', text);
  }, spreadMs);
  // Whoever was told to go, and does not, must not hold up a restart.
  const impatient = setInterval(() => {
    for (const session of sessions()) if (session.ending && session.told) session.destroy(reason);
  }, LEAVE_MS);
  const rest = setTimeout(() => {
    for (const session of sessions()) {
      session.close(reason, 'UNAVAILABLE', text);
      if (session.sending) session.giveUp(reason);
      else session.destroy(reason);
    }
  }, drainMs);
  return () => {
    for (const timer of [turns, hurry, impatient, rest]) clearTimeout(timer);
  };
}

/** How many of `total` sessions have had their turn after `elapsedMs`: the first at once, the last before the end. */
export function turnsDue(total: number, elapsedMs: number, spreadMs: number): number {
  if (elapsedMs >= spreadMs) return total;
  return Math.min(total, 1 + Math.floor((elapsedMs / spreadMs) * total));
}
