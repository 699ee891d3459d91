import { ASTERISK, CLOSE_BRACKET, CR, LF, matchPrefix, PLUS, SP } from './bytes.js';
import { MAX_RESPONSE_TAG } from './limits.js';

export type TaggedStatus = 'OK' | 'NO' | 'BAD';
export type StatusName = TaggedStatus | 'BYE' | 'PREAUTH';

/** The start of a server line, as far as the gate needs it (RFC 9051 §9, `response`). */
export type ResponseHead =
  /** Not decided yet: ask again with more octets behind. */
  | { readonly kind: 'more' }
  | { readonly kind: 'continuation' }
  /** A status response. Its text is free: what looks like a literal at its end is none. */
  | UntaggedStatus
  | TaggedStatusHead
  /** `* CAPABILITY …` */
  | { readonly kind: 'capability' }
  /** Any other untagged line. */
  | { readonly kind: 'data' }
  /** No response that IMAP knows. */
  | { readonly kind: 'unknown' };

export interface UntaggedStatus {
  readonly kind: 'status';
  readonly tag: undefined;
  readonly status: StatusName;
  /** A `[CAPABILITY …]` code follows. */
  readonly capability: boolean;
}

export interface TaggedStatusHead {
  readonly kind: 'status';
  readonly tag: string;
  readonly status: TaggedStatus;
  readonly capability: boolean;
}

const UNTAGGED_STATUS: readonly StatusName[] = ['OK', 'NO', 'BAD', 'BYE', 'PREAUTH'];
const TAGGED_STATUS: readonly TaggedStatus[] = ['OK', 'NO', 'BAD'];
const MORE: ResponseHead = { kind: 'more' };
const DATA: ResponseHead = { kind: 'data' };
const UNKNOWN: ResponseHead = { kind: 'unknown' };

export function readResponseHead(bytes: Buffer, offset: number): ResponseHead {
  const first = bytes[offset];
  if (first === PLUS) return { kind: 'continuation' };
  if (first !== ASTERISK) return readTagged(bytes, offset);
  if (offset + 1 === bytes.length) return MORE;
  if (bytes[offset + 1] !== SP) return UNKNOWN;
  const capability = matchWord(bytes, offset + 2, 'CAPABILITY');
  if (capability === 'match') return { kind: 'capability' };
  if (capability === 'partial') return MORE;
  const read = readStatus(bytes, offset + 2, UNTAGGED_STATUS);
  if (read === 'more') return MORE;
  return read === undefined ? DATA : { kind: 'status', tag: undefined, ...read };
}

function readTagged(bytes: Buffer, offset: number): ResponseHead {
  const limit = Math.min(bytes.length, offset + MAX_RESPONSE_TAG);
  let at = offset;
  while (at < limit && bytes[at] !== SP && bytes[at] !== LF) at++;
  if (at === limit) return limit - offset < MAX_RESPONSE_TAG ? MORE : UNKNOWN;
  if (bytes[at] === LF) return UNKNOWN;
  const read = readStatus(bytes, at + 1, TAGGED_STATUS);
  if (read === 'more') return MORE;
  if (read === undefined) return UNKNOWN;
  return { kind: 'status', tag: bytes.toString('latin1', offset, at), ...read };
}

function readStatus<Name extends StatusName>(
  bytes: Buffer,
  at: number,
  names: readonly Name[],
): { status: Name; capability: boolean } | 'more' | undefined {
  for (const status of names) {
    const found = matchWord(bytes, at, status);
    if (found === 'partial') return 'more';
    if (found === 'none') continue;
    const code = matchWord(bytes, at + status.length, ' [CAPABILITY', CLOSE_BRACKET);
    return code === 'partial' ? 'more' : { status, capability: code === 'match' };
  }
  return undefined;
}

/** Like `matchPrefix`, and the word must end there: at white space, or at `end`. */
function matchWord(bytes: Buffer, at: number, word: string, end = SP): 'match' | 'partial' | 'none' {
  const found = matchPrefix(bytes, at, bytes.length, word);
  if (found !== 'match') return found;
  const next = bytes[at + word.length];
  if (next === undefined) return 'partial';
  return next === SP || next === CR || next === LF || next === end ? 'match' : 'none';
}

/** Untagged data that tells of messages: `* 5 FETCH`, `* 5 EXPUNGE`, `* VANISHED 3:5` (RFC 7162 §3.2.10). */
export type MessageData =
  | { readonly kind: 'more' }
  /** `items` is where the list of data items opens. */
  | { readonly kind: 'fetch'; readonly sequence: number; readonly items: number }
  | { readonly kind: 'expunge'; readonly sequence: number }
  | { readonly kind: 'vanished'; readonly uids: string }
  | { readonly kind: 'other' };

const FETCH = /^\* ([1-9]\d{0,9}) FETCH \(/i;
const EXPUNGE = /^\* ([1-9]\d{0,9}) EXPUNGE\r?\n/i;
const VANISHED = /^\* VANISHED ([\d:,]+)\r?\n/i;
/** A line that may still become one of them. */
const PARTIAL = /^\* (\d*|\d+ [A-Z]*|\d+ (FETCH |EXPUNGE\r)|[A-Z]*|VANISHED [\d:,]*\r?)$/i;

/** Reads `bytes` from `offset`, where a line begins with `*`. Lines longer than `limit` octets are `other`. */
export function readMessageData(bytes: Buffer, offset: number, limit: number): MessageData {
  const end = Math.min(bytes.length, offset + limit);
  const lf = bytes.subarray(offset, end).indexOf(LF);
  const line = bytes.toString('latin1', offset, lf < 0 ? end : offset + lf + 1);
  const fetch = FETCH.exec(line);
  if (fetch !== null) return { kind: 'fetch', sequence: Number(fetch[1]), items: offset + fetch[0].length };
  const expunge = EXPUNGE.exec(line);
  if (expunge !== null) return { kind: 'expunge', sequence: Number(expunge[1]) };
  const vanished = VANISHED.exec(line);
  if (vanished !== null) return { kind: 'vanished', uids: vanished[1] as string };
  return lf < 0 && end - offset < limit && PARTIAL.test(line) ? { kind: 'more' } : { kind: 'other' };
}
