import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { refuseUnless, type SenderPolicy } from './sender-policy.js';

/** The addresses and domains that each login may send as, all in lower case. */
export type SenderMap = ReadonlyMap<string, readonly string[]>;

export type ParsedSenderMap =
  | { readonly ok: true; readonly map: SenderMap }
  /** `line` counts from 1. */
  | { readonly ok: false; readonly line: number; readonly expected: string };

const LOGIN = /^[^\s,]+$/;
const GRANT = /^[^\s,@]*@[^\s,@]+$/;

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
    const [login = '', ...grants] = words.toLowerCase().split(/[\s,]+/);
    if (!LOGIN.test(login) || grants.length === 0) {
      return { ok: false, line: index + 1, expected: 'a login and the addresses or @domains it may send as' };
    }
    const wrong = grants.find((grant) => !GRANT.test(grant));
    if (wrong !== undefined) {
      return { ok: false, line: index + 1, expected: `an address or @domain instead of "${wrong}"` };
    }
    const owner = withDomain(login, defaultDomain);
    map.set(owner, [...(map.get(owner) ?? []), ...grants]);
  }
  return { ok: true, map };
}

/** What is not in the map may not send. */
export function senderMapPolicy(map: () => SenderMap, defaultDomain: string | undefined): SenderPolicy {
  return (login, senders) => {
    const grants = map().get(withDomain(login.toLowerCase(), defaultDomain)) ?? [];
    return refuseUnless(senders, (address) => {
      const wanted = address.toLowerCase();
      return grants.includes(wanted) || grants.includes(wanted.slice(wanted.lastIndexOf('@')));
    });
  };
}

const withDomain = (login: string, domain: string | undefined): string =>
  login.includes('@') || domain === undefined ? login : `${login}@${domain.toLowerCase()}`;

export interface WatchedSenderMap {
  readonly policy: SenderPolicy;
  close(): void;
}

/** Milliseconds between looks at the file: by its name, so that a replaced file or link is seen. */
const LOOK_MS = 2_000;

/**
 * The policy of a file, which is read again when it changes. What cannot be read then leaves the last good map in force.
 * Throws when it cannot be read now.
 */
export function watchSenderMap(
  file: string,
  defaultDomain: string | undefined,
  reread: (result: { readonly logins: number } | { readonly cause: string }) => void,
  lookMs = LOOK_MS,
): WatchedSenderMap {
  const read = (): SenderMap => {
    const parsed = parseSenderMap(readFileSync(file, 'utf8'), defaultDomain);
    if (!parsed.ok) throw new Error(`${file} line ${parsed.line}: expected ${parsed.expected}`);
    return parsed.map;
  };
  let map = read();
  const look = (): void => {
    try {
      map = read();
      reread({ logins: map.size });
    } catch (error) {
      reread({ cause: (error as Error).message });
    }
  };
  watchFile(file, { interval: lookMs, persistent: false }, look);
  return { policy: senderMapPolicy(() => map, defaultDomain), close: () => unwatchFile(file, look) };
}
