import type { Leg } from './leg.js';

/** Octets that wait for a decision before their sender is no longer read. */
const MAX_HELD = 64 * 1024;

const EMPTY = Buffer.alloc(0);

/**
 * One direction of a session. Octets of `source` go through `decide`, which passes on what it can and returns how many it
 * is done with; the rest is kept and comes again with more behind it. `source` is not read while `sink` is congested or
 * too much is kept.
 */
export class Pump {
  readonly #source: Leg;
  readonly #sink: Leg;
  readonly #decide: (octets: Buffer) => number;
  #rest: Buffer = EMPTY;

  constructor(source: Leg, sink: Leg, decide: (octets: Buffer) => number) {
    this.#source = source;
    this.#sink = sink;
    this.#decide = decide;
  }

  /** Octets that wait for a decision. */
  get rest(): Buffer {
    return this.#rest;
  }

  push(octets: Buffer): void {
    this.#run(this.#rest.length === 0 ? octets : Buffer.concat([this.#rest, octets]));
  }

  /** Decides again about what was kept. */
  retry(): void {
    this.#run(this.#rest);
  }

  #run(octets: Buffer): void {
    const done = this.#decide(octets);
    if (done < octets.length) this.#rest = Buffer.from(octets.subarray(done));
    else this.#rest = EMPTY;
    if (this.#rest.length > MAX_HELD) this.#source.pause('held');
    else this.#source.resume('held');
    if (this.#sink.congested) this.#source.pause('congested');
  }

  /** The sink has room again. */
  drained(): void {
    this.#source.resume('congested');
  }
}
