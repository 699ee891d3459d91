import type { Login } from '../credentials.js';
import { contentEnd, LF } from '../imap/bytes.js';
import { rewriteCapabilities } from '../imap/capability.js';
import { Framer } from '../imap/framer.js';
import { MAX_CAPABILITY_LINE, MAX_FETCH_LINE } from '../imap/limits.js';
import { literalAt } from '../imap/literal.js';
import {
  type ResponseHead,
  readMessageData,
  readResponseHead,
  type TaggedStatus,
  type TaggedStatusHead,
  type UntaggedStatus,
} from '../imap/response.js';
import type { ClientSide } from './client-side.js';
import { type FetchedMessage, type OpenFetch, type OwnFetch, readOwnFetchLine } from './own-fetch.js';
import type { Command } from './pipeline.js';
import type { SessionState } from './session-state.js';
import type { Violation } from './violation.js';

/** What to do with `chunk[offset, end)` from the server. */
export type ServerStep =
  | { readonly do: 'forward'; readonly end: number; readonly event?: ServerEvent }
  /** The client gets `bytes` instead. */
  | { readonly do: 'replace'; readonly end: number; readonly bytes: Buffer; readonly event?: ServerEvent }
  /** Octets of the message that our FETCH asked for. */
  | { readonly do: 'body'; readonly end: number }
  /** The rest of the chunk is undecided: call again with more octets behind it. */
  | { readonly do: 'more' }
  | { readonly do: 'fail'; readonly violation: Violation };

/** What a response means beside its octets. */
export type ServerEvent =
  /** The client may be able to go on. */
  | { readonly kind: 'progress' }
  | { readonly kind: 'login'; readonly method: string; readonly login: Login | undefined }
  | {
      readonly kind: 'login-failed';
      readonly method: string;
      readonly login: Login | undefined;
      /** Upstream's words, from the status on. */
      readonly reply: string;
    }
  | { readonly kind: 'unauthenticated' }
  | { readonly kind: 'bye' }
  | { readonly kind: 'expunge'; readonly sequence: number }
  | { readonly kind: 'vanished'; readonly uids: string }
  /** A body of `size` octets follows. */
  | { readonly kind: 'body-start'; readonly sequence: number; readonly size: number }
  | { readonly kind: 'fetched'; readonly message: FetchedMessage }
  /** Our FETCH is over; `text` is the rest of the line behind the status. */
  | { readonly kind: 'fetch-done'; readonly status: TaggedStatus; readonly text: string };

type LineKind = Exclude<ResponseHead, { kind: 'more' }>;

type State =
  | { readonly at: 'response' }
  /** Passing on a response whose head was read. */
  | { readonly at: 'line'; readonly line: LineKind; readonly event: ServerEvent | undefined }
  | { readonly at: 'literal'; readonly line: LineKind }
  /** Taking in the body that our FETCH asked for, then the rest of its response. */
  | { readonly at: 'body'; readonly open: OpenFetch }
  | { readonly at: 'behind-body'; readonly open: OpenFetch };

const RESPONSE: State = { at: 'response' };
const MORE: ServerStep = { do: 'more' };
const NOTHING = Buffer.alloc(0);

/** The server's half of the gate: decides for every octet of upstream, in order, where it goes. */
export class ServerSide {
  readonly #framer = new Framer();
  readonly #session: SessionState;
  readonly #client: ClientSide;
  #state: State = RESPONSE;
  #greeted = false;
  #own: OwnFetch | undefined;

  constructor(session: SessionState, client: ClientSide) {
    this.#session = session;
    this.#client = client;
  }

  /** The next octet for the client begins a response: a line of our own may go out now. */
  get atBoundary(): boolean {
    return this.#state.at !== 'line' && this.#state.at !== 'literal';
  }

  /** A FETCH of ours goes upstream; its answer is taken out of the stream. */
  beginOwnFetch(own: OwnFetch): void {
    this.#own = own;
  }

