import type { Notes } from './meter.js';

/** What one process says of itself when it is asked. */
export interface Readings extends Notes {
  /** Since the process began. */
  readonly octets: Octets;
  /** Messages, now. */
  readonly inFlight: { readonly fetch: number; readonly submission: number };
  readonly spool: { readonly octets: number; readonly files: number };
  readonly process: Health;
}

export interface Octets {
  readonly fromClients: number;
  readonly toClients: number;
}

export interface Health {
  /** The longest since it was last asked. */
  readonly lagSeconds: number;
  readonly residentOctets: number;
  /** Since it began. */
  readonly cpuSeconds: number;
}
