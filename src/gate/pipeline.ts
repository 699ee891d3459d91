import type { LoginCapture } from './login-capture.js';

/** A command that was sent upstream, from its first octet to its tagged response. */
export interface Command {
  readonly tag: string;
  readonly name: string;
  /** For LOGIN and AUTHENTICATE: what the client shows of itself. */
  readonly login?: LoginCapture;
}

/** How many lines without a proper tag are remembered: Dovecot answers them with those octets as the tag. */
const MAX_TOLERATED = 32;

/** The commands in flight, by tag. A client may use one tag twice (RFC 9051 §2.2.1 only advises against it). */
export class Pipeline {
  readonly #byTag = new Map<string, Command[]>();
  readonly #tolerated: string[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(command: Command): void {
    const same = this.#byTag.get(command.tag);
    if (same === undefined) this.#byTag.set(command.tag, [command]);
    else same.push(command);
    this.#size++;
  }

  /** The oldest command with this tag. */
  find(tag: string): Command | undefined {
    return this.#byTag.get(tag)?.[0];
  }

  complete(tag: string): void {
    const same = this.#byTag.get(tag);
    if (same === undefined) return;
    same.shift();
    this.#size--;
    if (same.length === 0) this.#byTag.delete(tag);
  }

  /** A line that is no command was sent: a response that repeats its first word is no surprise, but not awaited. */
  tolerate(tag: string): void {
    this.#tolerated.push(tag);
    if (this.#tolerated.length > MAX_TOLERATED) this.#tolerated.shift();
  }

  isTolerated(tag: string): boolean {
    return this.#tolerated.includes(tag);
  }
}
