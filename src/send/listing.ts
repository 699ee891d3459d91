import { uidRanges } from '../imap/sequence-set.js';

/** A message of the set, as upstream listed it. */
export interface Listed {
  readonly uid: number;
  /** RFC822.SIZE, in octets. */
  readonly size: number;
  /** Its message sequence number now. */
  sequence: number;
}

/**
 * The messages that a set stands for. Sequence numbers move with every EXPUNGE (RFC 9051 §7.5.1) and VANISHED (RFC 7162
 * §3.2.10) that the client gets to see, so that what we tell it fits what it knows.
 *
 * Beyond `limit` messages are only counted: `SEND 1:*` in a large mailbox must not cost memory.
 */
export class Listing {
  readonly #limit: number;
  readonly #byUid = new Map<number, Listed>();
  #count = 0;
  #exceeded = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many messages were listed, also beyond the limit. */
  get count(): number {
    return this.#count;
  }

  /** Some of the messages are not known, and stay so, whatever is dropped. */
  get exceeded(): boolean {
    return this.#exceeded;
  }

  add(message: Listed): void {
    if (this.#byUid.has(message.uid)) return;
    this.#count++;
    if (this.#byUid.size < this.#limit) this.#byUid.set(message.uid, message);
    else this.#exceeded = true;
  }

  /** A message that is gone keeps its place until `drop` is called. */
  expunged(sequence: number): Listed | undefined {
    let gone: Listed | undefined;
    for (const message of this.#byUid.values()) {
      if (message.sequence === sequence) gone = message;
      else if (message.sequence > sequence) message.sequence--;
    }
    return gone;
  }

  vanished(uids: string): Listed[] {
    const gone: Listed[] = [];
    const ranges = uidRanges(uids);
    for (const message of this.#byUid.values()) {
      for (const [low, high] of ranges) {
        if (message.uid >= low && message.uid <= high) gone.push(message);
        else if (message.uid > high) message.sequence -= high - low + 1;
      }
    }
    return gone;
  }

  /** It was expunged before anything was done with it: no longer a message of the set. */
  drop(message: Listed): void {
    if (this.#byUid.delete(message.uid)) this.#count--;
  }

  /** In ascending order. */
  messages(): Listed[] {
    return [...this.#byUid.values()].sort((a, b) => a.sequence - b.sequence);
  }
}
