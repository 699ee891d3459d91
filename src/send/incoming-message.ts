import { type FetchedMessage, GONE, noStorage, tooLarge } from './fetched-message.js';
import type { Listed } from './listing.js';
import { Transmission } from './message/transmission.js';
import { Spool, type SpoolOptions } from './spool.js';

export interface FetchOptions {
  readonly spool: SpoolOptions;
  /** Octets, as stored. */
  readonly maxMessageSize: number;
}

/** A message of our set while upstream gives it. */
export class IncomingMessage {
  /** When it was asked for. */
  readonly sequence: number;
  readonly spool: Spool;
  readonly #transmission = new Transmission();
  readonly #wanted: number;
  readonly #limit: number;
  /** What the server announced of the first body of that number, and the UID that came with it. */
  #size: number | undefined;
  #uid: number | undefined;
  #ended = false;
  #kept = false;

  constructor({ sequence, uid }: Listed, { spool, maxMessageSize }: FetchOptions) {
    this.sequence = sequence;
    this.spool = new Spool(spool);
    this.#wanted = uid;
    this.#limit = maxMessageSize;
  }

  /** Its FETCH response was read to the end. */
  get ended(): boolean {
    return this.#ended;
  }

  begin(size: number): void {
    // A second body, or one beyond the limit: read to its end, but not kept.
    this.#kept = this.#size === undefined && size <= this.#limit;
    this.#size ??= size;
  }

  take(octets: Buffer): Promise<void> | undefined {
    if (!this.#kept) return undefined;
    let room = true;
    this.#transmission.push(octets, (slice) => {
      room = this.spool.write(slice) && room;
    });
    return room ? undefined : this.spool.drain();
  }

  end(uid: number | undefined, inlineBody: Buffer | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#uid = uid;
    if (inlineBody === undefined) return;
    this.begin(inlineBody.length);
    this.take(inlineBody);
  }

  /** When upstream is done with it. */
  async complete(): Promise<FetchedMessage> {
    // Dovecot says OK, with NIL or nothing for the body.
    if (this.#size === undefined || this.#uid !== this.#wanted) return GONE;
    if (this.#size > this.#limit) return tooLarge(this.#size, this.#limit);
    const facts = this.#transmission.end((slice) => this.spool.write(slice));
    const stored = await this.spool.end();
    if (facts.kind === 'refused') return facts;
    return stored.ok ? { kind: 'ready', spool: this.spool, facts } : noStorage(stored.error);
  }
}
