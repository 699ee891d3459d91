import { asciiDomain, splitAddress } from './message/mailbox.js';
import { folded, ownerOf } from './sender-policy.js';

/** The addresses and `@domain`s that each login may send as, all in the form of `folded`. */
export type SenderMap = ReadonlyMap<string, readonly string[]>;

export type ParsedSenderMap =
  | { readonly ok: true; readonly map: SenderMap }
  /** `line` counts from 1. */
  | { readonly ok: false; readonly line: number; readonly expected: string };

/**
 * Reads a sender map: on each line a login, blanks, and the addresses (`sales@example.org`) and domains (`@example.org`)
 * that it may send as, with commas or blanks between them. `#` begins a comment. A login on several lines may send as all
 * that they name. A login without a domain is completed by `defaultDomain`.
 */
export function parseSenderMap(text: string, defaultDomain: string | undefined): ParsedSenderMap {
  const map = new Map<string, string[]>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const words = line.replace(/(^|\s)#.*/, '').trim();
    if (words === '') continue;
    const refused = (expected: string): ParsedSenderMap => ({ ok: false, line: index + 1, expected });
    const [login = '', ...grants] = words.replace(/^([^\s,]+):(?=\s)/, '$1').split(/[\s,]+/);
    if (login === '' || grants.length === 0) {
      return refused('a login and the addresses or @domains it may send as');
    }
    const wrong = grants.find((grant) => !isGrant(grant));
    if (wrong !== undefined) return refused(`an address or @domain instead of "${wrong}"`);
    const owner = ownerOf(login, defaultDomain);
    map.set(owner, [...(map.get(owner) ?? []), ...grants.map(folded)]);
  }
  return { ok: true, map };
}

function isGrant(text: string): boolean {
  const { local, domain } = splitAddress(text);
  return text.includes('@') && !local.includes('@') && asciiDomain(domain) !== undefined;
}
