import type { Refusal } from '../outcome.js';

/** Response codes of the answers the proxy gives itself (RFC 5530, RFC 9051 §7.1). */
export type ResponseCode = 'UNAVAILABLE' | 'NOPERM' | 'LIMIT' | 'SERVERBUG' | 'PRIVACYREQUIRED';

/** The status response that ends a command of the client. */
export interface Answer {
  readonly status: 'OK' | 'NO' | 'BAD';
  readonly code?: ResponseCode;
  /** Free text; what a line cannot hold is taken out. */
  readonly text: string;
}

const respText = (code: ResponseCode | undefined, text: string): string =>
  `${code === undefined ? '' : `[${code}] `}${lineText(text)}`;

/** `text` (RFC 9051 §9) is one or more octets without NUL, CR and LF. A reply of 7-bit text suits every client. */
const lineText = (text: string): string => text.replace(/[^\x20-\x7e]+/g, ' ').trim() || '-';

export const taggedLine = (tag: string, answer: Answer): Buffer =>
  Buffer.from(`${tag} ${answer.status} ${respText(answer.code, answer.text)}\r\n`, 'latin1');

/** `* BYE` (RFC 9051 §7.1.5): the last line of a session. */
export const byeLine = (code: ResponseCode | undefined, text: string): Buffer =>
  Buffer.from(`* BYE ${respText(code, text)}\r\n`, 'latin1');

/** How many of how many messages are done. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

/** Keep-alive while SEND takes long (RFC 9585); without `progress` while that is not known. */
export const inProgressLine = (tag: string, progress: Progress | undefined, text: string): Buffer => {
  const state = progress === undefined ? 'NIL NIL' : `${progress.done} ${progress.total}`;
  return Buffer.from(`* OK [INPROGRESS (${quoted(tag)} ${state})] ${lineText(text)}\r\n`, 'latin1');
};

/** The untagged SEND response of the memo: `* 2 SEND (3002 NO ("RCPT TO" "john@example.org" "550 User not found"))`. */
export function sendLine(sequence: number, uid: number, refusal: Refusal | undefined): Buffer {
  const head = `* ${sequence} SEND (${uid} `;
  if (refusal === undefined) return Buffer.from(`${head}OK NIL)\r\n`, 'latin1');
  return Buffer.concat([
    Buffer.from(`${head}NO (`, 'latin1'),
    imapString(refusal.command),
    Buffer.from(' '),
    imapString(refusal.parameter),
    Buffer.from(' '),
    imapString(refusal.reply),
    Buffer.from('))\r\n'),
  ]);
}

/**
 * `string` (RFC 9051 §9): quoted, or a literal where a quoted string cannot hold it without UTF8=ACCEPT. Neither can hold
 * NUL, which a submission server may well reply: it becomes a space, so that it cannot end the session of a strict client.
 */
export function imapString(text: string): Buffer {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a quoted string cannot hold
  if (!/[\x00\r\n\x80-\uffff]/.test(text)) return Buffer.from(quoted(text), 'latin1');
  const octets = Buffer.from(text.replaceAll('\0', ' '), 'utf8');
  return Buffer.concat([Buffer.from(`{${octets.length}}\r\n`), octets]);
}

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
