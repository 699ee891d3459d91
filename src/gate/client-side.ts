import { readCommandHead } from '../imap/command.js';
import { type Frame, Framer } from '../imap/framer.js';
import { LineScan } from '../imap/line-scan.js';
import type { LiteralMark } from '../imap/literal.js';
import { isSaslText } from '../imap/sasl.js';
import type { Answer } from '../imap/status.js';
import { judgeLiteral } from './client-literal.js';
import type { TakenCommand } from './local-command.js';
import { openLine } from './opening.js';
import type { Command } from './pipeline.js';
import type { SessionState } from './session-state.js';
import { type SwallowedCommand, swallow } from './swallowed-command.js';
import type { Violation } from './violation.js';

/** What to do with `chunk[offset, end)` from the client. */
export type ClientStep =
  /** `begins`: the name of a command whose first octets these are. */
  | { readonly do: 'forward'; readonly end: number; readonly begins?: string }
  | { readonly do: 'drop'; readonly end: number }
  /** The rest of the chunk is undecided: call again with more octets behind it. */
  | { readonly do: 'more' }
  /** Nothing may be read on: call again with the same octets when the server or the taken command moved. */
  | { readonly do: 'hold' }
  | { readonly do: 'answer'; readonly tag: string; readonly answer: Answer }
  /** Carry out the command, then call `resume`. */
  | { readonly do: 'take'; readonly command: TakenCommand }
  /** Answer OK and start TLS, unless octets follow, then call `resume`. */
  | { readonly do: 'starttls'; readonly tag: string }
  | { readonly do: 'fail'; readonly violation: Violation };

type State =
  /**
   * The next octet begins a command. `afterEmpty`: or goes on with one that upstream granted an empty literal and
   * refused in one breath. Dovecot passes over the rest of its line, Cyrus reads a command there.
   */
  | { readonly at: 'command'; readonly afterEmpty?: true }
  /** Passing on a command, or a line that is none. `untouched`: upstream granted an empty literal, nothing came since. */
  | { readonly at: 'arguments'; readonly command: Command | undefined; readonly untouched?: true }
  /** A synchronizing literal was announced: upstream decides whether it comes (RFC 9051 §4.3). */
  | { readonly at: 'literal-asked'; readonly command: Command | undefined; readonly mark: LiteralMark }
  /** AUTHENTICATE or IDLE, or a SASL response, is out: upstream's turn. */
  | { readonly at: 'continuation-asked'; readonly command: Command }
  /** The answer to `+` in AUTHENTICATE or IDLE: one line, no literals. */
  | { readonly at: 'continuation'; readonly command: Command; readonly begun: boolean }
  /** Swallowing a command that never goes upstream. */
  | { readonly at: 'local'; readonly local: SwallowedCommand }
  /** It was read; its turn comes when everything before it is answered. */
  | { readonly at: 'due'; readonly local: SwallowedCommand }
  /** Taken, or STARTTLS under way. */
  | { readonly at: 'suspended' };

const COMMAND: State = { at: 'command' };
/** What is left of a line whose command was answered: no literal that it announces is asked for. */
const REST: Command = { tag: '', name: '' };
const MORE: ClientStep = { do: 'more' };
const HOLD: ClientStep = { do: 'hold' };

/** The client's half of the gate: decides for every octet of the client, in order, where it goes. */
export class ClientSide {
  readonly #framer = new Framer();
  readonly #scan = new LineScan();
  readonly #session: SessionState;
  #state: State = COMMAND;

  constructor(session: SessionState) {
    this.#session = session;
  }

  next(chunk: Buffer, offset: number): ClientStep {
    const state = this.#state;
    if (state.at === 'due') return this.#settle(state.local);
    if (state.at === 'suspended') return HOLD;
    if (offset === chunk.length) return MORE;
    switch (state.at) {
      case 'command':
        return this.#open(chunk, offset, state.afterEmpty ? REST : undefined);
      case 'arguments':
        return this.#forward(chunk, offset, state.command, offset);
      case 'literal-asked':
      case 'continuation-asked':
        return HOLD;
      case 'continuation':
        return this.#continuation(chunk, offset, state.command);
      case 'local':
        return this.#swallow(chunk, offset, state.local, offset);
    }
  }

