import { createHash } from 'node:crypto';
import type { Ledger, RecordedOutcome } from '../ledger/ledger.js';
import type { Rates, Reservation } from '../ledger/rates.js';
import { faultLogger } from '../log/fault.js';
import type { Log } from '../log/logger.js';
import type { Outcome, Refusal } from '../outcome.js';
import type { CommandSession } from '../relay/handler.js';
import type { ReadyMessage } from './fetched-message.js';
import { envelopeOf } from './message/envelope.js';
import type { Envelope, Message } from './message.js';
import { type MessageResult, overLimit, refusal, resultOf, SESSION_ENDING } from './result.js';
import type { SenderPolicy } from './sender-policy.js';
import type { SubmissionIdentity, Submitter } from './submitter.js';

export interface SubmitOptions {
  readonly submitter: Submitter;
  readonly ledger: Ledger;
  readonly rates: Rates;
  readonly log: Log;
  readonly senderPolicy: SenderPolicy;
  readonly maxRecipients: number;
}

/** A message that the ledger has an outcome of. */
export interface Answered {
  readonly key: string;
  readonly kind: RecordedOutcome['kind'];
}

/** What became of one message, for the client and for the log. */
export interface Sent {
  readonly result: MessageResult;
  readonly outcome?: Outcome;
  readonly envelope?: Envelope;
  readonly messageId?: string | undefined;
  /** The ledger's entry that waits until the client has seen the answer. */
  readonly answered?: Answered;
  /** It was submitted by an earlier SEND, whose outcome this is. */
  readonly repeated?: boolean;
}

/** Submits a message unless it was submitted before and that answer has not been seen. */
export async function submitOnce(
  options: SubmitOptions,
  session: CommandSession,
  identity: SubmissionIdentity,
  { facts, spool }: ReadyMessage,
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
    const result = overLimit(tooMany(envelope, options.maxRecipients), 'max-recipients');
    return { result, envelope, messageId };
  }

  const { ledger } = options;
  const key = keyOf(login, facts);
  const claim = await ledger.claim(key, session.id, session.signal).catch((error: unknown) => {
    if (session.signal.aborted) return undefined;
    throw error;
  });
  if (claim === undefined) return { result: SESSION_ENDING, envelope, messageId };
  if (claim.kind === 'recorded') {
    const { outcome } = claim;
    return {
      result: resultOf(outcome),
      outcome,
      envelope,
      messageId,
      answered: { key, kind: outcome.kind },
      repeated: true,
    };
  }
  const { size, eightBit, utf8Header } = facts;
  const message = { envelope, size, eightBit, utf8Header, open: () => spool.open() };
  const submission = { identity, message, login, key };
  // At once, not when the message is done: a retry that comes meanwhile is to be taken for one.
  const left = (): void => {
    ledger.abandon(key, session.id).catch(faultLogger(options.log, session.id));
  };
  session.signal.addEventListener('abort', left);
  const sent = await submitWithinRates(options, session, submission).catch(async (error: unknown) => {
    await ledger.release(key, session.id).catch(faultLogger(options.log, session.id));
    throw error;
  });
  session.signal.removeEventListener('abort', left);
  return { ...sent, envelope, messageId };
}

interface Submission {
  readonly identity: SubmissionIdentity;
  readonly message: Message;
  readonly login: string;
  readonly key: string;
}

async function submitWithinRates(
  { ledger, submitter, rates, log }: SubmitOptions,
  session: CommandSession,
  { identity, message, login, key }: Submission,
): Promise<Sent> {
  const amounts = { messages: 1, recipients: message.envelope.to.length };
  const reserved = await rates.reserve(login, amounts);
  if (!reserved.ok) {
    await ledger.release(key, session.id);
    return { result: overLimit(overRate(message.envelope, reserved), `rate-${reserved.limit}`) };
  }
  const failed = faultLogger(log, session.id);
  let handedOver = false;
  const handover = async (): Promise<void> => {
    await ledger.handover(key, session.id);
    handedOver = true;
  };
  const outcome = await submitter
    .submit(identity, message, handover, session.signal)
    .catch(async (error: unknown) => {
      if (handedOver) {
        failed(error);
        return FAILED_AFTER_HANDOVER;
      }
      await rates.refund(login, amounts).catch(failed);
      throw error;
    });
  // What became of the message is known now: nothing that fails from here on may change what is reported.
  if (outcome.kind !== 'accepted' && outcome.kind !== 'unknown') {
    await rates.refund(login, amounts).catch(failed);
  }
  const result = resultOf(outcome);
  if (!isRecorded(outcome)) {
    await ledger.release(key, session.id).catch(failed);
    return { result, outcome };
  }
  await ledger.settle(key, session.id, outcome).catch(failed);
  return { result, outcome, answered: { key, kind: outcome.kind } };
}

/** The final dot may be out. */
const FAILED_AFTER_HANDOVER: Outcome = {
  kind: 'unknown',
  refusal: {
    command: 'DATA',
    parameter: '',
    reply:
      '451 4.3.0 The proxy failed after the message was complete: outcome unknown, it may have been accepted',
  },
};

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

const overRate = (
  envelope: Envelope,
  { limit, retryAfterSeconds }: Reservation & { ok: false },
): Refusal => ({
  command: 'MAIL FROM',
  parameter: envelope.from,
  reply: Number.isFinite(retryAfterSeconds)
    ? `451 4.7.1 Too many ${limit} for this login, try again in ${retryAfterSeconds} s`
    : `550 5.7.1 More ${limit} than this login may ever send at once`,
});
