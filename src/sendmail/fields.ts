/** A field with an address list, one address to a line (RFC 5322 §2.2.3): a line has 998 octets at most. */
export const addressField = (name: string, addresses: readonly string[]): string =>
  `${name}: ${addresses.join(',\r\n ')}\r\n`;

/** `From` with a display name (RFC 5322 §3.4), which may have any character. */
export function fromField(address: string, fullName: string | undefined): string {
  const name = fullName?.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return `From: ${name ? `${phrase(name)} <${address}>` : address}\r\n`;
}

function phrase(name: string): string {
  if (/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]{1,200}$/.test(name) && !name.includes('=?')) return name;
  if (/^[\x20-\x7e]{1,200}$/.test(name) && !name.includes('=?')) return `"${name.replace(/["\\]/g, '\\$&')}"`;
  return encodedWords(name);
}

/** RFC 2047 §2: a word has 75 characters at most, and no character is split between two. */
function encodedWords(name: string): string {
  const words: string[] = [];
  let word = '';
  for (const character of name) {
    if (Buffer.byteLength(word + character) > 45) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word].map((each) => `=?UTF-8?B?${Buffer.from(each).toString('base64')}?=`).join('\r\n ');
}

/** RFC 5322 §3.3, in UTC: where its sender is, is nobody's business. */
export const dateOf = (now: Date): string => now.toUTCString().replace('GMT', '+0000');