  /** Upstream owes the answer to a literal that the client announced, and to nothing before it. */
  get literalAwaited(): boolean {
    return this.#state.at === 'literal-asked' && this.#session.pipeline.size <= 1;
  }

  /** No command is in flight or half sent, but for IDLE. */
  get quiet(): boolean {
    const { size } = this.#session.pipeline;
    const state = this.#state;
    if (state.at === 'command') return size === 0;
    return state.at === 'continuation' && state.command.name === 'IDLE' && !state.begun && size === 1;
  }

  /** Upstream sent `+`. */
  continuationGranted(): Violation | undefined {
    const state = this.#state;
    if (state.at === 'continuation-asked') {
      this.#state = { at: 'continuation', command: state.command, begun: false };
      return undefined;
    }
    if (state.at !== 'literal-asked') return 'unexpected-continuation';
    const { command, mark } = state;
    if (mark.size === undefined) return 'ambiguous-literal';
    this.#framer.expectLiteral(mark.size);
    this.#state = { at: 'arguments', command, ...(mark.size === 0 ? { untouched: true } : {}) };
    return undefined;
  }

  /**
   * Upstream ended the command: what it had asked to go on with does not come. A command that is still being sent goes
   * on to its end all the same, as far as framing is concerned; but Cyrus grants `{0}` and refuses it in one breath,
   * without reading the rest of the line.
   */
  completed(command: Command): void {
    const state = this.#state;
    switch (state.at) {
      case 'literal-asked':
      case 'continuation-asked':
        if (state.command === command) this.#state = COMMAND;
        return;
      case 'continuation':
        if (state.command === command && !state.begun) this.#state = COMMAND;
        return;
      case 'arguments':
        if (state.command === command && state.untouched) this.#state = { at: 'command', afterEmpty: true };
        return;
      default:
        return;
    }
  }

