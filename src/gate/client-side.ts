import { contentEnd, LF } from '../imap/bytes.js';
import { readCommandHead } from '../imap/command.js';
import { type Frame, Framer } from '../imap/framer.js';
import { MAX_IN_FLIGHT, MAX_LOCAL_COMMAND } from '../imap/limits.js';
import type { LiteralMark } from '../imap/literal.js';
import type { Answer } from '../imap/status.js';
import {
  isLocalName,
  judgeLocal,
  type LocalVerdict,
  refuseEnable,
  refuseLogin,
  refuseMechanism,
  type TakenCommand,
} from './local-command.js';
import { LoginCapture } from './login-capture.js';
import type { Command } from './pipeline.js';
import type { SessionState } from './session-state.js';
import type { Violation } from './violation.js';

/** What to do with `chunk[offset, end)` from the client. */
export type ClientStep =
  | { readonly do: 'forward'; readonly end: number }
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
  /** The next octet begins a command. */
  | { readonly at: 'command' }
  /** Passing on a command, or a line that is none. */
  | { readonly at: 'arguments'; readonly command: Command | undefined }
  /** A synchronizing literal was announced: upstream decides whether it comes (RFC 9051 §4.3). */
  | { readonly at: 'literal-asked'; readonly command: Command | undefined; readonly mark: LiteralMark }
  /** AUTHENTICATE or IDLE, or a SASL response, is out: upstream's turn. */
  | { readonly at: 'continuation-asked'; readonly command: Command }
  /** The answer to `+` in AUTHENTICATE or IDLE: one line, no literals. */
  | { readonly at: 'continuation'; readonly command: Command; readonly begun: boolean }
  /** Swallowing a command that never goes upstream. */
  | { readonly at: 'local'; readonly local: LocalCommand }
  /** It was read; its turn comes when everything before it is answered. */
  | { readonly at: 'due'; readonly local: LocalCommand }
  /** Taken, or STARTTLS under way. */
  | { readonly at: 'suspended' };

interface LocalCommand {
  readonly tag: string;
  /** What becomes of it, from its arguments; they are undefined when it held a literal or was too long. */
  readonly judge: (args: string | undefined) => LocalVerdict;
  readonly args: string | undefined;
}

/** A mechanism name has at most 20 octets (RFC 4422 §3.1). */
const MAX_MECHANISM = 64;

const COMMAND: State = { at: 'command' };
const MORE: ClientStep = { do: 'more' };
const HOLD: ClientStep = { do: 'hold' };

/** The client's half of the gate: decides for every octet of the client, in order, where it goes. */
export class ClientSide {
  readonly #framer = new Framer();
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
        return this.#command(chunk, offset);
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

  /** Upstream sent `+`. */
  continuationGranted(): Violation | undefined {
    const state = this.#state;
    if (state.at === 'continuation-asked') {
      this.#state = { at: 'continuation', command: state.command, begun: false };
      return undefined;
    }
    if (state.at !== 'literal-asked') return 'unexpected-continuation';
    if (state.mark.size === undefined) return 'ambiguous-literal';
    this.#framer.expectLiteral(state.mark.size);
    this.#state = { at: 'arguments', command: state.command };
    return undefined;
  }

  /**
   * Upstream ended the command: what it had asked to go on with does not come. A command that is still being sent goes
   * on to its end all the same, as far as framing is concerned.
   */
  completed(tag: string): void {
    const state = this.#state;
    switch (state.at) {
      case 'literal-asked':
      case 'continuation-asked':
        if (state.command?.tag === tag) this.#state = COMMAND;
        return;
      case 'continuation':
        if (state.command.tag === tag && !state.begun) this.#state = COMMAND;
        return;
      default:
        return;
    }
  }

