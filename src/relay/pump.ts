import type { Leg } from './leg.js';

/** Octets that wait for a decision before their sender is no longer read. */
const MAX_HELD = 64 * 1024;

/**
 * Octets that are joined with what was kept, at least; the others are decided about where they are. Of chunks of short lines,
 * one in ten ends in the first octets of a line: copying the chunk behind it took a tenth of the time.
 */
const MIN_JOINED = 512;

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
    let at = 0;
    while (at < octets.length && this.#rest.length > 0) at = this.#pushJoined(octets, at);
    if (at < octets.length) {
      const done = at + this.#decide(octets.subarray(at));
      this.#rest = done < octets.length ? Buffer.from(octets.subarray(done)) : EMPTY;
    }
    this.#regulate();
  }

  /** Decides again about what was kept. */
  retry(): void {
    const kept = this.#rest;
    const done = this.#decide(kept);
    this.#rest = done < kept.length ? kept.subarray(done) : EMPTY;
    this.#regulate();
  }

  /** The sink has room again. */
  drained(): void {
    this.#source.resume('congested');
  }

  /** Decides about what was kept, with some of `octets` behind it. Returns from where on they are still to come. */
  #pushJoined(octets: Buffer, at: number): number {
    const kept = this.#rest;
    const end = Math.min(octets.length, at + Math.max(MIN_JOINED, kept.length));
    const joined = Buffer.concat([kept, octets.subarray(at, end)]);
    const done = this.#decide(joined);
    if (done >= kept.length) {
      this.#rest = EMPTY;
      return at + done - kept.length;
    }
    this.#rest = joined.subarray(done);
    return end;
  }

  #regulate(): void {
    if (this.#rest.length > MAX_HELD) this.#source.pause('held');
    else this.#source.resume('held');
    if (this.#sink.congested) this.#source.pause('congested');
  }
}
