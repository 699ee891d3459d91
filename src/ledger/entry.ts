import type { Claim, RecordedOutcome } from './ledger.js';

/** A session, and the process it lives in: when that ends without a word, so do its sessions. */
export interface Place {
  /** Unique over all processes. */
  readonly session: string;
  readonly owner: string;
}

export interface Holder extends Place {
  /** Names one claim, so that asking twice for it, because the first answer was lost, is harmless. */
  readonly ticket: string;
  /** Its client is gone: the next session that asks is taken for the retry. */
  readonly left?: true;
}

/** Who else wants to know what becomes of the message. */
interface Interest {
  /** Sessions that asked while it was in flight, and have no answer yet. */
  readonly waiting: readonly Place[];
  /** Sessions that ended without their answer: as many later sessions count as their retries. */
  readonly orphans: number;
}

export interface InFlight extends Interest {
  readonly phase: 'claimed' | 'handed-over';
  readonly holder: Holder;
}

/** Nobody got the message and nobody has the claim: it is for the first who asks. */
export interface Released extends Interest {
  readonly phase: 'released';
}

export interface Recorded extends Interest {
  readonly phase: 'recorded';
  readonly outcome: RecordedOutcome;
  /** Sessions that were told, and have not shown that their clients saw it. */
  readonly answered: readonly Place[];
  /** Sessions whose clients saw it, while others have yet to. When one of them asks again, it is on purpose. */
  readonly seen: readonly string[];
}

export type Entry = InFlight | Released | Recorded;

/** The entry after a transition, the same object if nothing changed, and what the caller is told. */
export interface Step<T> {
  readonly entry: Entry | undefined;
  readonly result: T;
}

export type Transition<T> = (entry: Entry | undefined) => Step<T>;

/** Somebody else has the claim. */
export interface Held {
  readonly kind: 'held';
  readonly by: Holder;
}

/** `holder` asks for the message. When it is held, `holder` is on the list of those who wait. */
export function claim(entry: Entry | undefined, holder: Holder): Step<Claim | Held> {
  if (entry === undefined) return grant(holder, nobody);
  switch (entry.phase) {
    case 'claimed':
    case 'handed-over':
      if (entry.holder.ticket === holder.ticket) return { entry, result: { kind: 'claimed' } };
      return { entry: enlist(entry, holder), result: { kind: 'held', by: entry.holder } };
    case 'released':
      return grant(holder, entry);
    case 'recorded':
      return entry.seen.includes(holder.session) ? again(entry, holder) : tell(entry, holder);
  }
}

/** The result is false when `session` does not have the claim (any more). */
export function handover(entry: Entry | undefined, session: string): Step<boolean> {
  if (!isHeldBy(entry, session)) return { entry, result: false };
  return { entry: { ...entry, phase: 'handed-over' }, result: true };
}

/**
 * Does nothing if somebody else took the message over since. If there is no entry at all (the store lost it), what
 * happened is written down all the same.
 */
export function settle(entry: Entry | undefined, place: Place, outcome: RecordedOutcome): Step<void> {
  if (entry !== undefined && !isHeldBy(entry, place.session)) return { entry, result: undefined };
  const { waiting, orphans } = entry ?? nobody;
  const left = entry !== undefined && 'holder' in entry && entry.holder.left;
  const answered = left ? [] : [{ session: place.session, owner: place.owner }];
  return { entry: { phase: 'recorded', outcome, waiting, answered, orphans, seen: [] }, result: undefined };
}

export function release(entry: Entry | undefined, session: string): Step<void> {
  return isHeldBy(entry, session) ? { entry: vacate(entry), result: undefined } : strike(entry, session, 0);
}

export function acknowledge(entry: Entry | undefined, session: string): Step<void> {
  return strike(entry, session, 0);
}

/** Also for a session that ends, or gives up, while it waits or submits: it will try again like the others. */
export function abandon(entry: Entry | undefined, session: string): Step<void> {
  return strike(entry, session, 1);
}

/** Whether the claim that `holder` stands for goes on. */
export function isInFlight(entry: Entry | undefined, holder: Holder): boolean {
  return entry !== undefined && 'holder' in entry && entry.holder.ticket === holder.ticket;
}

/** The processes whose lives the entry depends on. */
export function ownersOf(entry: Entry): Set<string> {
  return new Set([...placesOf(entry), ...entry.waiting].map((place) => place.owner));
}

const ownerDied =
  '451 4.4.2 the outcome is unknown: the proxy that submitted the message ended before it had the reply';

/**
 * The entry as it is after processes have died. What was only claimed has reached nobody. What was handed over is
 * unknown, for the reason `reply` (an SMTP reply in one line). Answers to their sessions are orphans.
 */
