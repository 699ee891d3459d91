import { contentEnd, wholeLine } from '../imap/bytes.js';
import { MAX_FETCH_LINE } from '../imap/limits.js';
import { literalAt } from '../imap/literal.js';
import { readMessageData, type TaggedStatusHead } from '../imap/response.js';
import { type Asked, askedBy, type OpenFetch, type OwnFetch, readOwnFetchLine } from './own-fetch.js';
import type { ServerEvent, ServerStep } from './server-step.js';

/** What a line is that upstream sends while our FETCH is in flight. */
export type LineDuringFetch =
  | ServerStep
  /** The client's: it is passed on as ever, with `event` at its end. */
  | { readonly do: 'pass'; readonly event?: ServerEvent };

type State =
  | { readonly at: 'outside' }
  /** Taking in a body of which `left` octets are to come. */
  | { readonly at: 'body'; readonly open: OpenFetch; readonly left: number }
  /** Behind it, where its response goes on. */
  | { readonly at: 'behind-body'; readonly open: OpenFetch };

const OUTSIDE: State = { at: 'outside' };
const MORE: ServerStep = { do: 'more' };
const BROKEN: ServerStep = { do: 'fail', violation: 'broken-fetch-answer' };
const NOTHING = Buffer.alloc(0);

/** Takes the answer to a FETCH of our own out of the server's stream. */
export class OwnFetchAnswer {
  readonly tag: string;
  readonly #asked: Asked;
  #state: State = OUTSIDE;

  constructor(own: OwnFetch) {
    this.tag = own.tag;
    this.#asked = askedBy(own);
  }

  /** A response of ours goes on. */
  get inResponse(): boolean {
    return this.#state.at !== 'outside';
  }

  /** The next octets of such a response, or of an untagged line that is no status response. */
  next(chunk: Buffer, offset: number): LineDuringFetch {
    const state = this.#state;
    switch (state.at) {
      case 'outside':
        return this.#data(chunk, offset);
      case 'body': {
        const end = Math.min(chunk.length, offset + state.left);
        this.#readBody(state.open, state.left - (end - offset));
        return { do: 'body', end };
      }
      case 'behind-body':
        return this.#line(chunk, offset, offset, state.open);
    }
  }

  /** The line that ends our command. */
  done(chunk: Buffer, offset: number, { tag, status }: TaggedStatusHead): ServerStep {
    const lf = wholeLine(chunk, offset, MAX_FETCH_LINE);
    if (lf === 'more') return MORE;
    if (lf === 'too-long') return BROKEN;
    const textAt = offset + tag.length + 1 + status.length;
    const text = chunk.toString('latin1', textAt, contentEnd(chunk, textAt, lf)).trim();
    return { do: 'replace', end: lf + 1, bytes: NOTHING, event: { kind: 'fetch-done', status, text } };
  }

  #data(chunk: Buffer, offset: number): LineDuringFetch {
    const data = readMessageData(chunk, offset, MAX_FETCH_LINE);
    switch (data.kind) {
      case 'more':
        return MORE;
      case 'other':
        return { do: 'pass' };
      case 'expunge':
      case 'vanished':
        return { do: 'pass', event: data };
      case 'fetch':
        return this.#line(chunk, offset, data.items, { sequence: data.sequence });
    }
  }

  #line(
    chunk: Buffer,
    offset: number,
    items: number,
    open: OpenFetch | { readonly sequence: number },
  ): LineDuringFetch {
    const lf = wholeLine(chunk, offset, MAX_FETCH_LINE);
    if (lf === 'more') return MORE;
    if (lf === 'too-long') return BROKEN;
    const end = lf + 1;
    const mark = literalAt(chunk, offset, contentEnd(chunk, offset, lf));
    const read = readOwnFetchLine(this.#asked, chunk.subarray(offset, end), items - offset, mark, open);
    switch (read.kind) {
      case 'theirs':
        return { do: 'pass' };
      case 'broken':
        return BROKEN;
      case 'body': {
        this.#readBody(read.open, read.size);
        const event: ServerEvent = { kind: 'body-start', sequence: read.open.sequence, size: read.size };
        return { do: 'replace', end, bytes: NOTHING, event };
      }
      case 'complete':
        this.#state = OUTSIDE;
        return { do: 'replace', end, bytes: read.rest, event: { kind: 'fetched', message: read.message } };
    }
  }

  #readBody(open: OpenFetch, left: number): void {
    this.#state = left === 0 ? { at: 'behind-body', open } : { at: 'body', open, left };
  }
}
