import type { TakenCommand } from '../gate/local-command.js';
import { inProgressLine, sendLine } from '../imap/status.js';
import type { CommandSession, TakenCommandHandler, TakenResult } from '../relay/handler.js';
import { type FetchedMessage, type FetchOptions, fetchMessage } from './fetched-message.js';
import { identityFor, type SubmissionAuth } from './identity.js';
import { listMessages } from './list-messages.js';
import type { Listed, Listing } from './listing.js';
import { OrderedReport } from './ordered-report.js';
import { answerFor, endsBatch, type MessageResult, notAttempted, refusal } from './result.js';
import { type Sent, type SubmitOptions, submitOnce } from './submit-once.js';
import type { SubmissionIdentity } from './submitter.js';

export interface SendOptions extends SubmitOptions {
  readonly auth: SubmissionAuth;
  readonly fetch: FetchOptions;
  readonly maxMessagesPerSend: number;
  /** Messages of one SEND that are submitted at a time. */
  readonly parallel: number;
  /** Milliseconds between keep-alives to the client (RFC 9585). */
  readonly keepAliveMs: number;
}

/** At the usual 15 s, upstream hears from us every 5 minutes. */
const TICKS_PER_TOUCH = 20;

/** Carries out SEND and UID SEND. */
export function createSendHandler(options: SendOptions): TakenCommandHandler {
  return { run: (command, session) => runSend(options, command, session) };
}

async function runSend(
  options: SendOptions,
  command: TakenCommand,
  session: CommandSession,
): Promise<TakenResult> {
  const listed = await listMessages(command, session, options.maxMessagesPerSend);
  if (listed.kind === 'answer') return { answer: listed.answer };
  const identity = identityFor(options.auth, session.login);
  if (identity === undefined) {
    const text =
      'this login cannot be shown to the submission server, log in with LOGIN or AUTHENTICATE PLAIN';
    return { answer: { status: 'NO', code: 'NOPERM', text } };
  }
  const batch = new Batch(options, command, session, listed.listing, identity);
  return batch.run();
}

/** The messages of one SEND, on their way through fetch, submission and report. */
class Batch {
  readonly #options: SendOptions;
  readonly #command: TakenCommand;
  readonly #session: CommandSession;
  readonly #listing: Listing;
  readonly #identity: SubmissionIdentity;
  readonly #report: OrderedReport;
  readonly #answered: string[] = [];
  readonly #messages: readonly Listed[];
  #fetching = false;
  /** Keep-alives since upstream was last asked for something. */
  #quietTicks = 0;
  #touched: Promise<void> = Promise.resolve();
  /** Why no further message is attempted. */
  #ended: MessageResult | undefined;

