import type { Session } from './session.js';

/** All in milliseconds. One sweep for all sessions, so that an idle one costs no timer. */
export interface SessionDeadlines {
  readonly handshakeMs: number;
  /** From the connection to the first octet of upstream: Cyrus may look up our name first. */
  readonly greetingMs: number;
  /** Without a login, from the connection or from UNAUTHENTICATE (RFC 8437): Dovecot gives 3 minutes. */
  readonly loginMs: number;
  /** Without an octet in either direction; at least 30 minutes (RFC 9051 §5.4), and longer than upstream's own. */
  readonly idleMs: number;
  /** Without an octet of upstream while a FETCH of our own waits for its answer. */
  readonly fetchMs: number;
  /** For the peer to take what is left and to go, once the other side is gone. */
  readonly lingerMs: number;
  readonly sweepMs: number;
}

export const DEADLINES: SessionDeadlines = {
  handshakeMs: 30_000,
  greetingMs: 60_000,
  loginMs: 180_000,
  idleMs: 35 * 60_000,
  fetchMs: 5 * 60_000,
  lingerMs: 60_000,
  sweepMs: 5_000,
};

/** What is remembered of a session between two sweeps. */
export interface Watched {
  readonly session: Pick<
    Session,
    | 'activity'
    | 'authenticated'
    | 'silent'
    | 'sending'
    | 'awaited'
    | 'ending'
    | 'close'
    | 'loseUpstream'
    | 'destroy'
  >;
  readonly opened: number;
  activity: number;
  activeAt: number;
  endingAt: number | undefined;
  awaited: number | undefined;
  awaitedAt: number;
  /** Since when a login is waited for. */
  loginSince: number;
}

export const watch = <S extends Watched['session']>(
  session: S,
  opened: number,
): Watched & { session: S } => ({
  session,
  opened,
  activity: -1,
  activeAt: opened,
  endingAt: undefined,
  awaited: undefined,
  awaitedAt: opened,
  loginSince: opened,
});

export function sweepSession(watched: Watched, deadlines: SessionDeadlines, now: number): void {
  const { session } = watched;
  if (session.activity !== watched.activity || session.sending) {
    watched.activity = session.activity;
    watched.activeAt = now;
    watched.endingAt = undefined;
  }
  if (session.awaited === undefined || session.awaited !== watched.awaited) {
    watched.awaited = session.awaited;
    watched.awaitedAt = now;
  } else if (now - watched.awaitedAt >= deadlines.fetchMs) {
    session.loseUpstream({ side: 'upstream', cause: 'timeout', phase: 'fetch' });
  }
  if (session.authenticated) watched.loginSince = now;
  if (session.ending) {
    watched.endingAt ??= now;
    if (now - watched.endingAt >= deadlines.lingerMs) {
      session.destroy({ side: 'client', cause: 'timeout', phase: 'linger' });
    }
  } else if (session.silent && now - watched.opened >= deadlines.greetingMs) {
    const text = 'the mail server does not answer';
    session.close({ side: 'upstream', cause: 'timeout', phase: 'greeting' }, 'UNAVAILABLE', text);
  } else if (!session.authenticated && now - watched.loginSince >= deadlines.loginMs) {
    session.close({ side: 'client', cause: 'timeout', phase: 'login' }, undefined, 'no login in time');
  } else if (now - watched.activeAt >= deadlines.idleMs) {
    session.close({ side: 'client', cause: 'timeout', phase: 'idle' }, undefined, 'idle for too long');
  }
}
