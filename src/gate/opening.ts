import { contentEnd, SP, wholeLine } from '../imap/bytes.js';
import { readCommandHead, readMechanism } from '../imap/command.js';
import { MAX_IN_FLIGHT, MAX_LOCAL_COMMAND } from '../imap/limits.js';
import type { Answer } from '../imap/status.js';
import { isLocalName, judgeLocal, refuseEnable, refuseLogin, refuseMechanism } from './local-command.js';
import { LoginCapture } from './login-capture.js';
import type { Command } from './pipeline.js';
import type { SessionState } from './session-state.js';
import type { SwallowedCommand } from './swallowed-command.js';
import type { Violation } from './violation.js';

/** What a client's line is, from its first octets. */
export type Opening =
  /** Not decided yet: ask again with more octets behind. */
  | { readonly kind: 'more' }
  /** Ask again when upstream has answered something. */
  | { readonly kind: 'hold' }
  /** No command: it goes upstream, which answers with BAD, tagged with `word` or not. */
  | { readonly kind: 'untagged'; readonly word: string }
  | { readonly kind: 'fail'; readonly violation: Violation }
  /** It goes upstream. */
  | { readonly kind: 'sent'; readonly command: Command; readonly argsAt: number }
  /** It never goes upstream. */
  | { readonly kind: 'local'; readonly command: SwallowedCommand; readonly argsAt: number };

const MORE: Opening = { kind: 'more' };
const HOLD: Opening = { kind: 'hold' };

/**
 * Reads as much of the line at `offset` as says what becomes of it. A login in flight is waited for: what a literal may
 * be and whose SEND is used depend on it, and no other command's answer can then be taken for its own.
 */
export function openLine(chunk: Buffer, offset: number, session: SessionState): Opening {
  const { pipeline } = session;
  if (pipeline.size >= MAX_IN_FLIGHT || pipeline.loggingIn) return HOLD;
  const head = readCommandHead(chunk, offset);
  if (head.kind === 'untagged' && isDisputed(head.word, chunk[offset + head.word.length])) {
    return { kind: 'fail', violation: 'disputed-tag' };
  }
  if (head.kind !== 'command') return head;
  const { tag, name, end } = head;
  if (pipeline.find(tag) !== undefined || pipeline.tolerates(tag)) return HOLD;
  if (isLocalName(name) && !(name.endsWith('SEND') && session.nativeSend)) {
    const judge = (args: string | undefined) => judgeLocal(tag, name, args, session.capabilityPolicy());
    return { kind: 'local', command: { tag, judge, args: '' }, argsAt: end };
  }
  switch (name) {
    case 'LOGIN': {
      const refusal = refuseLogin(session.capabilityPolicy());
      return refusal === undefined
        ? sent({ tag, name, login: new LoginCapture(undefined) }, end)
        : refused(tag, refusal, end);
    }
    case 'AUTHENTICATE': {
      const mechanism = readMechanism(chunk, end);
      if (mechanism === undefined) return MORE;
      const refusal = refuseMechanism(mechanism.name, session.capabilityPolicy());
      return refusal === undefined
        ? sent({ tag, name, login: new LoginCapture(mechanism.name) }, mechanism.end)
        : refused(tag, refusal, end);
    }
    case 'ENABLE': {
      const lf = wholeLine(chunk, end, MAX_LOCAL_COMMAND);
      if (lf === 'more') return MORE;
      const args = lf === 'too-long' ? undefined : chunk.toString('latin1', end, contentEnd(chunk, end, lf));
      const refusal = refuseEnable(args);
      return refusal === undefined ? sent({ tag, name }, end) : refused(tag, refusal, end);
    }
    default:
      return sent({ tag, name }, end);
  }
}

/**
 * Cyrus takes these octets in a tag (`imparse_isatom`), and carries out a command that is none to others. It answers
 * `+ {9}` with `+ BAD`: taken for the grant of a literal, that would let commands pass unseen, a login among them. Behind
 * anything but a blank the word is no tag for anybody; but older Dovecot repeats it.
 */
const isDisputed = (word: string, next: number | undefined): boolean =>
  word.startsWith('+') || (next === SP && (word.includes('+') || word.includes('\x1f')));

const sent = (command: Command, argsAt: number): Opening => ({ kind: 'sent', command, argsAt });

function refused(tag: string, answer: Answer, argsAt: number): Opening {
  return {
    kind: 'local',
    command: { tag, judge: () => ({ do: 'answer', answer }), args: undefined },
    argsAt,
  };
}