  next(chunk: Buffer, offset: number): ServerStep {
    if (this.#state.at === 'body') return this.#body(chunk, offset, this.#state.open);
    if (offset === chunk.length) return MORE;
    switch (this.#state.at) {
      case 'response':
        return this.#response(chunk, offset);
      case 'line':
        return this.#line(chunk, offset, this.#state.line, this.#state.event);
      case 'literal':
        return this.#literal(chunk, offset, this.#state.line);
      case 'behind-body':
        return this.#fetchLine(chunk, offset, offset, this.#state.open);
    }
  }

  #response(chunk: Buffer, offset: number): ServerStep {
    const head = readResponseHead(chunk, offset);
    switch (head.kind) {
      case 'more':
        return MORE;
      case 'capability':
        return this.#capabilities(chunk, offset, undefined);
      case 'data':
        return this.#own === undefined
          ? this.#line(chunk, offset, head, undefined)
          : this.#dataDuringFetch(chunk, offset, head);
      case 'status':
        return head.tag === undefined
          ? this.#untagged(chunk, offset, head)
          : this.#tagged(chunk, offset, head);
      case 'continuation':
      case 'unknown':
        return this.#line(chunk, offset, head, undefined);
    }
  }

  #untagged(chunk: Buffer, offset: number, head: UntaggedStatus): ServerStep {
    if (!this.#greeted && head.status === 'PREAUTH') this.#session.authenticated = true;
    this.#greeted = true;
    if (head.capability) return this.#capabilities(chunk, offset, undefined);
    return this.#line(chunk, offset, head, head.status === 'BYE' ? { kind: 'bye' } : undefined);
  }

  #tagged(chunk: Buffer, offset: number, head: TaggedStatusHead): ServerStep {
    if (head.tag === this.#own?.tag) return this.#fetchDone(chunk, offset, head);
    const { pipeline } = this.#session;
    const command = pipeline.find(head.tag);
    if (command === undefined) {
      if (!pipeline.isTolerated(head.tag)) return { do: 'fail', violation: 'unknown-tag' };
      return this.#line(chunk, offset, head, undefined);
    }
    const lf = chunk.indexOf(LF, offset);
    const whole = head.capability || command.login !== undefined;
    if (whole && lf < 0 && chunk.length - offset <= MAX_CAPABILITY_LINE) return MORE;
    const event = this.#completion(command, head, chunk.toString('latin1', offset + head.tag.length + 1, lf));
    if (head.capability) return this.#capabilities(chunk, offset, event, head.tag);
    return this.#line(chunk, offset, head, event);
  }

