import { setImmediate as nextTurn } from 'node:timers/promises';

/** How a stream is cut: the lengths of its pieces, for ever. Each stream has a cutting of its own. */
export type Cutting = () => Iterator<number, never>;

export const uncut: Cutting = function* () {
  for (;;) yield Number.POSITIVE_INFINITY;
};

/** Odd lengths, so that line ends, literal marks and tags are cut everywhere; one grows, as bodies may be large. */
export const oddly: Cutting = function* () {
  for (let round = 1; ; round++) yield* [1, 2, 1, 7, 3, 1, 31, 5, 1, 2, 101 * round];
};

/** Cuts before octet `offset` of the stream, and at each multiple of `distance` from there. */
export const cutAt = (offset: number, distance: number): Cutting =>
  function* () {
    if (offset > 0) yield offset;
    for (;;) yield distance;
  };

/** Hands a stream over in pieces, each in a turn of the event loop of its own, so that they leave as segments. */
export class Cutter {
  readonly #lengths: Iterator<number, never>;
  #left = 0;

  constructor(cutting: Cutting) {
    this.#lengths = cutting();
  }

  async write(octets: Buffer, write: (piece: Buffer) => void): Promise<void> {
    for (let at = 0; at < octets.length; ) {
      if (this.#left === 0) this.#left = this.#lengths.next().value;
      const end = Math.min(at + this.#left, octets.length);
      this.#left -= end - at;
      write(octets.subarray(at, end));
      at = end;
      await nextTurn();
    }
  }
}
