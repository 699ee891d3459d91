import type { Gate } from '../gate/gate.js';
import type { ProxiedTls } from '../proxy-protocol/header.js';
import type { Leg } from './leg.js';
import type { OwnFetches } from './own-fetches.js';

/** What the deadlines go by: looked at in each sweep, noted nowhere. */
export type Signs = Pick<
  Vitals,
  | 'authenticated'
  | 'activity'
  | 'silent'
  | 'fetchAwaited'
  | 'fetchInFlight'
  | 'literalAwaited'
  | 'untakenByClient'
  | 'untakenByUpstream'
>;

/** How a session is, for the deadlines and for who looks at it. */
export class Vitals {
  readonly #gate: Gate;
  readonly #client: Leg;
  readonly #upstream: Leg;
  readonly #fetches: OwnFetches;

  constructor(gate: Gate, client: Leg, upstream: Leg, fetches: OwnFetches) {
    this.#gate = gate;
    this.#client = client;
    this.#upstream = upstream;
    this.#fetches = fetches;
  }

  get authenticated(): boolean {
    return this.#gate.authenticated;
  }

  /** A mailbox is selected. */
  get selected(): boolean {
    return this.#gate.selected;
  }

  get bytesFromClient(): number {
    return this.#client.bytesRead;
  }

  get bytesToClient(): number {
    return this.#client.bytesWritten;
  }

  get bytesFromUpstream(): number {
    return this.#upstream.bytesRead;
  }

  /** Of the client's connection with us. */
  get tls(): ProxiedTls | undefined {
    return this.#client.tls;
  }

  /** Changes whenever octets went out on either side: what nobody is there to get any more counts for nothing. */
  get activity(): number {
    return this.#client.bytesWritten + this.#upstream.bytesWritten;
  }

  /** The client got nothing yet, not even a greeting. */
  get silent(): boolean {
    return this.#client.bytesWritten === 0;
  }

  /** Octets of upstream so far, while a FETCH of our own waits for its answer. */
  get fetchAwaited(): number | undefined {
    return this.#fetches.inFlight === undefined ? undefined : this.#upstream.bytesRead;
  }

  /** Which FETCH of our own waits for its answer. */
  get fetchInFlight(): number | undefined {
    return this.#fetches.inFlight;
  }

  /** Octets of upstream so far, while it owes the answer to the announcement of a literal. */
  get literalAwaited(): number | undefined {
    return this.#gate.literalAwaited ? this.#upstream.bytesRead : undefined;
  }

  /** Octets that the client took, while others wait for it. */
  get untakenByClient(): number | undefined {
    return this.#client.takenSoFar;
  }

  /** Signs of life of upstream, while octets wait for it: unless it is the client that it waits for itself. */
  get untakenByUpstream(): number | undefined {
    const taken = this.#client.congested ? undefined : this.#upstream.takenSoFar;
    return taken === undefined ? undefined : taken + this.#upstream.bytesRead;
  }
}
