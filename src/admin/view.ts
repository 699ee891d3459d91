import type { SessionList } from '../relay/session-list.js';
import type { Activity } from './activity.js';
import type { Readiness } from './readiness.js';
import type { Refusals } from './refusals.js';

/** What the admin listener shows, and may do. */
export interface AdminView {
  readonly facts: Facts;
  readonly activity: Activity;
  readonly readiness: Readiness;
  readonly refusals: Refusals;
  readonly phase: Phase;
  /** Connections that count towards the limits, now. */
  occupancy(): Occupancy;
  /** Those whose id, address or user has `text` in it; at most so many are shown. */
  sessions(text: string, most: number): Promise<SessionList>;
  /** False when there is no such session. */
  end(id: string): Promise<boolean>;
  /** In the Prometheus text format. */
  metrics(): Promise<string>;
}

/** What does not change while the proxy runs. */
export interface Facts {
  readonly version: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly workers: number;
  /** URLs. */
  readonly upstream: string;
  readonly submission: string;
}

/** `without-workers`: all have ended, and none is there again yet. */
export type Phase = 'starting' | 'running' | 'without-workers' | 'draining';

export interface Occupancy {
  readonly open: number;
  readonly unauthenticated: number;
  /** Null without one. */
  readonly limit: number | null;
}
