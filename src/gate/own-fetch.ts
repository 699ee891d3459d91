import { type FetchItem, fetchLine, inlineString, readFetchItems } from '../imap/fetch.js';
import type { LiteralMark } from '../imap/literal.js';
import { coverageOf } from '../imap/sequence-set.js';

/** What a FETCH of our own asks for besides UID: sizes, or bodies. */
export type OwnFetchKind = 'RFC822.SIZE' | 'BODY[]';

/** A FETCH command of our own that is in flight. */
export interface OwnFetch {
  readonly tag: string;
  readonly kind: OwnFetchKind;
  /** The set, and whether it names UIDs. */
  readonly set: string;
  readonly uid: boolean;
}

/** A FETCH response that answers our command, when all of it was read. */
export interface FetchedMessage {
  readonly sequence: number;
  readonly uid: number | undefined;
  /** RFC822.SIZE, in octets. */
  readonly size: number | undefined;
  /** The body, when the server wrote it as a quoted string. */
  readonly inlineBody: Buffer | undefined;
}

/** What is ours: a client that uses NOTIFY (RFC 5465) is told of other messages meanwhile, with the same items. */
export interface Asked {
  readonly kind: OwnFetchKind;
  covers(sequence: number, uid: number | undefined): boolean;
}

export function askedBy({ kind, set, uid: byUid }: OwnFetch): Asked {
  const covered = coverageOf(set);
  return { kind, covers: (sequence, uid) => (byUid ? uid === undefined || covered(uid) : covered(sequence)) };
}

/** A FETCH response of ours that goes on behind a literal. */
export interface OpenFetch {
  readonly sequence: number;
  readonly items: readonly FetchItem[];
}

export type FetchLineResult =
  /** Nobody on our side asked for it. */
  | { readonly kind: 'theirs' }
  | { readonly kind: 'body'; readonly size: number; readonly open: OpenFetch }
  /** `rest` is what goes to the client instead: items that the server added on its own account. */
  | { readonly kind: 'complete'; readonly message: FetchedMessage; readonly rest: Buffer }
  | { readonly kind: 'broken' };

/**
 * Reads one complete line of a FETCH response while a command of ours is in flight. `open` is set when the line goes on
 * behind our body literal.
 */
export function readOwnFetchLine(
  { kind, covers }: Asked,
  line: Buffer,
  offset: number,
  mark: LiteralMark | undefined,
  open: OpenFetch | { readonly sequence: number },
): FetchLineResult {
  const read = readFetchItems(line, offset, mark !== undefined);
  const continues = 'items' in open;
  const items = continues ? [...open.items, ...read.items] : read.items;
  const asked = items.some(({ name }) => name === kind) && (continues || covers(open.sequence, uidOf(items)));
  if (!asked) return { kind: 'theirs' };
  switch (read.ends) {
    case 'broken':
      return { kind: 'broken' };
    case 'literal': {
      const isBody = !continues && read.items.at(-1)?.name === 'BODY[]' && kind === 'BODY[]';
      const size = mark?.certain && mark.synchronizing ? mark.size : undefined;
      if (!isBody || size === undefined) return { kind: 'broken' };
      return { kind: 'body', size, open: { sequence: open.sequence, items } };
    }
    case 'closed':
      return complete(open.sequence, items);
  }
}

function complete(sequence: number, items: readonly FetchItem[]): FetchLineResult {
  const value = (wanted: string) => items.find(({ name }) => name === wanted)?.value;
  const body = value('BODY[]');
  const message: FetchedMessage = {
    sequence,
    uid: uidOf(items),
    size: asNumber(value('RFC822.SIZE')),
    inlineBody: body === undefined ? undefined : inlineString(body),
  };
  const others = items.filter(({ name }) => name !== 'UID' && name !== 'RFC822.SIZE' && name !== 'BODY[]');
  if (others.length === 0) return { kind: 'complete', message, rest: Buffer.alloc(0) };
  // A client that enabled QRESYNC is promised the UID in every FETCH response (RFC 7162 §3.2.4).
  const uid = items.filter(({ name }) => name === 'UID' && others.some((item) => item.name === 'MODSEQ'));
  return { kind: 'complete', message, rest: fetchLine(sequence, [...uid, ...others]) };
}

const uidOf = (items: readonly FetchItem[]): number | undefined =>
  asNumber(items.find(({ name }) => name === 'UID')?.value);

const asNumber = (value: string | undefined): number | undefined =>
  value !== undefined && /^\d{1,16}$/.test(value) ? Number(value) : undefined;