  /** Changes the state before a capability list in the same line is changed: that list is of the new state. */
  #completion(command: Command, { status }: TaggedStatusHead, reply: string): ServerEvent {
    const { login, name } = command;
    if (login !== undefined && status === 'OK') {
      this.#session.authenticated = true;
      return { kind: 'login', method: login.method, login: login.take() };
    }
    if (login !== undefined) {
      return { kind: 'login-failed', method: login.method, login: login.take(), reply: reply.trimEnd() };
    }
    if (name === 'UNAUTHENTICATE' && status === 'OK') {
      this.#session.authenticated = false;
      return { kind: 'unauthenticated' };
    }
    return { kind: 'progress' };
  }

  /** A whole line with a capability list; `tag` when it completes a command. */
  #capabilities(chunk: Buffer, offset: number, event: ServerEvent | undefined, tag?: string): ServerStep {
    const lf = chunk.indexOf(LF, offset);
    if (lf < 0 || lf - offset > MAX_CAPABILITY_LINE) {
      const tooLong = chunk.length - offset > MAX_CAPABILITY_LINE;
      return tooLong ? { do: 'fail', violation: 'capability-list-too-long' } : MORE;
    }
    const { line, nativeSend } = rewriteCapabilities(
      chunk.subarray(offset, lf + 1),
      this.#session.capabilityPolicy(),
    );
    this.#session.nativeSend = nativeSend;
    if (tag !== undefined) this.#complete(tag);
    return { do: 'replace', end: lf + 1, bytes: line, ...(event === undefined ? {} : { event }) };
  }

  #line(chunk: Buffer, offset: number, line: LineKind, event: ServerEvent | undefined): ServerStep {
    const frame = this.#framer.next(chunk, offset);
    if (frame.kind !== 'line-end') {
      this.#state = { at: 'line', line, event };
      return { do: 'forward', end: frame.end };
    }
    this.#state = RESPONSE;
    switch (line.kind) {
      case 'continuation': {
        const violation = this.#client.continuationGranted();
        if (violation !== undefined) return { do: 'fail', violation };
        return { do: 'forward', end: frame.end, event: { kind: 'progress' } };
      }
      case 'status':
        this.#statusEnded(line);
        return { do: 'forward', end: frame.end, event: event ?? { kind: 'progress' } };
      case 'unknown':
        if (frame.mark !== undefined) return { do: 'fail', violation: 'unknown-response' };
        return { do: 'forward', end: frame.end };
      case 'capability':
      case 'data': {
        if (frame.mark === undefined) return { do: 'forward', end: frame.end, ...(event ? { event } : {}) };
        const { certain, synchronizing, size } = frame.mark;
        if (!certain || !synchronizing || size === undefined) {
          return { do: 'fail', violation: 'ambiguous-response-literal' };
        }
        this.#framer.expectLiteral(size);
        this.#state = size === 0 ? { at: 'line', line, event: undefined } : { at: 'literal', line };
        return { do: 'forward', end: frame.end };
      }
    }
  }

  #statusEnded(line: UntaggedStatus | TaggedStatusHead): void {
    if (line.tag === undefined) {
      if (line.status === 'BAD') this.#client.untaggedBad();
    } else if (this.#session.pipeline.find(line.tag) === undefined) {
      this.#client.untaggedBad();
    } else {
      this.#complete(line.tag);
    }
  }

  #complete(tag: string): void {
    this.#client.completed(tag);
    this.#session.pipeline.complete(tag);
  }

  #literal(chunk: Buffer, offset: number, line: LineKind): ServerStep {
    const frame = this.#framer.next(chunk, offset);
    if (frame.kind === 'literal' && frame.done) this.#state = { at: 'line', line, event: undefined };
    return { do: 'forward', end: frame.end };
  }

  #dataDuringFetch(chunk: Buffer, offset: number, head: LineKind): ServerStep {
    const data = readMessageData(chunk, offset, MAX_FETCH_LINE);
    switch (data.kind) {
      case 'more':
        return MORE;
      case 'other':
        return this.#line(chunk, offset, head, undefined);
      case 'expunge':
      case 'vanished':
        return this.#line(chunk, offset, head, data);
      case 'fetch':
        return this.#fetchLine(chunk, offset, data.items, { sequence: data.sequence });
    }
  }

  #fetchLine(
    chunk: Buffer,
    offset: number,
    items: number,
    open: OpenFetch | { readonly sequence: number },
  ): ServerStep {
    const lf = chunk.indexOf(LF, offset);
    if (lf < 0 || lf - offset > MAX_FETCH_LINE) {
      const tooLong = chunk.length - offset > MAX_FETCH_LINE;
      return tooLong ? { do: 'fail', violation: 'broken-fetch-answer' } : MORE;
    }
    const end = lf + 1;
    const mark = literalAt(chunk, offset, contentEnd(chunk, offset, lf));
    const kind = (this.#own as OwnFetch).kind;
    const read = readOwnFetchLine(kind, chunk.subarray(offset, end), items - offset, mark, open);
    switch (read.kind) {
      case 'theirs':
        return this.#line(chunk, offset, { kind: 'data' }, undefined);
      case 'broken':
        return { do: 'fail', violation: 'broken-fetch-answer' };
      case 'body': {
        this.#framer.expectLiteral(read.size);
        this.#state =
          read.size === 0 ? { at: 'behind-body', open: read.open } : { at: 'body', open: read.open };
        const event: ServerEvent = { kind: 'body-start', sequence: read.open.sequence, size: read.size };
        return { do: 'replace', end, bytes: NOTHING, event };
      }
      case 'complete':
        this.#state = RESPONSE;
        return { do: 'replace', end, bytes: read.rest, event: { kind: 'fetched', message: read.message } };
    }
  }

  #body(chunk: Buffer, offset: number, open: OpenFetch): ServerStep {
    if (offset === chunk.length) return MORE;
    const frame = this.#framer.next(chunk, offset);
    if (frame.kind === 'literal' && frame.done) this.#state = { at: 'behind-body', open };
    return { do: 'body', end: frame.end };
  }

  #fetchDone(chunk: Buffer, offset: number, { tag, status }: TaggedStatusHead): ServerStep {
    const lf = chunk.indexOf(LF, offset);
    if (lf < 0) {
      const tooLong = chunk.length - offset > MAX_FETCH_LINE;
      return tooLong ? { do: 'fail', violation: 'broken-fetch-answer' } : MORE;
    }
    const textAt = offset + tag.length + 1 + status.length;
    const text = chunk.toString('latin1', textAt, contentEnd(chunk, textAt, lf)).trim();
    this.#own = undefined;
    return { do: 'replace', end: lf + 1, bytes: NOTHING, event: { kind: 'fetch-done', status, text } };
  }
}