  /** Upstream sent `* BAD`: its answer to a line without a tag. */
  untaggedBad(): void {
    if (this.#state.at === 'literal-asked' && this.#state.command === undefined) this.#state = COMMAND;
  }

  /** The taken command, or STARTTLS, is done. */
  resume(): void {
    this.#state = COMMAND;
  }

  #command(chunk: Buffer, offset: number): ClientStep {
    const { pipeline } = this.#session;
    if (pipeline.size >= MAX_IN_FLIGHT) return HOLD;
    const head = readCommandHead(chunk, offset);
    if (head.kind === 'more') return MORE;
    if (head.kind === 'untagged') {
      pipeline.tolerate(head.tag);
      return this.#forward(chunk, offset, undefined, offset);
    }
    const { tag, name, end } = head;
    const policy = () => this.#session.capabilityPolicy();
    if (isLocalName(name) && !(name.endsWith('SEND') && this.#session.nativeSend)) {
      return this.#swallow(
        chunk,
        offset,
        { tag, judge: (args) => judgeLocal(tag, name, args, policy()), args: '' },
        end,
      );
    }
    switch (name) {
      case 'LOGIN': {
        const refusal = refuseLogin(policy());
        if (refusal !== undefined) return this.#refuse(chunk, offset, tag, refusal);
        return this.#send(chunk, offset, { tag, name, login: new LoginCapture(undefined) }, end);
      }
      case 'AUTHENTICATE': {
        const mechanism = readMechanism(chunk, end);
        if (mechanism === undefined) return MORE;
        const refusal = refuseMechanism(mechanism.name, policy());
        if (refusal !== undefined) return this.#refuse(chunk, offset, tag, refusal);
        return this.#send(
          chunk,
          offset,
          { tag, name, login: new LoginCapture(mechanism.name) },
          mechanism.end,
        );
      }
      case 'ENABLE': {
        const lf = chunk.indexOf(LF, end);
        if (lf < 0 && chunk.length - end < MAX_LOCAL_COMMAND) return MORE;
        const args = chunk.toString('latin1', end, lf < 0 ? chunk.length : contentEnd(chunk, end, lf));
        const refusal = refuseEnable(args);
        if (refusal !== undefined) return this.#refuse(chunk, offset, tag, refusal);
        return this.#send(chunk, offset, { tag, name }, end);
      }
      default:
        return this.#send(chunk, offset, { tag, name }, end);
    }
  }

  #send(chunk: Buffer, offset: number, command: Command, argsAt: number): ClientStep {
    this.#session.pipeline.add(command);
    return this.#forward(chunk, offset, command, argsAt);
  }

  #refuse(chunk: Buffer, offset: number, tag: string, answer: Answer): ClientStep {
    return this.#swallow(chunk, offset, { tag, judge: () => ({ do: 'answer', answer }), args: '' }, offset);
  }

  #forward(chunk: Buffer, offset: number, command: Command | undefined, argsAt: number): ClientStep {
    const frame = this.#framer.next(chunk, offset);
    if (frame.kind !== 'line-end') {
      this.#state = { at: 'arguments', command };
    } else if (frame.mark === undefined) {
      const continues = command?.name === 'AUTHENTICATE' || command?.name === 'IDLE';
      this.#state = continues ? { at: 'continuation-asked', command } : COMMAND;
    } else if (frame.mark.synchronizing) {
      this.#state = { at: 'literal-asked', command, mark: frame.mark };
    } else if (frame.mark.certain && frame.mark.size !== undefined) {
      this.#framer.expectLiteral(frame.mark.size);
      this.#state = { at: 'arguments', command };
    } else {
      return { do: 'fail', violation: 'ambiguous-literal' };
    }
    command?.login?.keep(chunk.subarray(argsAt, frame.end));
    return { do: 'forward', end: frame.end };
  }

  #continuation(chunk: Buffer, offset: number, command: Command): ClientStep {
    const frame = this.#framer.next(chunk, offset);
    command.login?.keep(chunk.subarray(offset, frame.end));
    if (frame.kind !== 'line-end') {
      this.#state = { at: 'continuation', command, begun: true };
    } else if (command.name === 'AUTHENTICATE') {
      const ended = this.#session.pipeline.find(command.tag) !== command;
      this.#state = ended ? COMMAND : { at: 'continuation-asked', command };
    } else {
      if (frame.mark !== undefined && !frame.mark.synchronizing) {
        return { do: 'fail', violation: 'literal-after-idle' };
      }
      this.#state = COMMAND;
    }
    return { do: 'forward', end: frame.end };
  }

  #swallow(chunk: Buffer, offset: number, local: LocalCommand, argsAt: number): ClientStep {
    const frame = this.#framer.next(chunk, offset);
    const end = frame.end;
    if (frame.kind === 'line-end' && frame.mark === undefined) {
      const args = collect(local.args, chunk, argsAt, end - 1);
      this.#state = { at: 'due', local: { ...local, args: args?.replace(/\r$/, '') } };
    } else if (frame.kind === 'line-end' && frame.mark?.synchronizing) {
      // Refused, as we never send the `+`: the client goes on with a new command.
      this.#state = { at: 'due', local: { ...local, args: undefined } };
    } else {
      const marked = announced(frame);
      if (marked === 'unreadable') return { do: 'fail', violation: 'ambiguous-literal' };
      if (marked !== undefined) this.#framer.expectLiteral(marked);
      const plain = frame.kind === 'line-part';
      const args = plain ? collect(local.args, chunk, argsAt, end) : undefined;
      this.#state = { at: 'local', local: { ...local, args } };
    }
    return { do: 'drop', end };
  }

  #settle(local: LocalCommand): ClientStep {
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

/** The size of the literal that a frame announces; octets of a literal announce none. */
function announced(frame: Frame): number | 'unreadable' | undefined {
  if (frame.kind !== 'line-end' || frame.mark === undefined) return undefined;
  return frame.mark.size ?? 'unreadable';
}

function collect(args: string | undefined, chunk: Buffer, from: number, to: number): string | undefined {
  if (args === undefined || args.length + to - from > MAX_LOCAL_COMMAND) return undefined;
  return args + chunk.toString('latin1', Math.min(from, to), to);
}

/**
 * The mechanism of AUTHENTICATE, from the end of the name; undefined while its end is not there yet. Anything but an atom
 * (RFC 9051 §9, `auth-type`) is named as it stands, so that no spelling of a mechanism slips past its refusal.
 */
function readMechanism(chunk: Buffer, at: number): { name: string; end: number } | undefined {
  const window = chunk.toString('latin1', at, at + MAX_MECHANISM);
  const found = /^ *([^ \r\n]*)(?=[ \r\n])/.exec(window);
  if (found !== null) return { name: (found[1] as string).toUpperCase(), end: at + found[0].length };
  return window.length < MAX_MECHANISM ? undefined : { name: window, end: at };
}
