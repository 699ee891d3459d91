import type { Outcome, Refusal } from '../../outcome.js';
import type { Envelope, Message } from '../message.js';
import { DATA, envelopeSteps, type Step } from './commands.js';
import { createDotStuffer } from './dot-stuffing.js';
import { preflight } from './preflight.js';
import { isClosing, isNegative, isPositive } from './reply.js';
import type { Answer, SessionEnd, SmtpSession } from './session.js';

/** One message to be handed over. */
export interface Transaction {
  readonly message: Message;
  /** The envelope with addresses as this server takes them. */
  readonly envelope: Envelope;
  /** See `Submitter.submit`. */
  readonly handover: () => Promise<void>;
}

export interface Transacted {
  readonly outcome: Outcome;
  /**
   * The server said nothing to MAIL FROM, or only that it closes the session: that may happen to a connection that was
   * idle, it is no verdict on the message, and the message may be tried on another connection.
   */
  readonly untried: boolean;
  /** The next transaction on this session has to begin with RSET. */
  readonly reset: boolean;
}

/**
 * Hands a message over (RFC 5321 §3.3), to all recipients or to none; says RSET first if `reset`.
 * Rejects when the content cannot be read: the session has to be dropped then.
 */
export async function transact(
  session: SmtpSession,
  transaction: Transaction,
  reset: boolean,
): Promise<Transacted> {
  const { envelope, message, handover } = transaction;
  const refusal = preflight(envelope, message, session.extensions);
  if (refusal) return { outcome: { kind: 'refused', refusal }, untried: false, reset };
  return (await negotiate(session, transaction, reset)) ?? (await transmit(session, message, handover));
}

/**
 * Everything up to the server's 354; the result if it does not come to that. DATA goes along with its one recipient (RFC
 * 2920), but not with several: once it is accepted for some of them, the only way back is to drop the connection.
 */
async function negotiate(
  session: SmtpSession,
  { envelope, message }: Transaction,
  reset: boolean,
): Promise<Transacted | undefined> {
  const steps = envelopeSteps(envelope, message, session.extensions);
  const [mail] = steps as [Step];
  const along = session.extensions.pipelining && envelope.to.length === 1;
  if (reset) steps.unshift({ ...mail, line: 'RSET' });
  if (along) steps.push(DATA);
  let failed: Transacted | undefined;
  let index = 0;
  for await (const answer of session.exchange(steps.map(({ line }) => line))) {
    const step = steps[index++]!;
    if (failed !== undefined) {
      // Go-ahead for a message to nobody: a final dot could deliver it all the same.
      if (step === DATA && !(answer.reply && isNegative(answer.reply))) session.drop('protocol');
      continue;
    }
    if (step === DATA ? isGoAhead(answer) : answer.kind === 'reply' && isPositive(answer.reply)) continue;
    const silent = answer.kind === 'ended' || isClosing(answer.reply);
    const untried = step.line === 'RSET' || (step === mail && silent);
    failed = { ...unsuccessful(session, step, answer), untried };
    if (!along || step === DATA) return failed;
  }
  if (along) return failed;
  const answer = await session.command(DATA.line);
  return isGoAhead(answer) ? undefined : unsuccessful(session, DATA, answer);
}

const isGoAhead = (answer: Answer): boolean => answer.kind === 'reply' && answer.reply.code === 354;

/** Content, handover, final dot. Only after the last of them can anybody have got the message. */
async function transmit(
  session: SmtpSession,
  message: Message,
  handover: () => Promise<void>,
): Promise<Transacted> {
  const short = message.size <= SHORT ? await shortContent(message) : undefined;
  const end =
    (short === undefined ? await sendContent(session, message) : undefined) ??
    (await handOver(session, handover));
  if (end) return unsuccessful(session, DATA, end);
  const answer = await session.finish(short ?? NOTHING);
  if (answer.kind === 'reply' && isPositive(answer.reply)) {
    return { outcome: { kind: 'accepted', reply: answer.reply.line }, untried: false, reset: false };
  }
  if (answer.kind === 'reply' && isNegative(answer.reply)) return unsuccessful(session, DATA, answer);
  session.drop('protocol');
  return { outcome: { kind: 'unknown', refusal: report(DATA, UNKNOWN) }, untried: false, reset: false };
}

/** Octets of a message that goes out in one piece with the final dot, and so only after the handover. */
const SHORT = 16 * 1024;
const NOTHING = Buffer.alloc(0);

async function shortContent(message: Message): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of contentOf(message)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

async function sendContent(session: SmtpSession, message: Message): Promise<SessionEnd | undefined> {
  for await (const chunk of contentOf(message)) {
    const end = await session.write(chunk);
    if (end) return end;
  }
  return undefined;
}

/**
 * Dots stuffed. Throws when the content cannot be read, or not all of it: a message cut short must not be accepted
 * anywhere.
 */
async function* contentOf(message: Message): AsyncGenerator<Buffer> {
  const stuffer = createDotStuffer();
  let octets = 0;
  for await (const chunk of message.open()) {
    octets += chunk.length;
    if (octets > message.size) break;
    yield stuffer.push(chunk);
  }
  if (octets !== message.size) {
    throw new Error(`submission: the message has ${octets} octets, not ${message.size}`);
  }
  yield stuffer.end();
}

async function handOver(
  session: SmtpSession,
  handover: () => Promise<void>,
): Promise<SessionEnd | undefined> {
  try {
    await handover();
  } catch {
    return session.drop('dropped');
  }
  return session.end;
}

/** The result of a step before the final dot, or of a refused final dot: nobody got the message. */
function unsuccessful(session: SmtpSession, step: Step, answer: Answer): Transacted {
  const { reply } = answer;
  if (reply && isNegative(reply)) {
    return { outcome: { kind: 'refused', refusal: report(step, reply.line) }, untried: false, reset: true };
  }
  // A reply that does not answer what was asked: replies and commands are out of step, and all that follow would lie.
  const { reason } = answer.kind === 'ended' ? answer : session.drop('protocol');
  return { outcome: { kind: 'lost', refusal: report(step, LOST[reason]) }, untried: false, reset: false };
}

const report = ({ command, parameter }: Step, reply: string): Refusal => ({ command, parameter, reply });

/** RFC 3463 §3.5: 4.4.2 bad connection, 4.5.0 protocol; §3.4: 4.3.0 our side. */
const LOST: Readonly<Record<SessionEnd['reason'], string>> = {
  closed: '451 4.4.2 Connection to the submission server was lost before the message was complete',
  timeout: '451 4.4.2 The submission server did not answer in time; the message was not completed',
  protocol: '451 4.5.0 The submission server gave an invalid reply; the message was not completed',
  dropped: '451 4.3.0 Sending was called off before the message was complete',
};

const UNKNOWN =
  '451 4.4.2 Connection to the submission server was lost after the message was complete: outcome unknown, it may have been accepted';
