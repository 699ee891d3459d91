import { CLOSE_BRACE, CR, isDigit, OPEN_BRACE, OPEN_PAREN, PLUS, SP, TILDE, ZERO } from './bytes.js';

/**
 * A literal announced at the end of a line: `{n}`, `{n+}`, `~{n}`, `~{n+}` (RFC 9051 §4.3, RFC 7888, RFC 3516).
 * `certain` is false where servers differ about it: no number, a number too large to count with, a place where no
 * argument can start, or a bare LF behind it. Dovecot calls `x{5}` an error, Cyrus reads it as an atom; behind `{5+}`
 * and a bare LF Dovecot reads a literal, Cyrus the next command.
 */
export interface LiteralMark {
  /** Octets; absent when no usable number was given. */
  readonly size: number | undefined;
  readonly synchronizing: boolean;
  readonly certain: boolean;
}

/** A 64-bit number has 20 digits. More of them are never read: the same line must mean the same in any split. */
const MAX_DIGITS = 20;

/** How far back from the end of a line `literalAt` looks, in octets. */
export const LITERAL_WINDOW = MAX_DIGITS + 8;

/**
 * Reads the announcement at the end of a line's content `bytes[start, end)`, with its line end behind `end`. At least
 * the last LITERAL_WINDOW octets of the line must be there, or all of it.
 *
 * Quotes need no attention in a legal line: a quoted string cannot hold CR or LF (RFC 9051 §4.3), so a line that ends
 * inside braces ends with a literal, and `{5}"` ends with a quote.
 */
export function literalAt(bytes: Buffer, start: number, end: number): LiteralMark | undefined {
  let at = end - 1;
  if (at < start || bytes[at] !== CLOSE_BRACE) return undefined;
  at--;
  const synchronizing = at < start || bytes[at] !== PLUS;
  if (!synchronizing) at--;
  const digitsEnd = at + 1;
  while (at >= start && digitsEnd - at <= MAX_DIGITS && isDigit(bytes[at] as number)) at--;
  if (at < start) return undefined;
  if (digitsEnd - at > MAX_DIGITS && isDigit(bytes[at] as number)) {
    return { size: undefined, synchronizing, certain: false };
  }
  if (bytes[at] !== OPEN_BRACE) return undefined;
  const size = numberIn(bytes, at + 1, digitsEnd);
  if (at > start && bytes[at - 1] === TILDE) at--;
  const before = at > start ? bytes[at - 1] : undefined;
  const opensArgument = before === SP || before === OPEN_PAREN;
  return { size, synchronizing, certain: size !== undefined && opensArgument && bytes[end] === CR };
}

/** Of the digits `bytes[start, end)`; undefined without any, or above what can be counted with. */
function numberIn(bytes: Buffer, start: number, end: number): number | undefined {
  let number = 0;
  for (let at = start; at < end; at++) number = number * 10 + ((bytes[at] as number) - ZERO);
  return end > start && Number.isSafeInteger(number) ? number : undefined;
}
