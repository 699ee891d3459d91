import type { Refusal } from '../outcome.js';
import type { CommandSession } from '../relay/handler.js';
import type { Listed } from './listing.js';
import { Spool, type SpoolOptions } from './spool.js';
import { Transmission, type Transmitted } from './transmission.js';

/** One message read from upstream, in the form in which it is transmitted. */
export type FetchedMessage =
  | {
      readonly kind: 'ready';
      readonly spool: Spool;
      readonly facts: Transmitted & { readonly kind: 'complete' };
    }
  /** It cannot be sent. `fault` when that is not the message's. */
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly fault?: 'spool' }
  /** The connection to upstream ended before all of it was there. */
  | { readonly kind: 'lost' };

const refused = (reply: string): FetchedMessage & { kind: 'refused' } => ({
  kind: 'refused',
  refusal: { command: 'DATA', parameter: '', reply },
});

const TOO_LARGE = refused('552 5.3.4 The message is larger than this proxy sends');
const GONE = refused('554 5.6.0 The message is no longer in the mailbox');
const NO_SPOOL: FetchedMessage = {
  ...refused('452 4.3.1 The proxy has no storage for the message'),
  fault: 'spool',
};

export interface FetchOptions {
  readonly spool: SpoolOptions;
  /** Octets, as stored. */
  readonly maxMessageSize: number;
}

/**
 * Reads a message from upstream at full speed, whatever the submission server does meanwhile: Dovecot hangs up on a client
 * that stalls for 300 s. The sequence number cannot move under us: EXPUNGE is forbidden during FETCH (RFC 9051 §7.5.1).
 */
export async function fetchMessage(
  session: CommandSession,
  message: Listed,
  options: FetchOptions,
  hear: { expunged(sequence: number): void; vanished(uids: string): void },
): Promise<FetchedMessage> {
  if (message.size > options.maxMessageSize) return TOO_LARGE;
  const spool = new Spool(options.spool);
  const transmission = new Transmission();
  const wanted = message.sequence;
  const seen = { body: false, uid: undefined as number | undefined, tooLarge: false };

  const take = (octets: Buffer): Promise<void> | undefined => {
    if (seen.tooLarge) return undefined;
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
        // Another message's body, or more octets than RFC822.SIZE said: read to its end, but not kept.
        seen.tooLarge = sequence !== wanted || seen.body || size > options.maxMessageSize;
        seen.body ||= sequence === wanted;
      },
      body: take,
      fetched: ({ sequence, uid, inlineBody }) => {
        if (sequence !== wanted || seen.uid !== undefined) return;
        seen.uid = uid;
        if (inlineBody !== undefined && !seen.body) {
          seen.body = true;
          take(inlineBody);
        }
      },
      ...hear,
    },
  );
  const facts = transmission.end((slice) => spool.write(slice));
  const stored = await spool.end();
  const fetched = judge();
  if (fetched.kind !== 'ready') await spool.dispose();
  return fetched;

  function judge(): FetchedMessage {
    if (result.kind === 'lost') return { kind: 'lost' };
    if (!seen.body || seen.uid !== message.uid) return GONE;
    if (seen.tooLarge) return TOO_LARGE;
    if (facts.kind === 'refused') return facts;
    return stored.ok ? { kind: 'ready', spool, facts } : NO_SPOOL;
  }
}
