import { randomBytes } from 'node:crypto';
import type { OwnFetch } from '../gate/own-fetch.js';
import type { ServerEvent } from '../gate/server-side.js';
import type { FetchListener, FetchRequest, FetchResult } from './handler.js';

/** FETCH commands of our own on the client's connection to upstream: one at a time, their answers taken out. */
export class OwnFetches {
  readonly #begin: (own: OwnFetch, line: Buffer) => void;
  #current: { listener: FetchListener; done: (result: FetchResult) => void } | undefined;
  #begun = 0;
  #lost = false;
  #cutShort = false;

  /** `begin` tells the gate, then sends the line. */
  constructor(begin: (own: OwnFetch, line: Buffer) => void) {
    this.#begin = begin;
  }

  /** The number of the one that is in flight: it changes with each. */
  get inFlight(): number | undefined {
    return this.#current && this.#begun;
  }

  fetch(request: FetchRequest, listener: FetchListener): Promise<FetchResult> {
    if (this.#current !== undefined) throw new Error('proxy: a FETCH of our own is in flight already');
    if (this.#lost) return Promise.resolve({ kind: 'lost' });
    // Nobody can guess the tag, so nobody can forge its answer ahead of time.
    const tag = `P${randomBytes(8).toString('hex')}`;
    const item = request.kind === 'BODY[]' ? 'BODY.PEEK[]' : request.kind;
    const line = `${tag} ${request.uid ? 'UID ' : ''}FETCH ${request.set} (UID ${item})\r\n`;
    return new Promise((done) => {
      this.#current = { listener, done };
      this.#begun++;
      this.#begin({ tag, ...request }, Buffer.from(line, 'latin1'));
    });
  }

  body(octets: Buffer): Promise<void> | undefined {
    return this.#current?.listener.body?.(octets);
  }

  on(event: ServerEvent): void {
    const listener = this.#current?.listener;
    switch (event.kind) {
      case 'fetched':
        listener?.fetched?.(event.message);
        break;
      case 'body-start':
        listener?.bodyStart?.(event.sequence, event.size);
        break;
      case 'expunge':
        listener?.expunged?.(event.sequence);
        break;
      case 'vanished':
        listener?.vanished?.(event.uids);
        break;
      case 'fetch-done':
        this.#end({ kind: 'done', status: event.status, text: event.text });
        break;
      default:
        break;
    }
  }

  /** The connection to upstream is over. */
  lost(): void {
    this.#lost = true;
    this.#cutShort ||= this.#current !== undefined;
    this.#end({ kind: 'lost' });
  }

  /** The connection ended within the answer to a FETCH of ours: what is there of it is not the client's. */
  get cutShort(): boolean {
    return this.#cutShort;
  }

  #end(result: FetchResult): void {
    const current = this.#current;
    this.#current = undefined;
    current?.done(result);
  }
}
