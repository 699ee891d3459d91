/** A worker that lived this long did not die of how it starts. */
const SETTLED_MS = 60_000;
const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** When a worker that died is replaced: at once, and later each time when its replacements do not live long either. */
export class Restarts {
  #inVain = 0;

  /** In so many milliseconds, after one that lived for so many. */
  after(livedMs: number): number {
    if (livedMs >= SETTLED_MS) this.#inVain = 0;
    const delay = this.#inVain === 0 ? 0 : Math.min(LONGEST_MS, FIRST_MS * 2 ** (this.#inVain - 1));
    this.#inVain++;
    return delay;
  }
}
