import { BACKSLASH, CLOSE_PAREN, contentEnd, DQUOTE, LF, OPEN_BRACE, OPEN_PAREN, SP } from './bytes.js';
import { literalAt } from './literal.js';

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
  const lf = bytes.indexOf(LF, start);
  if (lf < 0) return undefined;
  const mark = literalAt(bytes, start - 1, contentEnd(bytes, start, lf));
  if (mark?.size === undefined || lf + 1 + mark.size > bytes.length) return undefined;
  return { value: bytes.subarray(lf + 1, lf + 1 + mark.size), end: lf + 1 + mark.size };
}
