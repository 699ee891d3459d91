import type { Session } from './session.js';

/** A session as it is shown to who runs the proxy. */
export interface SessionRow {
  readonly id: string;
  /** Of the client, with its port. */
  readonly address: string;
  readonly user: string | null;
  /** ISO 8601. */
  readonly since: string;
  readonly state: SessionPhase;
  readonly bytesFromClient: number;
  /** Of upstream. */
  readonly bytesFromServer: number;
  /** Version and cipher. */
  readonly tls: string | null;
  /** URL. */
  readonly listener: string;
}

export type SessionPhase = 'not authenticated' | 'authenticated' | 'selected' | 'sending' | 'ending';

export interface SessionList {
  /** How many match. */
  readonly total: number;
  /** Not all if there are many. */
  readonly sessions: readonly SessionRow[];
}

/** What is known of a session from outside. */
type Listed = Pick<Session, 'id' | 'login' | 'sending' | 'ending' | 'vitals'> & {
  readonly options: Pick<Session['options'], 'address' | 'port' | 'listener' | 'tlsInFront'>;
};

/**
 * Those whose id, address or user has `text` in it, in any case of letters; `most` of them at most are shown.
 * @param all each with when it was opened, in milliseconds since 1970.
 */
export function listSessions(
  all: Iterable<{ readonly session: Listed; readonly opened: number }>,
  text: string,
  most: number,
): SessionList {
  const wanted = text.toLowerCase();
  const sessions: SessionRow[] = [];
  let total = 0;
  for (const { session, opened } of all) {
    const told = [session.id, session.login?.user ?? '', addressOf(session)];
    if (wanted !== '' && !told.some((each) => each.toLowerCase().includes(wanted))) continue;
    total++;
    if (sessions.length < most) sessions.push(rowOf(session, opened));
  }
  return { total, sessions };
}

function rowOf(session: Listed, opened: number): SessionRow {
  const { id, login, options, vitals } = session;
  return {
    id,
    address: addressOf(session),
    user: login?.user ?? null,
    since: new Date(opened).toISOString(),
    state: phaseOf(session),
    bytesFromClient: vitals.bytesFromClient,
    bytesFromServer: vitals.bytesFromUpstream,
    tls: tlsOf(session),
    listener: options.listener,
  };
}

function addressOf({ options: { address, port } }: Listed): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}

function tlsOf({ vitals: { tls }, options }: Listed): string | null {
  if (tls !== undefined) return `${tls.version} ${tls.cipher}`;
  return options.tlsInFront ? 'with the proxy in front' : null;
}

function phaseOf({ sending, ending, vitals }: Listed): SessionPhase {
  if (sending) return 'sending';
  if (ending) return 'ending';
  if (!vitals.authenticated) return 'not authenticated';
  return vitals.selected ? 'selected' : 'authenticated';
}
