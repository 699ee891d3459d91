import { createHash } from 'node:crypto';
import type { Ledger, RecordedOutcome } from '../ledger/ledger.js';
import type { Outcome, Refusal } from '../outcome.js';
import type { CommandSession } from '../relay/handler.js';
import { envelopeOf } from './envelope.js';
import type { FetchedMessage } from './fetched-message.js';
import type { Envelope } from './message.js';
import { type MessageResult, notAttempted, refusal, resultOf } from './result.js';
import type { SenderPolicy } from './sender-policy.js';
import type { SubmissionIdentity, Submitter } from './submitter.js';

export interface SubmitOptions {
  readonly submitter: Submitter;
  readonly ledger: Ledger;
  readonly senderPolicy: SenderPolicy;
  readonly maxRecipients: number;
}

/** What became of one message, for the client and for the log. */
export interface Sent {
  readonly result: MessageResult;
  readonly outcome?: Outcome;
  readonly envelope?: Envelope;
  readonly messageId?: string | undefined;
  /** The ledger's entry that waits until the client has seen the answer. */
  readonly key?: string;
  /** It was submitted by an earlier SEND, whose outcome this is. */
  readonly repeated?: boolean;
}

/** Submits a message unless it was submitted before and that answer has not been seen. */
export async function submitOnce(
  options: SubmitOptions,
  session: CommandSession,
  identity: SubmissionIdentity,
  { facts, spool }: FetchedMessage & { kind: 'ready' },
): Promise<Sent> {
  const read = envelopeOf(facts.header);
  if (!read.ok) return { result: refusal(read.refusal) };
  const { envelope, messageId } = read;
  const login = session.login?.user ?? '';
  const forbidden = options.senderPolicy(login, {
    envelopeFrom: envelope.from,
    headerFrom: read.headerFrom,
    ...(read.headerSender === undefined ? {} : { headerSender: read.headerSender }),
  });
  if (forbidden !== undefined) return { result: refusal(forbidden, 'NOPERM'), envelope, messageId };
  if (envelope.to.length > options.maxRecipients) {
    return { result: refusal(tooMany(envelope, options.maxRecipients), 'LIMIT'), envelope, messageId };
  }

  const { ledger, submitter } = options;
  const key = keyOf(login, facts);
  const claim = await ledger.claim(key, session.id, session.signal).catch((error: unknown) => {
    if (session.signal.aborted) return undefined;
    throw error;
  });
  if (claim === undefined) return { result: notAttempted('the session is ending'), envelope, messageId };
  if (claim.kind === 'recorded') {
    const { outcome } = claim;
    return { result: resultOf(outcome), outcome, envelope, messageId, key, repeated: true };
  }
  const { size, eightBit, utf8Header } = facts;
  const message = { envelope, size, eightBit, utf8Header, open: () => spool.open() };
  const outcome = await submitter.submit(identity, message, () => ledger.handover(key, session.id));
  if (!isRecorded(outcome)) {
    await ledger.release(key, session.id);
    return { result: resultOf(outcome), outcome, envelope, messageId };
  }
  await ledger.settle(key, session.id, outcome);
  return { result: resultOf(outcome), outcome, envelope, messageId, key };
}

const isRecorded = (outcome: Outcome): outcome is RecordedOutcome =>
  outcome.kind !== 'lost' && outcome.kind !== 'unavailable';

/** Same login, same bytes. Hashed as a whole: no name or address is stored with the record. */
const keyOf = (login: string, { digest, storedSize }: { digest: string; storedSize: number }): string =>
  createHash('sha256').update(`${login}\0${digest}\0${storedSize}`).digest('hex');

const tooMany = (envelope: Envelope, limit: number): Refusal => ({
  command: 'RCPT TO',
  parameter: envelope.to[limit] ?? '',
  reply: `452 4.5.3 ${envelope.to.length} recipients, at most ${limit} are allowed`,
});
