/** How a session goes when the proxy stops: no SEND begins on it, and once its turn has come it ends at the first quiet moment. */
export class Retirement {
  /** Ends the session with `* BYE`. */
  readonly end: () => void;
  readonly #isQuiet: () => boolean;
  #due = false;

  /** @param isQuiet nothing is lost if the session ends now */
  constructor(end: () => void, isQuiet: () => boolean) {
    this.end = end;
    this.#isQuiet = isQuiet;
  }

  /** Its turn has come. */
  due(): void {
    this.#due = true;
    this.look();
  }

  /** To be called when something may have come to its end. */
  look(): void {
    if (this.#due && this.#isQuiet()) this.end();
  }
}
