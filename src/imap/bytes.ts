/** Octets that the IMAP grammar names (RFC 9051 §9). */
export const NUL = 0x00;
export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SP = 0x20;
export const DQUOTE = 0x22;
export const OPEN_PAREN = 0x28;
export const CLOSE_PAREN = 0x29;
export const ASTERISK = 0x2a;
export const PLUS = 0x2b;
export const ZERO = 0x30;
export const OPEN_BRACKET = 0x5b;
export const BACKSLASH = 0x5c;
export const CLOSE_BRACKET = 0x5d;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;
export const TILDE = 0x7e;

export const isDigit = (octet: number): boolean => octet >= ZERO && octet <= 0x39;

/** Octets that are looked at before the search is left to native code, a call of which costs as much as these. */
const NEAR = 100;

/** Like `bytes.indexOf(LF, start)`, with which alone framing a literal of 2 kB took 0.165 µs instead of 0.115. */
export function indexOfLf(bytes: Buffer, start: number): number {
  const near = Math.min(bytes.length, start + NEAR);
  for (let at = start; at < near; at++) if (bytes[at] === LF) return at;
  return near === bytes.length ? -1 : bytes.indexOf(LF, near);
}

/**
 * Compares the start of `bytes[offset, end)` with `upper` (ASCII, upper case), case-insensitively.
 * `partial` means that the bytes end before they differ: with more of them it may become a match.
 */
export function matchPrefix(
  bytes: Buffer,
  offset: number,
  end: number,
  upper: string,
): 'match' | 'partial' | 'none' {
  const length = Math.min(upper.length, end - offset);
  for (let i = 0; i < length; i++) {
    let octet = bytes[offset + i] as number;
    if (octet >= 0x61 && octet <= 0x7a) octet -= 0x20;
    if (octet !== upper.charCodeAt(i)) return 'none';
  }
  return length === upper.length ? 'match' : 'partial';
}

/** The index after the content of a line that ends with LF at `lf`: before the LF, or before its CRLF. */
export function contentEnd(bytes: Buffer, start: number, lf: number): number {
  return lf > start && bytes[lf - 1] === CR ? lf - 1 : lf;
}

/** Where a line ends that has to be looked at as a whole: the index of its LF, at most `max` octets behind `start`. */
export function wholeLine(bytes: Buffer, start: number, max: number): number | 'more' | 'too-long' {
  const lf = indexOfLf(bytes, start);
  if (lf >= 0 && lf - start <= max) return lf;
  return bytes.length - start > max ? 'too-long' : 'more';
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of UTF-8 octets; undefined for others, which as text would no longer be told apart. */
export function utf8Text(octets: Buffer): string | undefined {
  try {
    return decoder.decode(octets);
  } catch {
    return undefined;
  }
}
