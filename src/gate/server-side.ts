import { wholeLine } from '../imap/bytes.js';
import { rewriteCapabilities } from '../imap/capability.js';
import { skipDataLines } from '../imap/data-lines.js';
import { Framer } from '../imap/framer.js';
import { MAX_CAPABILITY_LINE } from '../imap/limits.js';
import {
  readResponseHead,
  type TaggedStatus,
  type TaggedStatusHead,
  type UntaggedStatus,
} from '../imap/response.js';
import type { ClientSide } from './client-side.js';
import type { OwnFetch } from './own-fetch.js';
import { OwnFetchAnswer } from './own-fetch-answer.js';
import type { Command } from './pipeline.js';
import type { ServerEvent, ServerStep } from './server-step.js';
import type { SessionState } from './session-state.js';

export type { ServerEvent, ServerStep } from './server-step.js';

import type { Violation } from './violation.js';

interface Completion {
  readonly command: Command;
  readonly status: TaggedStatus;
}

/** What a status response answers: a command, or a line that was none. `word` is absent in `* BAD`. */
type Ended = Completion | { readonly word: string | undefined };

/** A response that is passed on, and what it means when it is over. */
type Line =
  | { readonly kind: 'continuation' }
  /** Its text is free: what looks like a literal at its end is none. */
  | {
      readonly kind: 'status';
      readonly event: ServerEvent | undefined;
      readonly ends: Ended | undefined;
    }
  | { readonly kind: 'data'; readonly event: ServerEvent | undefined }
  | { readonly kind: 'unknown' };

type State =
  | { readonly at: 'response' }
  /** Passing on a response whose head was read. */
  | { readonly at: 'line'; readonly line: Line }
  | { readonly at: 'literal' };

const RESPONSE: State = { at: 'response' };
const MORE: ServerStep = { do: 'more' };
const DATA: Line = { kind: 'data', event: undefined };

/** RFC 9051 §6.3.2: a SELECT that fails leaves no mailbox selected. BAD is for what was no SELECT at all. */
function selectedAfter(name: string, status: TaggedStatus, selected: boolean): boolean {
  switch (name) {
    case 'SELECT':
    case 'EXAMINE':
      return status === 'BAD' ? selected : status === 'OK';
    case 'CLOSE':
    case 'UNSELECT':
    case 'UNAUTHENTICATE':
      return selected && status !== 'OK';
    default:
      return selected;
  }
}

/** The server's half of the gate: decides for every octet of upstream, in order, where it goes. */
export class ServerSide {
  readonly #framer = new Framer();
  readonly #session: SessionState;
  readonly #client: ClientSide;
  #state: State = RESPONSE;
  #greeted = false;
  /** The last response was a line of data: many more like it may follow. */
  #dataRun = false;
  #own: OwnFetchAnswer | undefined;

  constructor(session: SessionState, client: ClientSide) {
    this.#session = session;
    this.#client = client;
  }

  /** The next octet for the client begins a response: a line of our own may go out now. */
  get atBoundary(): boolean {
    return this.#state.at === 'response';
  }

  /** A FETCH of ours goes upstream; its answer is taken out of the stream. */
  beginOwnFetch(own: OwnFetch): void {
    this.#own = new OwnFetchAnswer(own);
  }

  next(chunk: Buffer, offset: number): ServerStep {
    if (offset === chunk.length) return MORE;
    switch (this.#state.at) {
      case 'response':
        return this.#response(chunk, offset);
      case 'line':
        return this.#line(chunk, offset, this.#state.line);
      case 'literal':
        return this.#literal(chunk, offset);
    }
  }

  #response(chunk: Buffer, offset: number): ServerStep {
    if (this.#own?.inResponse) return this.#duringFetch(chunk, offset, this.#own);
    if (this.#dataRun && this.#own === undefined) {
      const end = skipDataLines(chunk, offset);
      if (end > offset) return { do: 'forward', end };
    }
    this.#dataRun = false;
    const head = readResponseHead(chunk, offset);
    switch (head.kind) {
      case 'more':
        return MORE;
      case 'capability':
        return this.#capabilities(chunk, offset, undefined);
      case 'data':
        return this.#own === undefined
          ? this.#line(chunk, offset, DATA)
          : this.#duringFetch(chunk, offset, this.#own);
      case 'status':
        return head.tag === undefined
          ? this.#untagged(chunk, offset, head)
          : this.#tagged(chunk, offset, head);
      case 'continuation':
      case 'unknown':
        return this.#line(chunk, offset, head);
    }
  }

