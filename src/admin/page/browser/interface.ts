/** `GET /api/status`. Times are ISO 8601. */
export interface Status {
  readonly version: string;
  readonly startedAt: string;
  readonly now: string;
  readonly workers: number;
  readonly draining: boolean;
  readonly sessions: {
    readonly open: number;
    readonly unauthenticated: number;
    readonly limit: number | null;
  };
  /** URLs. */
  readonly upstream: string;
  readonly submission: string;
  readonly ready: { readonly ok: boolean; readonly checks: readonly Check[] } | null;
  /** One for each 5 s of the last ten minutes, the oldest first. */
  readonly rates: readonly Sample[];
  /** The newest first. */
  readonly recentSends: readonly Send[];
  readonly refusedUsers: readonly string[];
}

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

export interface Sample {
  readonly sessionsOpened: number;
  readonly logins: number;
  readonly loginFailures: number;
  readonly sends: number;
  readonly sendFailures: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** What became of one message. */
export interface Send {
  readonly at: string;
  readonly session: string;
  readonly user: string;
  readonly uid: number;
  readonly outcome: string;
  readonly stage?: string;
  readonly reply?: string;
  readonly recipients: number;
  readonly octets: number;
  readonly durationMs: number;
  readonly repeated?: boolean;
}

/** `GET /api/sessions`. */
export interface SessionList {
  readonly total: number;
  readonly sessions: readonly Session[];
}

export interface Session {
  readonly id: string;
  readonly address: string;
  readonly user: string | null;
  readonly upstream: string;
  readonly since: string;
  readonly state: string;
  readonly bytesFromClient: number;
  readonly bytesFromServer: number;
  readonly tls: string | null;
  readonly listener: string;
}

export const SAMPLE_SECONDS = 5;
export const SAMPLES = 120;
