import type { ImapFlow } from 'imapflow';
import { digestOf, type OutgoingMessage } from './outgoing-message.js';

/** RFC 5550 §5.10 registers both keywords: about to be submitted, and submitted. */
export const PENDING = '$SubmitPending';
export const SUBMITTED = '$Submitted';

/** A message of the selected mailbox that has the very octets of one that is to be sent. */
export interface Copy {
  readonly uid: number;
  readonly state: CopyState;
  /** It was sent, and is still marked as to be sent: whoever marked it was interrupted. */
  readonly halfMarked: boolean;
}

/** `unmarked`: somebody else put it there, or nobody knows whether it was sent. */
export type CopyState = 'submitted' | 'pending' | 'unmarked';

export function copyOf(uid: number, flags: ReadonlySet<string> = new Set()): Copy {
  // Servers differ in the case of keywords that they give back.
  const has = (keyword: string): boolean =>
    [...flags].some((flag) => flag.toLowerCase() === keyword.toLowerCase());
  const pending = has(PENDING);
  if (has(SUBMITTED)) return { uid, state: 'submitted', halfMarked: pending };
  return { uid, state: pending ? 'pending' : 'unmarked', halfMarked: false };
}

/**
 * All copies of a message in the selected mailbox, by UID. Size and Message-ID find candidates, SHA-256 decides.
 * @param own UID under which it has just been appended: it need not be downloaded to be compared
 */
export async function findCopies(client: ImapFlow, message: OutgoingMessage, own?: number): Promise<Copy[]> {
  const size = message.octets.length;
  const candidates = await client.search(
    {
      larger: size - 1,
      smaller: size + 1,
      ...(message.messageId !== undefined && { header: { 'message-id': message.messageId } }),
    },
    { uid: true },
  );
  // Not to be taken for "no copy": that would append another one.
  if (!candidates) throw new MailboxError('the server refused to search the mailbox');
  const copies: Copy[] = [];
  for (const uid of candidates) {
    const found = await client.fetchOne(String(uid), { flags: true, source: uid !== own }, { uid: true });
    if (!found) continue;
    if (uid !== own && (found.source === undefined || digestOf(found.source) !== message.digest)) continue;
    copies.push(copyOf(uid, found.flags));
  }
  return copies;
}

/** What the copies of a message say about it: one that was sent counts, then the oldest that is to be sent. */
export const decisive = (copies: readonly Copy[]): Copy | undefined =>
  copies.find(({ state }) => state === 'submitted') ??
  copies.find(({ state }) => state === 'pending') ??
  copies[0];

/** The mailbox cannot be used for sending: it is not there, keeps no keywords, or was replaced. */
export class MailboxError extends Error {
  override readonly name = 'MailboxError';
}
