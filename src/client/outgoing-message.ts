import { createHash } from 'node:crypto';

/** A message as it is appended, and what recognises it in a mailbox. */
export interface OutgoingMessage {
  /** Lines end in CRLF, as RFC 9051 wants it: a server that converts them would make another message of it. */
  readonly octets: Buffer;
  /** Only one that every server can search for: 7-bit, without what a quoted string cannot hold. */
  readonly messageId?: string;
  /** SHA-256 of the octets. */
  readonly digest: string;
}

/** Why the octets cannot be sent, in words for whoever gave them. */
export interface NoMessage {
  readonly problem: string;
}

/**
 * Makes a message of what somebody wrote. Bare CR and bare LF become CRLF, and nothing else is changed. What the proxy
 * would refuse whatever happens is refused here, before it is in a mailbox.
 */
export function toOutgoing(given: Uint8Array): OutgoingMessage | NoMessage {
  const text = Buffer.from(given.buffer, given.byteOffset, given.byteLength).toString('latin1');
  if (/^\s*$/.test(text)) return { problem: 'empty' };
  if (text.includes('\0')) return { problem: 'contains NUL octets, which mail cannot have' };
  const crlf = /(?<!\r)\n|\r(?!\n)/.test(text) ? text.replace(/\r\n|\r|\n/g, '\r\n') : text;
  const header = headerOf(crlf);
  if (!/^(?:resent-)?(?:from|sender)[ \t]*:/im.test(header)) {
    return { problem: 'has no From field: not a message, or its header is broken' };
  }
  const octets = crlf === text && Buffer.isBuffer(given) ? given : Buffer.from(crlf, 'latin1');
  const [, messageId] = /^message-id[ \t]*:\s*(<[!#-[\]-~]{1,200}>)[ \t]*$/im.exec(header) ?? [];
  return { octets, digest: digestOf(octets), ...(messageId !== undefined && { messageId }) };
}

export const digestOf = (octets: Buffer): string => createHash('sha256').update(octets).digest('hex');

/** With each line end as `\n`, so that `$` finds it. */
function headerOf(crlf: string): string {
  const end = crlf.startsWith('\r\n') ? 0 : crlf.indexOf('\r\n\r\n');
  return (end < 0 ? crlf : crlf.slice(0, end)).replaceAll('\r\n', '\n');
}
