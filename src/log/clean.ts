/**
 * What is not text to a log reader: control characters (a forged log line, a terminal escape), format characters
 * (bidirectional overrides that make a line read differently), lone surrogates, line and paragraph separators,
 * private use, and U+FFFD, which stands for octets that were not UTF-8.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\uFFFD]/gu;

/** Most of what is logged: nothing of it is to be replaced, and a character is a code unit. */
const PRINTABLE = /^[\x20-\x7e]*$/;

/**
 * Text of a remote side as it may stand in a log: each unsafe character becomes `?`, and what is longer than `max`
 * characters ends in `…`, which counts among them. Octets are read as UTF-8. Cleaning twice changes nothing.
 */
export function clean(text: string | Uint8Array, max = 160): string {
  if (typeof text === 'string' && text.length <= max && PRINTABLE.test(text)) return text;
  // Cut before looking closely: no character is longer than 4 octets or 2 code units, and the peer chose the length.
  const bounded = text.slice(0, 4 * (max + 1));
  const characters = [...(typeof bounded === 'string' ? bounded : Buffer.from(bounded).toString())];
  const kept = characters.length > max ? [...characters.slice(0, max - 1), '…'] : characters;
  return kept.join('').replace(UNSAFE, '?');
}
