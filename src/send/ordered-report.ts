import type { Listed } from './listing.js';
import type { MessageResult } from './result.js';

/** Reports results in ascending order of messages, each as soon as it is known and those before it are out. */
export class OrderedReport {
  readonly #messages: readonly Listed[];
  readonly #write: (message: Listed, result: MessageResult) => void;
  readonly #results = new Map<number, MessageResult>();
  #written = 0;

  constructor(messages: readonly Listed[], write: (message: Listed, result: MessageResult) => void) {
    this.#messages = messages;
    this.#write = write;
  }

  settle(message: Listed, result: MessageResult): void {
    this.#results.set(message.uid, result);
    for (;;) {
      const next = this.#messages[this.#written];
      const known = next && this.#results.get(next.uid);
      if (next === undefined || known === undefined) return;
      this.#written++;
      this.#write(next, known);
    }
  }

  progress(): { done: number; total: number } {
    return { done: this.#results.size, total: this.#messages.length };
  }

  /** Those that are known, in the order of their messages. */
  results(): MessageResult[] {
    return this.#messages.flatMap(({ uid }) => this.#results.get(uid) ?? []);
  }
}
