/**
 * Why a session cannot go on: the proxy and the server may disagree about where a command, a literal or a response ends,
 * and whoever guesses then can be made to take mail content for commands. So the session is closed, logged and counted.
 */
export type Violation =
  /** A literal is announced in a place, in a way or with a number that servers read differently. */
  | 'ambiguous-literal'
  /** A tag with `+`, which Cyrus takes: its answer to `+` alone reads as a continuation request. */
  | 'disputed-tag'
  /** A line in AUTHENTICATE is no base64: a server that gave up on the exchange reads it as a command. */
  | 'not-base64'
  /** The line that ends IDLE announces a literal: Cyrus swallows it, Dovecot reads it as commands. */
  | 'literal-after-idle'
  /** A `+` that no command of the client asked for. */
  | 'unexpected-continuation'
  /** A tagged response for a command that was never sent: upstream saw a command where we saw none. */
  | 'unknown-tag'
  /** A line that is no IMAP response announces a literal. */
  | 'unknown-response'
  /** A literal in a response is announced in a way no server may. */
  | 'ambiguous-response-literal'
  | 'capability-list-too-long'
  /** The answer to our own FETCH does not read as one. */
  | 'broken-fetch-answer';

/** What the client is told in `* BYE`. */
export const VIOLATION_TEXT: Readonly<Record<Violation, string>> = {
  'ambiguous-literal': 'cannot tell where this literal ends, closing',
  'disputed-tag': 'a tag cannot have +, closing',
  'not-base64': 'an answer in AUTHENTICATE must be base64, closing',
  'literal-after-idle': 'a literal cannot follow IDLE, closing',
  'unexpected-continuation': 'server sent an unexpected continuation request, closing',
  'unknown-tag': 'server answered a command that was not sent, closing',
  'unknown-response': 'server sent what is no IMAP response, closing',
  'ambiguous-response-literal': 'cannot tell where a literal of the server ends, closing',
  'capability-list-too-long': 'server sent a capability list that is too long, closing',
  'broken-fetch-answer': 'server sent an unreadable answer to FETCH, closing',
};
