/** Sessions, at least, that have to be gone before it is worth the pause. */
const MANY = 500;
/** How long it has to be quiet, in milliseconds, and what part of the time may be spent with work then. */
const QUIET_MS = 500;
const QUIET_SHARE = 0.1;

/**
 * V8 collects garbage when it allocates: a crowd that leaves, and nothing comes after it, leaves its garbage for good. So once half
 * of the sessions are gone, all garbage is collected in a quiet moment, and again in the next one: only then does V8 give the
 * pages back. After 10,000 sessions that stops the process for 25 ms, and for 35.
 */
export class QuietCollection {
  readonly #count: () => number;
  readonly #collect: () => void;
  /** Since the last time. */
  #most = 0;
  #again = false;
  #waiting: NodeJS.Timeout | undefined;

  /** @param count how many sessions there are */
  constructor(count: () => number, collect: () => void = collectHere) {
    this.#count = count;
    this.#collect = collect;
  }

  came(): void {
    this.#most = Math.max(this.#most, this.#count());
  }

  left(): void {
    if (this.#waiting === undefined && this.#isDue()) this.#wait();
  }

  stop(): void {
    clearTimeout(this.#waiting);
  }

  #isDue(): boolean {
    const now = this.#count();
    return this.#most - now >= MANY && this.#most >= 2 * now;
  }

  #wait(): void {
    const before = performance.eventLoopUtilization();
    this.#waiting = setTimeout(() => {
      this.#waiting = undefined;
      const due = this.#isDue();
      if (!due && !this.#again) return;
      const quiet = performance.eventLoopUtilization(before).utilization <= QUIET_SHARE;
      if (quiet) {
        this.#most = this.#count();
        this.#again = due;
        this.#collect();
      }
      if (!quiet || this.#again) this.#wait();
    }, QUIET_MS).unref();
  }
}

/** Where the process is ours (heap.ts), or its owner exposes it: a library does not change how its host collects. */
const collectHere = (): void => void globalThis.gc?.();
