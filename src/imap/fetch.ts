import {
  BACKSLASH,
  CLOSE_BRACKET,
  CLOSE_PAREN,
  contentEnd,
  DQUOTE,
  OPEN_BRACKET,
  OPEN_PAREN,
  SP,
} from './bytes.js';

/** One data item of a FETCH response (RFC 9051 §7.5.2), name in upper case. */
export interface FetchItem {
  readonly name: string;
  /** As the server wrote it; absent when it cannot be read, or is the literal that this line announces. */
  readonly value: string | undefined;
}

export interface FetchItems {
  readonly items: readonly FetchItem[];
  /** `closed`: the list ends here. `literal`: the last item's value follows. `broken`: neither can be told. */
  readonly ends: 'closed' | 'literal' | 'broken';
}

/**
 * Reads the data items of one complete line of a FETCH response, from `offset`: behind the opening parenthesis, or at
 * the start of the line that goes on behind a literal. Literals inside a parenthesized value are `broken`: none of the
 * items we ask for has one.
 */
export function readFetchItems(line: Buffer, offset: number, announcesLiteral: boolean): FetchItems {
  const end = contentEnd(line, offset, line.length - 1);
  const items: FetchItem[] = [];
  let at = offset;
  for (;;) {
    while (at < end && line[at] === SP) at++;
    if (line[at] === CLOSE_PAREN && at === end - 1) return { items, ends: 'closed' };
    const nameEnd = skipName(line, at, end);
    if (nameEnd === at || line[nameEnd] !== SP) return { items, ends: 'broken' };
    const name = line.toString('latin1', at, nameEnd).toUpperCase();
    const valueEnd = skipValue(line, nameEnd + 1, end);
    const unread = valueEnd === undefined || valueEnd === nameEnd + 1;
    if (unread || (announcesLiteral && valueEnd === end)) {
      items.push({ name, value: undefined });
      return { items, ends: unread ? 'broken' : 'literal' };
    }
    items.push({ name, value: line.toString('latin1', nameEnd + 1, valueEnd) });
    at = valueEnd;
  }
}

/** A name may hold blanks in brackets: `BODY[HEADER.FIELDS (SUBJECT)]<0>`. */
function skipName(line: Buffer, start: number, end: number): number {
  let inBrackets = false;
  let at = start;
  for (; at < end; at++) {
    const octet = line[at];
    if (octet === OPEN_BRACKET) inBrackets = true;
    else if (octet === CLOSE_BRACKET) inBrackets = false;
    else if (!inBrackets && (octet === SP || octet === CLOSE_PAREN || octet === OPEN_PAREN)) break;
  }
  return at;
}

function skipValue(line: Buffer, start: number, end: number): number | undefined {
  if (line[start] === DQUOTE) return skipQuoted(line, start, end);
  if (line[start] !== OPEN_PAREN) {
    let at = start;
    while (at < end && line[at] !== SP && line[at] !== CLOSE_PAREN) at++;
    return at;
  }
  let depth = 0;
  for (let at = start; at < end; ) {
    const octet = line[at];
    if (octet === DQUOTE) {
      const next = skipQuoted(line, at, end);
      if (next === undefined) return undefined;
      at = next;
      continue;
    }
    if (octet === OPEN_PAREN) depth++;
    if (octet === CLOSE_PAREN) depth--;
    at++;
    if (depth === 0) return at;
  }
  return undefined;
}

function skipQuoted(line: Buffer, start: number, end: number): number | undefined {
  for (let at = start + 1; at < end; at++) {
    if (line[at] === BACKSLASH) at++;
    else if (line[at] === DQUOTE) return at + 1;
  }
  return undefined;
}

/** The content of an `nstring` written on the line: quoted; undefined for NIL, which is no string. */
export function inlineString(value: string): Buffer | undefined {
  if (value.toUpperCase() === 'NIL') return undefined;
  return Buffer.from(value.slice(1, -1).replace(/\\(.)/g, '$1'), 'latin1');
}

/** Items that nobody on our side asked for, as a FETCH response of their own for the client. */
export function fetchLine(sequence: number, items: readonly FetchItem[]): Buffer {
  const list = items.map(({ name, value }) => `${name} ${value}`).join(' ');
  return Buffer.from(`* ${sequence} FETCH (${list})\r\n`, 'latin1');
}
