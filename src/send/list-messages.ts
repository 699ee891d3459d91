import type { TakenCommand } from '../gate/local-command.js';
import type { Answer } from '../imap/status.js';
import type { CommandSession } from '../relay/handler.js';
import { Listing } from './listing.js';

export type ListResult =
  | { readonly kind: 'listed'; readonly listing: Listing }
  /** The command ends here. */
  | { readonly kind: 'answer'; readonly answer: Answer };

/**
 * Asks upstream which messages the set stands for. Whether it stands for any, in this state and with these rights, is
 * upstream's verdict.
 */
export async function listMessages(
  command: TakenCommand,
  session: CommandSession,
  limit: number,
): Promise<ListResult> {
  const listing = new Listing(limit);
  let nameless = false;
  const result = await session.fetch(
    { uid: command.name === 'UID SEND', set: command.set, kind: 'RFC822.SIZE' },
    {
      fetched: ({ sequence, uid, size }) => {
        if (uid === undefined) nameless = true;
        else listing.add({ sequence, uid, size: size ?? 0 });
      },
      // During UID FETCH messages may go (RFC 9051 §7.5.1): those are no longer in the set.
      expunged: (sequence) => {
        const gone = listing.expunged(sequence);
        if (gone !== undefined) listing.drop(gone);
      },
      vanished: (uids) => {
        for (const gone of listing.vanished(uids)) listing.drop(gone);
      },
    },
  );
  if (result.kind === 'lost') {
    const text = 'the connection to the mail server was lost';
    return { kind: 'answer', answer: { status: 'NO', code: 'UNAVAILABLE', text } };
  }
  if (result.status !== 'OK') {
    return { kind: 'answer', answer: { status: result.status, text: wordedFor(command.name, result.text) } };
  }
  if (nameless) {
    // Left out, it would neither be sent nor reported.
    const text = `${command.name} failed, the mail server lists messages without their UIDs`;
    return { kind: 'answer', answer: { status: 'NO', text } };
  }
  if (listing.exceeded) {
    const text = `${command.name} of ${listing.count} messages, at most ${limit} can be sent at once`;
    return { kind: 'answer', answer: { status: 'NO', code: 'LIMIT', text } };
  }
  return { kind: 'listed', listing };
}

/** The client sent no FETCH. */
const wordedFor = (name: string, text: string): string => text.replace(/\b(UID )?FETCH\b/gi, name);
