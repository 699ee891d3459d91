import type { Leg } from './leg.js';

/** Octets that wait for a decision before their sender is no longer read. */
const MAX_HELD = 64 * 1024;

const EMPTY = Buffer.alloc(0);

const asItIs = (left: Buffer): Buffer => left;

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
    if (this.#rest.length === 0) this.#run(octets, (left) => Buffer.from(left));
    else this.#run(Buffer.concat([this.#rest, octets]), asItIs);
  }

  /** Decides again about what was kept. */
  retry(): void {
    this.#run(this.#rest, asItIs);
  }

  /** `keep` makes what is left ours, if it is not yet. */
  #run(octets: Buffer, keep: (left: Buffer) => Buffer): void {
    const done = this.#decide(octets);
    this.#rest = done < octets.length ? keep(octets.subarray(done)) : EMPTY;
    if (this.#rest.length > MAX_HELD) this.#source.pause('held');
    else this.#source.resume('held');
    if (this.#sink.congested) this.#source.pause('congested');
  }

  /** The sink has room again. */
  drained(): void {
    this.#source.resume('congested');
  }
}
