import type { Listed } from './listing.js';

/** Messages that one command asks for: small ones, which together take no more memory than one may take by itself. */
const MOST_TOGETHER = 16;
/** Octets, as upstream lists them. */
export const SMALL = 64 * 1024;

/**
 * Reads these messages from upstream; the results are in their order. `apart`: they have to be asked for one by one.
 * Never rejects.
 */
export type FetchTogether<T> = (messages: readonly Listed[]) => Promise<readonly T[] | 'apart'>;

/**
 * The messages of one SEND, read ahead of their submission. The first few come one by one, so that there is something to
 * submit; behind them small ones come several with one command, and the next are asked for as soon as those are there.
 */
export class FetchAhead<T> {
  readonly #messages: readonly Listed[];
  readonly #fetch: FetchTogether<T>;
  readonly #maxSize: number;
  /** As many from the first one on come one by one. */
  #oneByOne: number;
  #asked = 0;
  readonly #there: T[] = [];
  #coming: Promise<readonly T[]> | undefined;

  /**
   * @param oneByOne how many come one by one
   * @param maxSize octets; a larger message comes by itself
   */
  constructor(messages: readonly Listed[], oneByOne: number, maxSize: number, fetch: FetchTogether<T>) {
    this.#messages = messages;
    this.#oneByOne = oneByOne;
    this.#maxSize = Math.min(SMALL, maxSize);
    this.#fetch = fetch;
  }

  /** The next message, in order. Called once for each. */
  async next(): Promise<T> {
    if (this.#there.length === 0) {
      this.#there.push(...(await (this.#coming ?? this.#fetchNext())));
      this.#coming = undefined;
    }
    const next = this.#there.shift() as T;
    const more = this.#asked < this.#messages.length;
    if (more && this.#there.length > 0) this.#coming ??= this.#fetchNext();
    return next;
  }

  async #fetchNext(): Promise<readonly T[]> {
    const messages = this.#nextTogether();
    const fetched = await this.#fetch(messages);
    if (fetched === 'apart') {
      this.#oneByOne = this.#asked + messages.length;
      return this.#fetchNext();
    }
    this.#asked += messages.length;
    return fetched;
  }

  #nextTogether(): readonly Listed[] {
    const most = this.#asked < this.#oneByOne ? 1 : MOST_TOGETHER;
    const candidates = this.#messages.slice(this.#asked, this.#asked + most);
    const other = candidates.findIndex((message) => !this.#isSmall(message));
    return other < 0 ? candidates : candidates.slice(0, Math.max(1, other));
  }

  /** A server that does not say the size is not asked for several. */
  #isSmall({ size }: Listed): boolean {
    return size > 0 && size <= this.#maxSize;
  }
}
