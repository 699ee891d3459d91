import type { TaggedStatus } from '../imap/response.js';
import type { LoginCapture } from './login-capture.js';

/** A command that was sent upstream, from its first octet to its tagged response. */
export interface Command {
  readonly tag: string;
  readonly name: string;
  /** For LOGIN and AUTHENTICATE: what the client shows of itself. */
  readonly login?: LoginCapture;
  /** The status of its tagged response. Undefined while it is in flight. */
  answer?: TaggedStatus;
}

/** How many lines without a proper tag are remembered: Dovecot answers them with their first word as the tag. */
const MAX_TOLERATED = 32;

/**
 * The commands in flight. No two have the same tag: a command waits for the one that has it, because a client that could
 * have the answer to one taken for the answer to another could pass for somebody else.
 */
export class Pipeline {
  /** The one that was sent to nothing in flight: mostly it is alone, and a Map that gets empty each time is made anew each time. */
  #first: Command | undefined;
  readonly #others = new Map<string, Command>();
  readonly #tolerated: string[] = [];
  #logins = 0;

  get size(): number {
    return this.#others.size + (this.#first === undefined ? 0 : 1);
  }

  /** LOGIN or AUTHENTICATE is in flight. */
  get loggingIn(): boolean {
    return this.#logins > 0;
  }

  add(command: Command): void {
    if (this.size === 0) this.#first = command;
    else this.#others.set(command.tag, command);
    if (command.login !== undefined) this.#logins++;
  }

  find(tag: string): Command | undefined {
    return tag === this.#first?.tag ? this.#first : this.#others.get(tag);
  }

  complete(command: Command, status: TaggedStatus): void {
    command.answer = status;
    if (command === this.#first) this.#first = undefined;
    else this.#others.delete(command.tag);
    if (command.login !== undefined) this.#logins--;
  }

  /** A line that is no command was sent: one BAD that repeats its first word is no surprise, but not awaited. */
  tolerate(word: string): void {
    this.#tolerated.push(word);
    if (this.#tolerated.length > MAX_TOLERATED) this.#tolerated.shift();
  }

  /** Whether such a BAD may come now. A command of that tag has to wait: the BAD would be taken for its own. */
  tolerates(word: string): boolean {
    return this.#tolerated.includes(word);
  }

  /** It came, and does not come twice. Without a word it answers the first of those lines. */
  takeTolerated(word: string | undefined): void {
    const at = word === undefined ? 0 : this.#tolerated.indexOf(word);
    if (at >= 0) this.#tolerated.splice(at, 1);
  }
}
