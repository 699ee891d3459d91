import type { Answer, ResponseCode } from '../imap/status.js';
import type { SendLimit } from '../log/events.js';
import type { Outcome, Refusal } from '../outcome.js';

/** What is reported for one message, and the response code it argues for when no message went out. */
export interface MessageResult {
  /** `unknown`: it may have gone out. */
  readonly wentOut: 'yes' | 'no' | 'unknown';
  readonly refusal: Refusal | undefined;
  readonly code: ResponseCode | undefined;
  /** With `LIMIT`: which one. */
  readonly limit?: SendLimit;
}

export const refusal = (refused: Refusal, code?: ResponseCode): MessageResult => ({
  wentOut: 'no',
  refusal: refused,
  code,
});

export const overLimit = (refused: Refusal, limit: SendLimit): MessageResult => ({
  ...refusal(refused, 'LIMIT'),
  limit,
});

export function resultOf(outcome: Outcome): MessageResult {
  switch (outcome.kind) {
    case 'accepted':
      return { wentOut: 'yes', refusal: undefined, code: undefined };
    case 'refused':
      return refusal(outcome.refusal);
    case 'unknown':
      return { wentOut: 'unknown', refusal: outcome.refusal, code: undefined };
    case 'lost':
      return refusal(outcome.refusal, 'UNAVAILABLE');
    case 'unavailable':
      return refusal(outcome.refusal, outcome.cause === 'login' ? 'NOPERM' : 'UNAVAILABLE');
  }
}

/** Whether messages after this one are still attempted: not on a connection that failed (contract §2). */
export const endsBatch = (outcome: Outcome): boolean =>
  outcome.kind === 'lost' || outcome.kind === 'unavailable' || outcome.kind === 'unknown';

/** A message that was not tried, because of what became of one before it or of the session. */
export const notAttempted = (why: string, code?: ResponseCode): MessageResult =>
  refusal({ command: 'MAIL FROM', parameter: '', reply: `421 4.3.2 Not attempted: ${why}` }, code);

/** The client is gone, or the proxy stops. */
export const SESSION_ENDING = notAttempted('the session is ending', 'UNAVAILABLE');

/** Which code speaks for a command of which no message went out, most telling first. */
const BY_WEIGHT: readonly ResponseCode[] = ['SERVERBUG', 'UNAVAILABLE', 'NOPERM', 'LIMIT'];

const TEXT: Partial<Record<ResponseCode, string>> = {
  SERVERBUG: 'the proxy could not carry it out, no message was sent',
  UNAVAILABLE: 'not possible now, no message was sent',
  NOPERM: 'you may not send this, no message was sent',
  LIMIT: 'a limit of this proxy, no message was sent',
};

/** The tagged answer to SEND (contract §2). `results` are in the order of their messages. */
export function answerFor(name: 'SEND' | 'UID SEND', results: readonly MessageResult[]): Answer {
  if (results.length === 0 || results.some(({ wentOut }) => wentOut === 'yes')) {
    return { status: 'OK', text: `${name} completed` };
  }
  if (results.some(({ wentOut }) => wentOut === 'unknown')) {
    return { status: 'NO', text: `${name} failed, a message may have been accepted: its outcome is unknown` };
  }
  const code = BY_WEIGHT.find((candidate) => results.some((result) => result.code === candidate));
  if (code === undefined) return { status: 'NO', text: `${name} failed, no message was accepted` };
  const words = results.find((result) => result.code === code)?.refusal?.reply ?? '';
  return { status: 'NO', code, text: `${name}: ${TEXT[code]} (${words})` };
}
