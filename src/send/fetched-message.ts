import type { Refusal } from '../outcome.js';
import type { CommandSession, FetchResult } from '../relay/handler.js';
import type { Listed } from './listing.js';
import { Transmission, type Transmitted } from './message/transmission.js';
import { Spool, type SpoolOptions } from './spool.js';

/** A message read from upstream, in the form in which it is transmitted. The spool is the receiver's to dispose of. */
export interface ReadyMessage {
  readonly kind: 'ready';
  readonly spool: Spool;
  readonly facts: Transmitted & { readonly kind: 'complete' };
}

export type FetchedMessage =
  | ReadyMessage
  /** It cannot be sent. `code` where that is not the message's own fault. */
  | {
      readonly kind: 'refused';
      readonly refusal: Refusal;
      readonly code?: 'LIMIT' | 'SERVERBUG';
      /** What the operator should know. */
      readonly error?: Error;
    }
  /** The connection to upstream ended before all of it was there. */
  | { readonly kind: 'lost' };

const refused = (reply: string): FetchedMessage & { kind: 'refused' } => ({
  kind: 'refused',
  refusal: { command: 'DATA', parameter: '', reply },
});

const GONE = refused('554 5.6.0 The message is no longer in the mailbox');
const noStorage = (error: Error): FetchedMessage => ({
  ...refused('452 4.3.1 The proxy has no storage for the message'),
  code: 'SERVERBUG',
  error,
});

const tooLarge = (size: number, limit: number): FetchedMessage => ({
  ...refused(`552 5.3.4 The message has ${size} octets, at most ${limit} are allowed`),
  code: 'LIMIT',
});

export interface FetchOptions {
  readonly spool: SpoolOptions;
  /** Octets, as stored. */
  readonly maxMessageSize: number;
}

/** What may be said about other messages meanwhile. */
export interface ExpungeListener {
  expunged(sequence: number): void;
  vanished(uids: string): void;
}

/**
 * Reads a message from upstream at full speed, whatever the submission server does meanwhile: Dovecot hangs up on a client
 * that stalls for 300 s. The sequence number cannot move under us: EXPUNGE is forbidden during FETCH (RFC 9051 §7.5.1).
 */
export async function fetchMessage(
  session: CommandSession,
  message: Listed,
  options: FetchOptions,
  hear: ExpungeListener,
): Promise<FetchedMessage> {
  if (message.size > options.maxMessageSize) return tooLarge(message.size, options.maxMessageSize);
  const spool = new Spool(options.spool);
  let fetched: FetchedMessage | undefined;
  try {
    fetched = await fetchInto(spool, session, message, options.maxMessageSize, hear);
    return fetched;
  } finally {
    if (fetched?.kind !== 'ready') await spool.dispose();
  }
}

async function fetchInto(
  spool: Spool,
  session: CommandSession,
  message: Listed,
  limit: number,
  hear: ExpungeListener,
): Promise<FetchedMessage> {
  const transmission = new Transmission();
  const wanted = message.sequence;
  /** The first body of that number, and the UID that came with it. `size` is what the server announced. */
  const body = { size: undefined as number | undefined, uid: undefined as number | undefined, ended: false };
  let kept = false;

  const begin = (size: number): void => {
    kept = body.size === undefined && size <= limit;
    body.size ??= size;
  };
  const take = (octets: Buffer): Promise<void> | undefined => {
    // A second body, or one beyond the limit: read to its end, but not kept.
    if (!kept) return undefined;
    let room = true;
    transmission.push(octets, (slice) => {
      room = spool.write(slice) && room;
    });
    return room ? undefined : spool.drain();
  };
  const result = await session.fetch(
    { uid: false, set: String(wanted), kind: 'BODY[]' },
    {
      bodyStart: (sequence, size) => {
        kept = false;
        if (sequence === wanted) begin(size);
      },
      body: take,
      fetched: ({ sequence, uid, inlineBody }) => {
        if (sequence !== wanted || body.ended) return;
        body.ended = true;
        body.uid = uid;
        if (inlineBody === undefined) return;
        begin(inlineBody.length);
        take(inlineBody);
      },
      ...hear,
    },
  );
  const facts = transmission.end((slice) => spool.write(slice));
  const stored = await spool.end();
  if (result.kind === 'lost') return { kind: 'lost' };
  // Dovecot says OK, with NIL or nothing for the body.
  if (isExpunged(result)) return GONE;
  if (result.status !== 'OK') return notGiven(result);
  if (body.size === undefined || body.uid !== message.uid) return GONE;
  if (body.size > limit) return tooLarge(body.size, limit);
  if (facts.kind === 'refused') return facts;
  return stored.ok ? { kind: 'ready', spool, facts } : noStorage(stored.error);
}

/** RFC 5530 §3: another session expunged it. */
const isExpunged = ({ text }: FetchResult & { kind: 'done' }): boolean => /^\[EXPUNGEISSUED\]/i.test(text);

/** Whatever came before it: a server that takes back its word has not given all of the message. */
function notGiven({ text }: FetchResult & { kind: 'done' }): FetchedMessage {
  return refused(`451 4.3.0 The mail server did not give the message (${text})`);
}
