import { setOf } from '../imap/sequence-set.js';
import type { CommandSession, FetchResult } from '../relay/handler.js';
import { SMALL } from './fetch-ahead.js';
import { type FetchedMessage, GONE, notGiven } from './fetched-message.js';
import { type FetchOptions, IncomingMessage } from './incoming-message.js';
import type { Listed } from './listing.js';

/** What may be said about other messages meanwhile. */
export interface ExpungeListener {
  expunged(sequence: number): void;
  vanished(uids: string): void;
}

const LOST: FetchedMessage = { kind: 'lost' };

/**
 * Reads messages from upstream with one command, at full speed, whatever the submission server does meanwhile: Dovecot
 * hangs up on a client that stalls for 300 s. Sequence numbers cannot move under us: EXPUNGE is forbidden during FETCH (RFC
 * 9051 §7.5.1).
 *
 * The results are in the order of `messages`. `apart`: upstream did not give all of them, and of several nobody can
 * tell which one it means; each has to be asked for by itself.
 */
export async function fetchMessages(
  session: CommandSession,
  messages: readonly Listed[],
  options: FetchOptions,
  hear: ExpungeListener,
): Promise<readonly FetchedMessage[] | 'apart'> {
  // Of several, none takes more memory than what upstream says of them lets us expect.
  const { spool } = options;
  const modest = {
    ...options,
    spool: { ...spool, memoryLimit: Math.min(SMALL, spool.memoryLimit ?? SMALL) },
  };
  const kept = messages.length > 1 ? modest : options;
  const incoming = messages.map((message) => new IncomingMessage(message, kept));
  const bySequence = new Map(incoming.map((each) => [each.sequence, each]));
  /** The one that the response which came last is about. */
  let current: IncomingMessage | undefined;
  const begun = (sequence: number): IncomingMessage | undefined => {
    current = bySequence.get(sequence);
    return current;
  };
  let fetched: readonly FetchedMessage[] | undefined;
  try {
    const result = await session.fetch(
      { uid: false, set: setOf([...bySequence.keys()]), kind: 'BODY[]' },
      {
        bodyStart: (sequence, size) => begun(sequence)?.begin(size),
        body: (octets) => current?.take(octets),
        fetched: ({ sequence, uid, inlineBody }) => begun(sequence)?.end(uid, inlineBody),
        ...hear,
      },
    );
    if (messages.length > 1 && isDoubtful(result)) return 'apart';
    fetched = await Promise.all(
      incoming.map((each): Promise<FetchedMessage> | FetchedMessage => {
        // Of the one that came last, upstream could have said yet that it is not all there.
        if (result.kind === 'lost') return each.ended && each !== current ? each.complete() : LOST;
        if (isExpunged(result)) return GONE;
        return result.status === 'OK' ? each.complete() : notGiven(result.text);
      }),
    );
    return fetched;
  } finally {
    const wanted = new Set(fetched?.map((each) => (each.kind === 'ready' ? each.spool : undefined)));
    for (const { spool } of incoming) if (!wanted.has(spool)) await spool.dispose();
  }
}

/** Not all of them were given, and upstream does not say which. */
const isDoubtful = (result: FetchResult): boolean =>
  result.kind === 'done' && (result.status !== 'OK' || isExpunged(result));

/** RFC 5530 §3: another session expunged it. */
const isExpunged = ({ text }: FetchResult & { kind: 'done' }): boolean => /^\[EXPUNGEISSUED\]/i.test(text);
