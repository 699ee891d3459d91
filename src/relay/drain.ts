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
  /** How many sessions may have their turn in one second, while there is time enough. */
  readonly pace: number;
  readonly why: Dismissal;
}

/** Milliseconds for a client to close its connection after `* BYE`, when the proxy stops. */
export const LEAVE_MS = 1_000;

/** More often than anybody who is told to come back elsewhere would notice. */
const TURN_MS = 20;

/** The rest of the time-out is for those that are busy, and for the last to go. */
const SPREAD_SHARE = 0.9;

/**
 * Ends sessions one after the other: clients that are told to go come back elsewhere in the same second, each with a TLS
 * handshake and a login, and all at once they could bring down the instance that is left. Whose turn it is ends as soon as
 * nothing is under way on it; one that sends, after the message that it sends. Returns what stops it.
 */
export function drainSessions(
  sessions: () => Iterable<Leaver>,
  { drainMs, pace, why: { reason, text } }: DrainOptions,
): () => void {
  const started = performance.now();
  const queue = [...sessions()];
  const lastTurnMs = drainMs * SPREAD_SHARE;
  const spreadMs = spreadOf(queue.length, pace, lastTurnMs);
  for (const session of queue) session.retire(reason, 'UNAVAILABLE', text);
  let told = 0;
  const tellDue = (): void => {
    const due = turnsDue(queue.length, performance.now() - started, spreadMs);
    for (; told < due; told++) queue[told]?.leave();
    if (told === queue.length) clearInterval(turns);
  };
  const turns = setInterval(tellDue, TURN_MS);
  tellDue();
  const closeAll = (): void => {
    for (const session of sessions()) session.close(reason, 'UNAVAILABLE', text);
  };
  const hurry = setTimeout(closeAll, lastTurnMs);
  // Whoever was told to go, and does not, must not hold up a restart.
  let lingering = new Set<Leaver>();
  const impatient = setInterval(() => {
    const still = new Set<Leaver>();
    for (const session of sessions()) {
      if (!session.ending || !session.told) continue;
      if (lingering.has(session)) session.destroy(reason);
      else still.add(session);
    }
    lingering = still;
  }, LEAVE_MS / 2);
  const rest = setTimeout(() => {
    closeAll();
    for (const session of sessions()) {
      if (session.sending) session.giveUp(reason);
      else session.destroy(reason);
    }
  }, drainMs);
  return () => {
    for (const timer of [turns, hurry, impatient, rest]) clearTimeout(timer);
  };
}

/** Milliseconds in which `total` sessions have their turns: no more than there is need for, at `pace` in a second. */
export function spreadOf(total: number, pace: number, lastTurnMs: number): number {
  return Math.min(lastTurnMs, (total / pace) * 1_000);
}

/** How many of `total` sessions have had their turn after `elapsedMs`: the first at once, the last before the end. */
export function turnsDue(total: number, elapsedMs: number, spreadMs: number): number {
  if (elapsedMs >= spreadMs) return total;
  return Math.min(total, 1 + Math.floor((elapsedMs / spreadMs) * total));
}
