import type { Placed } from './roster.js';
import type { Session } from './session.js';
import type { Signs } from './vitals.js';

/** All in milliseconds. One sweep for all sessions, so that an idle one costs no timer. */
export interface SessionDeadlines {
  /** For a TLS handshake of a client, and before it for the PROXY header of a proxy in front. */
  readonly handshakeMs: number;
  /** From the connection to the first octet of upstream: Cyrus may look up our name first. */
  readonly greetingMs: number;
  /** Without a login, from the connection or from UNAUTHENTICATE (RFC 8437): Dovecot gives 3 minutes. */
  readonly loginMs: number;
  /** Without an octet in either direction; at least 30 minutes (RFC 9051 §5.4), and longer than upstream's own. */
  readonly idleMs: number;
  /** For a peer to take something of what is written to it, and for upstream to answer a literal that was announced. */
  readonly writeMs: number;
  /** Without an octet of upstream while a FETCH of our own waits for its answer. */
  readonly fetchMs: number;
  /** For all of that answer, in which an upstream may trickle, or list messages without end. */
  readonly wholeFetchMs: number;
  /** For the peer to take what is left and to go, once the other side is gone; for a FETCH of our own, once nobody waits for it. */
  readonly lingerMs: number;
  /** For a client that did not log in in time to go, whatever still comes for it. */
  readonly partMs: number;
  readonly sweepMs: number;
}

/** Those that nobody chooses. */
const FIXED = { fetchMs: 5 * 60_000, wholeFetchMs: 30 * 60_000, lingerMs: 60_000, partMs: 5_000 };

/** With a sweep often enough for the shortest of them. */
export function deadlinesFrom(
  chosen: Omit<SessionDeadlines, keyof typeof FIXED | 'sweepMs'>,
): SessionDeadlines {
  const shortest = Math.min(chosen.greetingMs, chosen.loginMs, chosen.idleMs, chosen.writeMs);
  return { ...chosen, ...FIXED, sweepMs: Math.min(5_000, Math.ceil(shortest / 4)) };
}

/** Milliseconds for which a number has been the same. */
class Unchanged {
  #value: number | undefined;
  #since = 0;

  /** 0 while there is none. */
  for(value: number | undefined, now: number): number {
    if (value === undefined || value !== this.#value) {
      this.#value = value;
      this.#since = now;
    }
    return now - this.#since;
  }
}

/** What is remembered of a session between two sweeps. */
export interface Watched extends Placed {
  readonly session: Pick<Session, 'sending' | 'ending' | 'close' | 'loseUpstream' | 'destroy'> & {
    readonly vitals: Signs;
  };
  readonly opened: number;
  activity: number;
  activeAt: number;
  endingAt: number | undefined;
  /** Since when a login is waited for. */
  loginSince: number;
  readonly fetch: Unchanged;
  readonly wholeFetch: Unchanged;
  readonly client: Unchanged;
  readonly upstream: Unchanged;
  readonly literal: Unchanged;
}

export const watch = <S extends Watched['session']>(
  session: S,
  opened: number,
): Watched & { session: S } => ({
  session,
  place: -1,
  opened,
  activity: -1,
  activeAt: opened,
  endingAt: undefined,
  loginSince: opened,
  fetch: new Unchanged(),
  wholeFetch: new Unchanged(),
  client: new Unchanged(),
  upstream: new Unchanged(),
  literal: new Unchanged(),
});

export function sweepSession(watched: Watched, deadlines: SessionDeadlines, now: number): void {
  const { session } = watched;
  const { vitals } = session;
  const { lingerMs, wholeFetchMs } = deadlines;
  if (vitals.activity !== watched.activity || session.sending) {
    watched.activity = vitals.activity;
    watched.activeAt = now;
    watched.endingAt = undefined;
  }
  const fetch = watched.fetch.for(vitals.fetchAwaited, now);
  const wholeFetch = watched.wholeFetch.for(vitals.fetchInFlight, now);
  if (fetch >= deadlines.fetchMs || wholeFetch >= (session.ending ? lingerMs : wholeFetchMs)) {
    session.loseUpstream({ side: 'upstream', cause: 'timeout', phase: 'fetch' });
  }
  if (vitals.authenticated) watched.loginSince = now;
  if (session.ending) {
    watched.endingAt ??= now;
    // Where upstream never comes to the end of a response, BYE has no place, and there is always something to deliver.
    if (now - watched.loginSince >= deadlines.loginMs + deadlines.partMs) {
      session.destroy({ side: 'client', cause: 'timeout', phase: 'login' });
    } else if (now - watched.endingAt >= lingerMs) {
      session.destroy({ side: 'client', cause: 'timeout', phase: 'linger' });
    }
    return;
  }
  const missed = missedDeadline(watched, deadlines, now);
  if (missed === undefined) return;
  const { side, phase, text } = missed;
  session.close({ side, cause: 'timeout', phase }, side === 'upstream' ? 'UNAVAILABLE' : undefined, text);
}

interface Missed {
  readonly side: 'client' | 'upstream';
  readonly phase: string;
  /** What the client is told. */
  readonly text: string;
}

function missedDeadline(watched: Watched, deadlines: SessionDeadlines, now: number): Missed | undefined {
  const { opened, loginSince, activeAt } = watched;
  const { vitals } = watched.session;
  const { greetingMs, loginMs, idleMs, writeMs } = deadlines;
  // Each is asked every time, as it also takes note of what changed.
  const client = watched.client.for(vitals.untakenByClient, now);
  const upstream = watched.upstream.for(vitals.untakenByUpstream, now);
  const literal = watched.literal.for(vitals.literalAwaited, now);
  // A client cannot log in before the greeting.
  if (vitals.silent && now - opened >= Math.min(greetingMs, loginMs)) {
    return { side: 'upstream', phase: 'greeting', text: 'the mail server does not answer' };
  }
  if (client >= writeMs) return { side: 'client', phase: 'write', text: 'nothing was read for too long' };
  if (upstream >= writeMs) {
    return { side: 'upstream', phase: 'write', text: 'the mail server does not take what is sent' };
  }
  if (literal >= writeMs) {
    return { side: 'upstream', phase: 'literal', text: 'the mail server does not ask for the literal' };
  }
  if (!vitals.authenticated && now - loginSince >= loginMs) {
    return { side: 'client', phase: 'login', text: 'no login in time' };
  }
  if (now - activeAt >= idleMs) return { side: 'client', phase: 'idle', text: 'idle for too long' };
  return undefined;
}