export function bury(entry: Entry, isDead: (owner: string) => boolean, reply = ownerDied): Entry | undefined {
  if (![...ownersOf(entry)].some(isDead)) return entry;
  const alive = (places: readonly Place[]) => places.filter((place) => !isDead(place.owner));
  const waiting = alive(entry.waiting);
  const gone = placesOf(entry).length - alive(placesOf(entry)).length;
  const counted = 'holder' in entry && entry.holder.left ? 0 : gone;
  const orphans = entry.orphans + entry.waiting.length - waiting.length + counted;
  switch (entry.phase) {
    case 'released':
      return { ...entry, waiting, orphans };
    case 'recorded':
      return { ...entry, waiting, answered: alive(entry.answered), orphans };
    case 'claimed':
      return gone === 0 ? { ...entry, waiting, orphans } : vacate({ waiting, orphans });
    case 'handed-over': {
      if (gone === 0) return { ...entry, waiting, orphans };
      const outcome: RecordedOutcome = {
        kind: 'unknown',
        refusal: { command: 'DATA', parameter: '', reply },
      };
      return { phase: 'recorded', outcome, waiting, answered: [], orphans, seen: [] };
    }
  }
}

/** Sessions that are remembered in `seen`: an entry has a bounded size. */
const MAX_SEEN = 32;

const nobody: Interest = { waiting: [], orphans: 0 };

function placesOf(entry: Entry): readonly Place[] {
  if ('holder' in entry) return [entry.holder];
  return entry.phase === 'recorded' ? entry.answered : [];
}

function grant(holder: Holder, interest: Interest): Step<Claim> {
  return { entry: { phase: 'claimed', holder, ...served(interest, holder) }, result: { kind: 'claimed' } };
}

function vacate({ waiting, orphans }: Interest): Released | undefined {
  return waiting.length + orphans > 0 ? { phase: 'released', waiting, orphans } : undefined;
}

/** Who else is interested. A session that did not wait is taken for the retry of one that ended. */
function served({ waiting, orphans }: Interest, { session }: Place): Interest {
  if (!includes(waiting, session)) return { waiting, orphans: Math.max(0, orphans - 1) };
  return { waiting: without(waiting, session), orphans };
}

function enlist(entry: InFlight, { session, owner }: Place): InFlight {
  // The same message twice in one SEND: the session has its answer when the first of them is settled.
  if (session === entry.holder.session || includes(entry.waiting, session)) return entry;
  const { waiting, orphans } = served(entry, { session, owner });
  return { ...entry, waiting: [...waiting, { session, owner }], orphans };
}

function tell(entry: Recorded, place: Place): Step<Claim> {
  const result: Claim = { kind: 'recorded', outcome: entry.outcome };
  if (includes(entry.answered, place.session)) return { entry, result };
  const answered = [...entry.answered, { session: place.session, owner: place.owner }];
  return { entry: { ...entry, ...served(entry, place), answered }, result };
}

/** The client knows what became of the message and sends it once more. Retries of others get the new outcome. */
function again({ waiting, orphans }: Recorded, holder: Holder): Step<Claim> {
  return { entry: { phase: 'claimed', holder, waiting, orphans }, result: { kind: 'claimed' } };
}

/** Takes `session` off the lists, counts `orphans` for its place, and drops the entry when nobody is left. */
function strike(entry: Entry | undefined, session: string, orphans: 0 | 1): Step<void> {
  const unchanged = { entry, result: undefined };
  if (entry === undefined) return unchanged;
  if (orphans === 1 && isHeldBy(entry, session) && !entry.holder.left) {
    return {
      entry: { ...entry, holder: { ...entry.holder, left: true }, orphans: entry.orphans + 1 },
      result: undefined,
    };
  }
  const waited = includes(entry.waiting, session);
  const interest = { waiting: without(entry.waiting, session), orphans: entry.orphans + orphans };
  if (entry.phase !== 'recorded') {
    if (!waited) return unchanged;
    return {
      entry: entry.phase === 'released' ? vacate(interest) : { ...entry, ...interest },
      result: undefined,
    };
  }
  if (!waited && !includes(entry.answered, session)) return unchanged;
  const answered = without(entry.answered, session);
  const isNeeded = interest.waiting.length + interest.orphans + answered.length > 0;
  const seen = orphans === 0 ? [...entry.seen, session].slice(-MAX_SEEN) : entry.seen;
  return { entry: isNeeded ? { ...entry, ...interest, answered, seen } : undefined, result: undefined };
}

function isHeldBy(entry: Entry | undefined, session: string): entry is InFlight {
  return entry !== undefined && 'holder' in entry && entry.holder.session === session;
}

function includes(places: readonly Place[], session: string): boolean {
  return places.some((place) => place.session === session);
}

function without(places: readonly Place[], session: string): readonly Place[] {
  return places.filter((place) => place.session !== session);
}
