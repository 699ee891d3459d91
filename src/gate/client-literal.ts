import type { LiteralMark } from '../imap/literal.js';
import type { TaggedStatus } from '../imap/response.js';
import type { Command } from './pipeline.js';

/** Where a client announced a literal. */
export interface LiteralPlace {
  /** Undefined for a line without a tag. */
  readonly command: Command | undefined;
  /** Of upstream to the command, if it came before its line was over. */
  readonly answer: TaggedStatus | undefined;
  /** The line left a quoted string open. */
  readonly quoteOpen: boolean;
  readonly authenticated: boolean;
}

export type LiteralVerdict =
  /** What follows is a new command. */
  | 'none'
  /** Upstream decides, with `+` or a tagged response. */
  | 'asked'
  /** It follows, for every server. */
  | 'follows'
  /** Servers differ. */
  | 'unsure';

/** Commands without an argument that could be a literal: behind some of them Dovecot reads commands, behind ENABLE Cyrus. */
const NO_LITERAL: ReadonlySet<string> = new Set([
  '',
  'CAPABILITY',
  'CHECK',
  'CLOSE',
  'ENABLE',
  'EXPUNGE',
  'LOGOUT',
  'NAMESPACE',
  'NOOP',
  'UNAUTHENTICATE',
  'UNSELECT',
]);

/** Cyrus counts octets with 32 bits, Dovecot with 64. */
const MAX_COUNTED_ALIKE = 0xffff_ffff;

/**
 * What comes of a literal that a client announces at the end of a line. A server that takes no literal there reads its
 * octets as commands, unseen: so a client could log in as one user and have a command of its own answer our idea of a
 * login as another.
 */
export function judgeLiteral(mark: LiteralMark, place: LiteralPlace): LiteralVerdict {
  const { command, answer } = place;
  // Their `+` asks for something else than a literal.
  if (command?.name === 'AUTHENTICATE' || command?.name === 'IDLE') return 'unsure';
  if (mark.synchronizing) return answer === undefined ? 'asked' : 'none';
  if (!mark.certain || (mark.size ?? Number.POSITIVE_INFINITY) > MAX_COUNTED_ALIKE) return 'unsure';
  if (command === undefined || place.quoteOpen || NO_LITERAL.has(command.name)) return 'unsure';
  // The announcement stands where the name belongs: no server looks for a literal there.
  if (command.name.includes('{')) return 'unsure';
  // An APPEND answered with NO is read to its end by both, literals included; after BAD, Dovecot reads commands.
  if (answer !== undefined && (command.name !== 'APPEND' || answer === 'BAD')) return 'unsure';
  if (!place.authenticated && !(command.login?.announcesString() ?? false)) return 'unsure';
  return 'follows';
}
