import { CR, LF, OPEN_PAREN, SP, TAB } from './bytes.js';
import { MAX_COMMAND_HEAD } from './limits.js';

/** The start of a client line, as far as the gate needs it. */
export type CommandHead =
  /** Not decided yet: ask again with more octets behind. */
  | { readonly kind: 'more' }
  | {
      readonly kind: 'command';
      readonly tag: string;
      /** Upper case; `UID X` for the UID form of X; empty when there is none. */
      readonly name: string;
      /** Where the name ends in the bytes. */
      readonly end: number;
    }
  /** No tag that each server repeats: one answers `* BAD`, another with this word as the tag. */
  | { readonly kind: 'untagged'; readonly word: string };

/**
 * Reads tag and command name (RFC 9051 §9, `command`). One space between them, as Dovecot wants it. The name ends where
 * Cyrus ends a word, at any white space or parenthesis, so that no spelling of a command that changes the framing
 * (AUTHENTICATE, IDLE) is missed. A tag alone is none to Cyrus, which answers it with `* BAD`.
 */
export function readCommandHead(bytes: Buffer, offset: number): CommandHead {
  const limit = Math.min(bytes.length, offset + MAX_COMMAND_HEAD);
  const cut = (word: string): CommandHead =>
    limit - offset < MAX_COMMAND_HEAD ? { kind: 'more' } : { kind: 'untagged', word };

  const tagEnd = wordEnd(bytes, offset, limit, endsTag);
  if (tagEnd === limit) return cut('');
  const tag = bytes.toString('latin1', offset, tagEnd);
  if (!isTag(tag) || bytes[tagEnd] !== SP) return { kind: 'untagged', word: tag };

  const nameStart = tagEnd + 1;
  let nameEnd = wordEnd(bytes, nameStart, limit, endsName);
  if (nameEnd < limit && bytes[nameEnd] === SP && isUid(bytes, nameStart, nameEnd)) {
    nameEnd = wordEnd(bytes, nameEnd + 1, limit, endsName);
  }
  if (nameEnd === limit) return cut(tag);
  const name = bytes.toString('latin1', nameStart, nameEnd).toUpperCase();
  return { kind: 'command', tag, name, end: nameEnd };
}

/** `tag = 1*<any ASTRING-CHAR except "+">` (RFC 9051 §9). */
export const isTag = (text: string): boolean => /^[!#$&',\-./0-9:;<=>?@A-Z[\]^_`a-z|}~]+$/.test(text);

const isUid = (bytes: Buffer, start: number, end: number): boolean =>
  end - start === 3 && bytes.toString('latin1', start, end).toUpperCase() === 'UID';

const endsTag = (octet: number): boolean => octet === SP || octet === CR || octet === LF;
const endsName = (octet: number): boolean => endsTag(octet) || octet === TAB || octet === OPEN_PAREN;

function wordEnd(bytes: Buffer, start: number, limit: number, ends: (octet: number) => boolean): number {
  let at = start;
  while (at < limit && !ends(bytes[at] as number)) at++;
  return at;
}

/** A mechanism name has at most 20 octets (RFC 4422 §3.1). */
const MAX_MECHANISM = 64;

/**
 * The mechanism of AUTHENTICATE, upper case, from the end of the command's name; undefined while its end is not there
 * yet. Anything but an atom (RFC 9051 §9, `auth-type`) is named as it stands, so that no spelling of a mechanism slips
 * past its refusal.
 */
export function readMechanism(bytes: Buffer, at: number): { name: string; end: number } | undefined {
  const window = bytes.toString('latin1', at, at + MAX_MECHANISM);
  const found = /^ *([^ \r\n]+(?=[ \r\n])|(?=[\r\n]))/.exec(window);
  if (found !== null) return { name: (found[1] as string).toUpperCase(), end: at + found[0].length };
  return window.length < MAX_MECHANISM ? undefined : { name: window, end: at };
}