  #duringFetch(chunk: Buffer, offset: number, own: OwnFetchAnswer): ServerStep {
    const step = own.next(chunk, offset);
    if (step.do !== 'pass') return step;
    return this.#line(chunk, offset, { kind: 'data', event: step.event });
  }

  #untagged(chunk: Buffer, offset: number, { status, capability }: UntaggedStatus): ServerStep {
    if (!this.#greeted && status === 'PREAUTH') this.#session.authenticated = true;
    this.#greeted = true;
    if (capability) return this.#capabilities(chunk, offset, undefined);
    return this.#line(chunk, offset, {
      kind: 'status',
      event: undefined,
      ends: status === 'BAD' ? { word: undefined } : undefined,
    });
  }

  #tagged(chunk: Buffer, offset: number, head: TaggedStatusHead): ServerStep {
    if (head.tag === this.#own?.tag) return this.#fetchDone(this.#own, chunk, offset, head);
    const { pipeline } = this.#session;
    const command = pipeline.find(head.tag);
    if (command === undefined) {
      const expected = head.status === 'BAD' && pipeline.tolerates(head.tag);
      if (!expected) return { do: 'fail', violation: 'unknown-tag' };
      return this.#line(chunk, offset, { kind: 'status', event: undefined, ends: { word: head.tag } });
    }
    const lf = wholeLine(chunk, offset, MAX_CAPABILITY_LINE);
    if (lf === 'more' && (head.capability || command.login !== undefined)) return MORE;
    const replyAt = offset + head.tag.length + 1;
    const reply = typeof lf === 'number' ? chunk.toString('latin1', replyAt, lf).trimEnd() : head.status;
    const event = this.#ended(command, head.status, reply);
    const ends = { command, status: head.status };
    if (head.capability) return this.#capabilities(chunk, offset, event, ends);
    return this.#line(chunk, offset, { kind: 'status', event, ends });
  }

  /** Changes the state before a capability list in the same line is changed: that list is of the new state. */
  #ended({ login, name }: Command, status: TaggedStatus, reply: string): ServerEvent | undefined {
    const session = this.#session;
    if (login !== undefined && status === 'OK') {
      const believed = !session.authenticated && !session.disputable;
      session.authenticated = true;
      return { kind: 'login', method: login.method, login: believed ? login.take() : undefined };
    }
    if (login !== undefined) {
      const { withdrawn } = login;
      const user = login.take();
      return withdrawn ? undefined : { kind: 'login-failed', method: login.method, login: user, reply };
    }
    session.selected = selectedAfter(name, status, session.selected);
    if (name === 'UNAUTHENTICATE' && status === 'OK') {
      session.authenticated = false;
      return { kind: 'unauthenticated' };
    }
    return undefined;
  }

  /** A whole line with a capability list; `ends` when it completes a command. */
  #capabilities(
    chunk: Buffer,
    offset: number,
    event: ServerEvent | undefined,
    ends?: Completion,
  ): ServerStep {
    const lf = wholeLine(chunk, offset, MAX_CAPABILITY_LINE);
    if (lf === 'more') return MORE;
    if (lf === 'too-long') return { do: 'fail', violation: 'capability-list-too-long' };
    const { line, nativeSend } = rewriteCapabilities(
      chunk.subarray(offset, lf + 1),
      this.#session.capabilityPolicy(),
    );
    this.#session.nativeSend = nativeSend;
    if (ends !== undefined) this.#complete(ends);
    return { do: 'replace', end: lf + 1, bytes: line, ...(event === undefined ? {} : { event }) };
  }

  #line(chunk: Buffer, offset: number, line: Line): ServerStep {
    const frame = this.#framer.next(chunk, offset);
    if (frame.kind !== 'line-end') {
      this.#state = { at: 'line', line };
      return { do: 'forward', end: frame.end };
    }
    const before = this.#state;
    const fail = (violation: Violation): ServerStep => {
      // What went out of the line before stays half a line: nothing of ours can follow it.
      this.#state = before;
      return { do: 'fail', violation };
    };
    this.#state = RESPONSE;
    switch (line.kind) {
      case 'continuation': {
        const violation = this.#client.continuationGranted();
        return violation === undefined ? { do: 'forward', end: frame.end } : fail(violation);
      }
      case 'status':
        if (line.ends !== undefined) this.#ends(line.ends);
        return { do: 'forward', end: frame.end, ...(line.event && { event: line.event }) };
      case 'unknown':
        if (frame.mark !== undefined) return fail('unknown-response');
        return { do: 'forward', end: frame.end };
      case 'data': {
        const { event } = line;
        if (frame.mark === undefined) {
          this.#dataRun = before.at === 'response';
          return { do: 'forward', end: frame.end, ...(event && { event }) };
        }
        const { certain, synchronizing, size } = frame.mark;
        if (!certain || !synchronizing || size === undefined) {
          return fail('ambiguous-response-literal');
        }
        this.#framer.expectLiteral(size);
        this.#state = size === 0 ? { at: 'line', line: DATA } : { at: 'literal' };
        return { do: 'forward', end: frame.end };
      }
    }
  }

  #literal(chunk: Buffer, offset: number): ServerStep {
    const frame = this.#framer.next(chunk, offset);
    if (frame.kind === 'literal' && frame.done) this.#state = { at: 'line', line: DATA };
    return { do: 'forward', end: frame.end };
  }

  #fetchDone(own: OwnFetchAnswer, chunk: Buffer, offset: number, head: TaggedStatusHead): ServerStep {
    const step = own.done(chunk, offset, head);
    if (step.do === 'replace') this.#own = undefined;
    return step;
  }

  #ends(ended: Ended): void {
    if ('command' in ended) {
      this.#complete(ended);
    } else {
      this.#session.pipeline.takeTolerated(ended.word);
      this.#client.untaggedBad();
    }
  }

  #complete({ command, status }: Completion): void {
    this.#client.completed(command);
    this.#session.pipeline.complete(command, status);
  }
}
