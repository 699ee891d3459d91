import { mailboxOf } from './mailbox.js';
import { type Token, tokensOf } from './tokens.js';

/** What an address field names. */
export type AddressList =
  /** All mailboxes in order, those of groups too, as SMTP writes them. */
  | { readonly kind: 'mailboxes'; readonly mailboxes: readonly string[] }
  /** `text` is the list element that is no address. */
  | { readonly kind: 'unreadable'; readonly text: string };

/** Characters of an unreadable element that are reported: it may be the rest of a huge field. */
const MAX_REPORTED = 256;

/**
 * Reads the unfolded body of an address field: RFC 5322 §3.4 with its obsolete forms (§4.4), groups in every field
 * (RFC 6854), UTF-8 (RFC 6532). Names, comments and source routes are never looked into for addresses, and encoded
 * words never decoded.
 *
 * Strict on purpose. Lenient readers, mailparser among them, make `b@example.org` of `a b@example.org` and of
 * `"a"."b"@example.org`: a guess that would send the mail to a stranger.
 */
export function parseAddressList(text: string): AddressList {
  const mailboxes: string[] = [];
  const cursor = cursorOf(text);
  let groupStart: number | undefined;
  for (;;) {
    // Elements may be empty (RFC 5322 §4.4).
    while (cursor.is(',')) cursor.advance();
    const inGroup = groupStart !== undefined;
    if (cursor.is('end') && !inGroup) return { kind: 'mailboxes', mailboxes };
    const start = cursor.is('end') && groupStart !== undefined ? groupStart : cursor.token().start;
    if (inGroup && cursor.is(';')) {
      cursor.advance();
      groupStart = undefined;
    } else {
      const element = readElement(cursor);
      if (element === GROUP && !inGroup) {
        groupStart = start;
        continue;
      }
      if (element === undefined || element === GROUP) return unreadable(text, start, cursor, inGroup);
      mailboxes.push(element);
    }
    if (!endsElement(cursor, groupStart !== undefined)) return unreadable(text, start, cursor, inGroup);
  }
}

interface Cursor {
  token(): Token;
  advance(): void;
  is(kind: Token['kind']): boolean;
}

function cursorOf(text: string): Cursor {
  const next = tokensOf(text);
  let current = next();
  return {
    token: () => current,
    advance: () => {
      current = next();
    },
    is: (kind) => current.kind === kind,
  };
}

const GROUP = Symbol('the name and colon that begin a group');

/** mailbox = name-addr / addr-spec, or the beginning of a group. */
function readElement(cursor: Cursor): string | typeof GROUP | undefined {
  const words = readWords(cursor);
  // obs-phrase (§4.1): dots anywhere but in front.
  const isPhrase = words.length > 0 && words[0]?.kind !== '.';
  if (cursor.is('@')) return readDomainOf(localPartOf(words), cursor);
  if (cursor.is(':') && isPhrase) {
    cursor.advance();
    return GROUP;
  }
  if (!cursor.is('<') || (words.length > 0 && !isPhrase)) return undefined;
  cursor.advance();
  if (!skipRoute(cursor)) return undefined;
  const mailbox = readDomainOf(localPartOf(readWords(cursor)), cursor);
  if (!cursor.is('>')) return undefined;
  cursor.advance();
  return mailbox;
}

/** Words and dots: a phrase or a local part, which only what follows tells. */
function readWords(cursor: Cursor): Token[] {
  const words: Token[] = [];
  while (cursor.is('atom') || cursor.is('quoted') || cursor.is('.')) {
    words.push(cursor.token());
    cursor.advance();
  }
  return words;
}

/** obs-local-part = word *("." word), of which dot-atom and quoted-string are cases; its content. */
function localPartOf(words: readonly Token[]): string | undefined {
  const alternates = words.every(({ kind }, index) => (kind === '.') === (index % 2 === 1));
  return alternates && words.length % 2 === 1 ? words.map(({ text }) => text).join('') : undefined;
}

function readDomainOf(local: string | undefined, cursor: Cursor): string | undefined {
  if (local === undefined || !cursor.is('@')) return undefined;
  cursor.advance();
  const domain = readDomain(cursor);
  return domain === undefined ? undefined : mailboxOf(local, domain);
}

/** domain-literal, or obs-domain = atom *("." atom), of which dot-atom is a case. */
function readDomain(cursor: Cursor): string | undefined {
  let domain = cursor.token().text;
  if (cursor.is('literal')) {
    cursor.advance();
    return domain;
  }
  while (cursor.is('atom')) {
    cursor.advance();
    if (!cursor.is('.')) return domain;
    cursor.advance();
    domain += `.${cursor.token().text}`;
  }
  return undefined;
}

/** obs-route (§4.4): to be ignored (RFC 5321 appendix C). False if one begins and is none. */
function skipRoute(cursor: Cursor): boolean {
  if (!cursor.is('@') && !cursor.is(',')) return true;
  while (cursor.is(',')) cursor.advance();
  while (cursor.is('@')) {
    cursor.advance();
    if (readDomain(cursor) === undefined) return false;
    while (cursor.is(',')) cursor.advance();
  }
  const complete = cursor.is(':');
  cursor.advance();
  return complete;
}

function endsElement(cursor: Cursor, inGroup: boolean): boolean {
  return cursor.is(',') || cursor.is('end') || (inGroup && cursor.is(';'));
}

function unreadable(text: string, start: number, cursor: Cursor, inGroup: boolean): AddressList {
  while (!endsElement(cursor, inGroup)) cursor.advance();
  const element = text.slice(start, cursor.token().start).trim();
  return { kind: 'unreadable', text: element.slice(0, MAX_REPORTED) };
}
