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
  /** No tag that a server is bound to repeat: it may answer `* BAD`, or with these octets as the tag. */
  | { readonly kind: 'untagged'; readonly tag: string };

/**
 * Reads tag and command name (RFC 9051 §9, `command`). One space between them, as Dovecot wants it. The name ends where
 * Cyrus ends a word, at any white space or parenthesis, so that no spelling of a command that changes the framing
 * (AUTHENTICATE, IDLE) is missed.
 */
export function readCommandHead(bytes: Buffer, offset: number): CommandHead {
  const limit = Math.min(bytes.length, offset + MAX_COMMAND_HEAD);
  const cut: CommandHead =
    limit - offset < MAX_COMMAND_HEAD ? { kind: 'more' } : { kind: 'untagged', tag: '' };

  const tagEnd = wordEnd(bytes, offset, limit);
  if (tagEnd === limit) return cut;
  const tag = bytes.toString('latin1', offset, tagEnd);
  if (bytes[tagEnd] === CR && tagEnd + 1 === limit) return cut;
  const lineEnds = bytes[tagEnd] === LF || (bytes[tagEnd] === CR && bytes[tagEnd + 1] === LF);
  if (!isTag(tag) || !(lineEnds || bytes[tagEnd] === SP)) return { kind: 'untagged', tag };
  if (lineEnds) return { kind: 'command', tag, name: '', end: tagEnd };

  const nameStart = tagEnd + 1;
  let nameEnd = wordEnd(bytes, nameStart, limit);
  if (nameEnd < limit && bytes[nameEnd] === SP && isUid(bytes, nameStart, nameEnd)) {
    nameEnd = wordEnd(bytes, nameEnd + 1, limit);
  }
  if (nameEnd === limit) return cut;
  return {
    kind: 'command',
    tag,
    name: bytes.toString('latin1', nameStart, nameEnd).toUpperCase(),
    end: nameEnd,
  };
}

/** `tag = 1*<any ASTRING-CHAR except "+">` (RFC 9051 §9). */
export const isTag = (text: string): boolean => /^[!#$&',\-./0-9:;<=>?@A-Z[\]^_`a-z|}~]+$/.test(text);

const isUid = (bytes: Buffer, start: number, end: number): boolean =>
  end - start === 3 && bytes.toString('latin1', start, end).toUpperCase() === 'UID';

function wordEnd(bytes: Buffer, start: number, limit: number): number {
  let at = start;
  while (at < limit) {
    const octet = bytes[at];
    if (octet === SP || octet === CR || octet === LF || octet === TAB || octet === OPEN_PAREN) break;
    at++;
  }
  return at;
}
