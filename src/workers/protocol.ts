import type { Config } from '../config/config.js';
import type { Claim, Ledger } from '../ledger/ledger.js';
import type { Rates } from '../ledger/rates.js';
import type { EventName, Events } from '../log/events.js';
import type { Notes } from '../metrics/meter.js';
import type { Control } from '../proxy-control.js';
import type { StateTuning } from '../proxy-state.js';
import type { ClientConnection } from '../relay/client-connection.js';
import type { Dismissal } from '../relay/visit.js';
import type { Concealed } from './concealed.js';

/** What the primary says. In order: what comes behind a message meets what the message did. */
export type ToWorker =
  /** First of all. */
  | { readonly kind: 'start'; readonly config: Concealed<Config>; readonly tuning: StateTuning }
  /** A client that was let in; its connection comes with the message. */
  | Handover
  /** It has to go, to make room for another one. */
  | { readonly kind: 'displace'; readonly visit: number; readonly dismissal: Dismissal }
  /** The configuration is another one: certificates, limits and sender policy count from here on. */
  | { readonly kind: 'reload'; readonly config: Concealed<Config> }
  | Question
  /** End all sessions in order, then the process. */
  | { readonly kind: 'drain' }
  | Answer;

export interface Handover {
  readonly kind: 'serve';
  /** Names the connection between the two, from here to `gone`. */
  readonly visit: number;
  /** Its place in the configuration. */
  readonly listener: number;
  readonly url: string;
  readonly client: ClientConnection;
  /** Octets behind a PROXY header, which were read with it. */
  readonly early: Uint8Array | undefined;
}

/** What a worker says. */
export type ToPrimary =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly text: string }
  /** It is about to end: no more clients. */
  | { readonly kind: 'leaving' }
  | Logged
  /** What it noted, unasked. */
  | { readonly kind: 'noted'; readonly notes: Notes }
  | { readonly kind: 'told'; readonly question: number; readonly value: unknown }
  | { readonly kind: 'authenticated'; readonly visit: number; readonly is: boolean }
  /** The connection is over. */
  | { readonly kind: 'gone'; readonly visit: number }
  | Call
  /** The session that waits for the answer ends: it may be given up. There is an answer all the same. */
  | { readonly kind: 'cancel'; readonly call: number };

/** What it knows, or is to do; to be answered with `told`. */
export interface Question {
  readonly kind: 'ask';
  readonly question: number;
  readonly name: keyof Control;
  readonly args: readonly unknown[];
}

/** Is logged and counted by the primary. */
export type Logged = {
  readonly [Name in EventName]: { readonly kind: 'log'; readonly name: Name; readonly fields: Events[Name] };
}[EventName];

/** The state in memory, as workers use it: what `Ledger` and `Rates` promise. */
export interface SharedState
  extends Pick<Ledger, 'handover' | 'settle' | 'release' | 'acknowledge' | 'abandon'>,
    Rates {
  claim(key: string, session: string): Promise<Claim>;
}

export interface Call {
  readonly kind: 'call';
  readonly call: number;
  readonly name: keyof SharedState;
  readonly args: readonly unknown[];
}

export type Answer = { readonly kind: 'answer'; readonly call: number } & (
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: 'CLAIM_LOST' | 'CANCELLED' | 'FAULT'; readonly text: string }
);