  /** Upstream sent BAD for a line without a tag. */
  untaggedBad(): void {
    if (this.#state.at === 'literal-asked' && this.#state.command === undefined) this.#state = COMMAND;
  }

  /**
   * The client sends nothing more, and `left` goes upstream undecided. Where a command began there, its answer may come:
   * to Cyrus the end of the stream is the end of a line.
   */
  ended(left: Buffer): void {
    if (this.#state.at !== 'command' || left.length === 0) return;
    const { pipeline } = this.#session;
    const head = readCommandHead(Buffer.concat([left, Buffer.from('\n')]), 0);
    if (head.kind === 'command' && pipeline.find(head.tag) === undefined) {
      pipeline.add({ tag: head.tag, name: head.name });
    } else if (head.kind === 'untagged') {
      pipeline.tolerate(head.word);
    }
  }

  /** The taken command, or STARTTLS, is done. */
  resume(): void {
    this.#state = COMMAND;
  }

  #open(chunk: Buffer, offset: number, rest: Command | undefined): ClientStep {
    const opening = openLine(chunk, offset, this.#session);
    switch (opening.kind) {
      case 'more':
        return MORE;
      case 'hold':
        return HOLD;
      case 'fail':
        return { do: 'fail', violation: opening.violation };
      case 'untagged':
        this.#session.pipeline.tolerate(opening.word);
        return this.#forward(chunk, offset, rest, offset);
      case 'sent':
        this.#session.pipeline.add(opening.command);
        return begun(this.#forward(chunk, offset, opening.command, opening.argsAt), opening.command);
      case 'local':
        return this.#swallow(chunk, offset, opening.command, opening.argsAt);
    }
  }

  #forward(chunk: Buffer, offset: number, command: Command | undefined, argsAt: number): ClientStep {
    const frame = this.#framer.next(chunk, offset);
    command?.login?.keep(chunk.subarray(argsAt, frame.end));
    if (frame.kind !== 'literal' && !this.#scan.read(chunk, offset, frame.end)) {
      return { do: 'fail', violation: 'ambiguous-literal' };
    }
    const next = frame.kind === 'line-end' ? this.#afterLine(command, frame.mark) : undefined;
    if (next === 'unsure') return { do: 'fail', violation: 'ambiguous-literal' };
    this.#state = next ?? { at: 'arguments', command };
    return { do: 'forward', end: frame.end };
  }

  #afterLine(command: Command | undefined, mark: LiteralMark | undefined): State | 'unsure' {
    const { quoteOpen } = this.#scan.end();
    const answer = command === REST ? 'BAD' : command?.answer;
    if (mark === undefined) {
      const continues =
        answer === undefined && (command?.name === 'AUTHENTICATE' || command?.name === 'IDLE');
      return continues ? { at: 'continuation-asked', command } : COMMAND;
    }
    const { authenticated } = this.#session;
    switch (judgeLiteral(mark, { command, answer, quoteOpen, authenticated })) {
      case 'none':
        return COMMAND;
      case 'asked':
        return { at: 'literal-asked', command, mark };
      case 'follows':
        if (authenticated) this.#session.disputable = true;
        this.#framer.expectLiteral(mark.size as number);
        return { at: 'arguments', command };
      case 'unsure':
        return 'unsure';
    }
  }

  #continuation(chunk: Buffer, offset: number, command: Command): ClientStep {
    const frame = this.#framer.next(chunk, offset);
    const octets = chunk.subarray(offset, frame.end);
    if (command.name === 'AUTHENTICATE') {
      if (!isSaslText(octets)) return { do: 'fail', violation: 'not-base64' };
      command.login?.keep(octets);
    } else if (!this.#scan.read(chunk, offset, frame.end) || announcesNonSynchronizing(frame)) {
      return { do: 'fail', violation: 'literal-after-idle' };
    }
    if (frame.kind === 'line-end') {
      this.#scan.end();
      const answer = command.answer;
      const continues = command.name === 'AUTHENTICATE' && answer === undefined;
      this.#state = continues ? { at: 'continuation-asked', command } : COMMAND;
    } else {
      this.#state = { at: 'continuation', command, begun: true };
    }
    return { do: 'forward', end: frame.end };
  }

  #swallow(chunk: Buffer, offset: number, local: SwallowedCommand, argsAt: number): ClientStep {
    const frame = this.#framer.next(chunk, offset);
    const swallowed = swallow(local, frame, chunk.subarray(argsAt, frame.end));
    switch (swallowed.kind) {
      case 'unsure':
        return { do: 'fail', violation: 'ambiguous-literal' };
      case 'complete':
        this.#state = { at: 'due', local: swallowed.command };
        break;
      case 'open':
        if (swallowed.literal !== undefined) this.#framer.expectLiteral(swallowed.literal);
        this.#state = { at: 'local', local: swallowed.command };
    }
    return { do: 'drop', end: frame.end };
  }

  #settle(local: SwallowedCommand): ClientStep {
    if (this.#session.pipeline.size > 0) return HOLD;
    const verdict = local.judge(local.args);
    this.#state = verdict.do === 'answer' ? COMMAND : { at: 'suspended' };
    switch (verdict.do) {
      case 'answer':
        return { do: 'answer', tag: local.tag, answer: verdict.answer };
      case 'take':
        return { do: 'take', command: verdict.command };
      case 'starttls':
        return { do: 'starttls', tag: local.tag };
    }
  }
}

const begun = (step: ClientStep, { name }: Command): ClientStep =>
  step.do === 'forward' ? { ...step, begins: name } : step;

const announcesNonSynchronizing = (frame: Frame): boolean =>
  frame.kind === 'line-end' && frame.mark !== undefined && !frame.mark.synchronizing;