  constructor(
    options: SendOptions,
    command: TakenCommand,
    session: CommandSession,
    listing: Listing,
    identity: SubmissionIdentity,
  ) {
    this.#options = options;
    this.#command = command;
    this.#session = session;
    this.#listing = listing;
    this.#identity = identity;
    this.#messages = listing.messages();
    this.#report = new OrderedReport(this.#messages, ({ sequence, uid }, result) =>
      session.write(sendLine(sequence, uid, result.refusal)),
    );
  }

  async run(): Promise<TakenResult> {
    const keepAlive = setInterval(() => this.#keepAlive(), this.#options.keepAliveMs);
    try {
      await this.#sendAll();
    } finally {
      clearInterval(keepAlive);
    }
    await this.#touched;
    const answer = answerFor(this.#command.name, this.#report.results());
    return { answer, seen: (seen) => void this.#tellLedger(seen) };
  }

  async #tellLedger(seen: boolean): Promise<void> {
    const { ledger, log } = this.#options;
    const { id } = this.#session;
    try {
      for (const key of this.#answered) await (seen ? ledger.acknowledge(key, id) : ledger.abandon(key, id));
    } catch (error) {
      log.event('internal-error', { session: id, error: String((error as Error).stack) });
    }
  }

  /** Messages are fetched one after the other; so many are submitted meanwhile, and one more is ready. */
  async #sendAll(): Promise<void> {
    const submissions = new Set<Promise<void>>();
    for (const message of this.#messages) {
      while (submissions.size > this.#options.parallel) await Promise.race(submissions);
      const fetched = this.#stopped() ?? (await this.#fetch(message).catch((error) => this.#fault(error)));
      if ('accepted' in fetched) {
        this.#report.settle(message, fetched);
        continue;
      }
      const submission = this.#submit(message, fetched).finally(() => submissions.delete(submission));
      submissions.add(submission);
    }
    await Promise.all(submissions);
  }

  /** One message fails, the others and what is known of them do not. */
  #fault(error: unknown): MessageResult {
    const { log } = this.#options;
    log.event('internal-error', { session: this.#session.id, error: String((error as Error).stack) });
    const reply = '451 4.3.0 The proxy failed, see its log';
    return refusal({ command: 'DATA', parameter: '', reply }, 'SERVERBUG');
  }

  #stopped(): MessageResult | undefined {
    if (this.#session.signal.aborted) return notAttempted('the session is ending');
    return this.#ended;
  }

  async #fetch(message: Listed): Promise<(FetchedMessage & { kind: 'ready' }) | MessageResult> {
    this.#fetching = true;
    await this.#touched;
    const fetched = await fetchMessage(this.#session, message, this.#options.fetch, {
      expunged: (sequence) => void this.#listing.expunged(sequence),
      vanished: (uids) => void this.#listing.vanished(uids),
    });
    this.#fetching = false;
    switch (fetched.kind) {
      case 'ready':
        return fetched;
      case 'refused':
        return refusal(fetched.refusal, fetched.fault === 'spool' ? 'SERVERBUG' : undefined);
      case 'lost':
        this.#ended = notAttempted('the connection to the mail server was lost', 'UNAVAILABLE');
        return this.#ended;
    }
  }

  /** Never rejects. */
  async #submit(message: Listed, fetched: FetchedMessage & { kind: 'ready' }): Promise<void> {
    const sent = await this.#submitUnlessStopped(fetched).catch(
      (error: unknown): Sent => ({ result: this.#fault(error) }),
    );
    await fetched.spool.dispose();
    this.#log(message, fetched, sent);
    this.#report.settle(message, sent.result);
  }

  async #submitUnlessStopped(fetched: FetchedMessage & { kind: 'ready' }): Promise<Sent> {
    const stopped = this.#stopped();
    if (stopped !== undefined) return { result: stopped };
    const sent = await submitOnce(this.#options, this.#session, this.#identity, fetched);
    if (sent.key !== undefined) this.#answered.push(sent.key);
    if (sent.outcome !== undefined && endsBatch(sent.outcome)) {
      this.#ended ??= notAttempted('the connection to the submission server failed', sent.result.code);
    }
    return sent;
  }

  #keepAlive(): void {
    const { done, total } = this.#report.progress();
    this.#session.write(inProgressLine(this.#command.tag, done, total, 'sending'));
    this.#quietTicks = this.#fetching ? 0 : this.#quietTicks + 1;
    if (this.#quietTicks >= TICKS_PER_TOUCH) this.#touchUpstream();
  }

  /**
   * Upstream must not log the session out (Dovecot: 30 minutes) while the submission server is slow. Not by NOOP: that
   * would let EXPUNGE come between two of our lines (RFC 9051 §7.5.1).
   */
  #touchUpstream(): void {
    const [first] = this.#messages;
    if (first === undefined) return;
    this.#quietTicks = 0;
    const request = { uid: false, set: String(first.sequence), kind: 'RFC822.SIZE' } as const;
    this.#touched = this.#session.fetch(request, {}).then(() => undefined);
  }

  #log(message: Listed, fetched: FetchedMessage & { kind: 'ready' }, sent: Sent): void {
    const { result, envelope } = sent;
    this.#options.log.event('send', {
      session: this.#session.id,
      user: this.#session.login?.user ?? '',
      uid: message.uid,
      outcome: sent.outcome?.kind ?? 'refused',
      reply: result.refusal?.reply ?? (sent.outcome?.kind === 'accepted' ? sent.outcome.reply : ''),
      command: result.refusal?.command,
      parameter: result.refusal?.parameter,
      messageId: sent.messageId,
      envelope,
      recipients: envelope?.to.length,
      size: fetched.facts.size,
      ...(sent.repeated ? { repeated: true } : {}),
    });
  }
}
