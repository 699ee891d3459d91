import type { Refusal } from '../outcome.js';
import type { Transmitted } from './message/transmission.js';
import type { Spool } from './spool.js';

/** A message read from upstream, in the form in which it is transmitted. The spool is the receiver's to dispose of. */
export interface ReadyMessage {
  readonly kind: 'ready';
  readonly spool: Spool;
  readonly facts: Transmitted & { readonly kind: 'complete' };
}

export type FetchedMessage =
  | ReadyMessage
  /** It cannot be sent. `code` where that is not the message's own fault. */
  | {
      readonly kind: 'refused';
      readonly refusal: Refusal;
      readonly code?: 'LIMIT' | 'SERVERBUG';
      /** What the operator should know. */
      readonly error?: Error;
    }
  /** The connection to upstream ended before all of it was there. */
  | { readonly kind: 'lost' };

const refused = (reply: string): FetchedMessage & { kind: 'refused' } => ({
  kind: 'refused',
  refusal: { command: 'DATA', parameter: '', reply },
});

export const GONE = refused('554 5.6.0 The message is no longer in the mailbox');
export const noStorage = (error: Error): FetchedMessage => ({
  ...refused('452 4.3.1 The proxy has no storage for the message'),
  code: 'SERVERBUG',
  error,
});

export const tooLarge = (size: number, limit: number): FetchedMessage => ({
  ...refused(`552 5.3.4 The message has ${size} octets, at most ${limit} are allowed`),
  code: 'LIMIT',
});

/** In upstream's words. Whatever came before them: a server that takes back its word has not given all of the message. */
export const notGiven = (text: string): FetchedMessage =>
  refused(`451 4.3.0 The mail server did not give the message (${text})`);
