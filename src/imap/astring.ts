import { BACKSLASH, CLOSE_PAREN, contentEnd, DQUOTE, LF, NUL, OPEN_BRACE, OPEN_PAREN, SP } from './bytes.js';

/**
 * Reads `count` arguments of the form `SP astring` (RFC 9051 §9) from the octets of a complete command behind its name,
 * literals and their announcements included. Undefined when that is not what is there.
 */
export function readAstrings(bytes: Buffer, count: number): Buffer[] | undefined {
  const values: Buffer[] = [];
  let at = 0;
  while (values.length < count) {
    if (bytes[at] !== SP) return undefined;
    while (bytes[at] === SP) at++;
    const read = readAstring(bytes, at);
    if (read === undefined) return undefined;
    values.push(read.value);
    at = read.end;
  }
  while (bytes[at] === SP) at++;
  const lf = bytes.indexOf(LF, at);
  return lf === bytes.length - 1 && contentEnd(bytes, at, lf) === at ? values : undefined;
}

/**
 * Whether a command's octets behind its name, which end with the announcement of a literal, are fewer than `count`
 * arguments and that announcement, in a form that every server reads alike. Behind an argument it cannot read, Dovecot
 * takes a literal's octets for commands.
 */
export function announcesAstring(bytes: Buffer, count: number): boolean {
  let at = 0;
  for (let read = 0; read < count && bytes[at] === SP; read++) {
    at++;
    if (bytes[at] === OPEN_BRACE) {
      if (bytes.indexOf(LF, at) === bytes.length - 1) return announcedSize(bytes, at) !== undefined;
      const literal = readLiteral(bytes, at);
      if (literal === undefined || literal.value.includes(NUL)) return false;
      at = literal.end;
    } else {
      PLAIN_ASTRING.lastIndex = at;
      if (!PLAIN_ASTRING.test(bytes.toString('latin1'))) return false;
      at = PLAIN_ASTRING.lastIndex;
    }
  }
  return false;
}

/** An atom or a quoted string as RFC 9051 §9 has them, 7-bit and without control characters. */
const PLAIN_ASTRING = /"(?:[\x20!#-[\]-~]|\\["\\])*"|[!#$&'+-[\]-z|}~]+/y;

function readAstring(bytes: Buffer, start: number): { value: Buffer; end: number } | undefined {
  if (bytes[start] === DQUOTE) return readQuoted(bytes, start);
  if (bytes[start] === OPEN_BRACE) return readLiteral(bytes, start);
  let end = start;
  while (end < bytes.length && isAstringOctet(bytes[end] as number)) end++;
  return end === start ? undefined : { value: bytes.subarray(start, end), end };
}

/** More than the grammar allows in an atom: servers are lenient, and we only repeat what they accepted. */
const isAstringOctet = (octet: number): boolean =>
  octet > SP && octet !== 0x7f && octet !== DQUOTE && octet !== OPEN_PAREN && octet !== CLOSE_PAREN;

function readQuoted(bytes: Buffer, start: number): { value: Buffer; end: number } | undefined {
  const value: number[] = [];
  for (let at = start + 1; at < bytes.length; at++) {
    let octet = bytes[at] as number;
    if (octet === DQUOTE) return { value: Buffer.from(value), end: at + 1 };
    if (octet === BACKSLASH) octet = bytes[++at] as number;
    value.push(octet);
  }
  return undefined;
}

function readLiteral(bytes: Buffer, start: number): { value: Buffer; end: number } | undefined {
  const size = announcedSize(bytes, start);
  const begin = bytes.indexOf(LF, start) + 1;
  if (size === undefined || begin + size > bytes.length) return undefined;
  return { value: bytes.subarray(begin, begin + size), end: begin + size };
}

/**
 * Of the literal whose announcement is all there is between `start` and the line end: `{x {5+}` announces none there. Nor
 * does `{5+}` before a bare LF, behind which Cyrus reads commands; whether `{5}` is one there, the server has said.
 */
function announcedSize(bytes: Buffer, start: number): number | undefined {
  const lf = bytes.indexOf(LF, start);
  if (lf < 0) return undefined;
  const text = bytes.toString('latin1', start, lf + 1);
  const size = Number(/^\{(\d+)(?:\+?\}\r|\})\n$/.exec(text)?.[1]);
  return Number.isSafeInteger(size) ? size : undefined;
}
