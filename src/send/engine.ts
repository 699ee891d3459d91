import type { TakenCommand } from '../gate/local-command.js';
import { inProgressLine, sendLine } from '../imap/status.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Log } from '../log/logger.js';
import type { CommandSession, TakenCommandHandler, TakenResult } from '../relay/handler.js';
import { type FetchedMessage, type FetchOptions, fetchMessage } from './fetched-message.js';
import { identityFor, type SubmissionAuth } from './identity.js';
import { listMessages } from './list-messages.js';
import type { Listed, Listing } from './listing.js';
import { OrderedReport } from './ordered-report.js';
import { answerFor, endsBatch, type MessageResult, notAttempted, refusal } from './result.js';
import type { SenderPolicy } from './sender-policy.js';
import { type Sent, submitOnce } from './submit-once.js';
import type { SubmissionIdentity, Submitter } from './submitter.js';

export interface SendOptions {
  readonly submitter: Submitter;
  readonly ledger: Ledger;
  readonly log: Log;
  readonly auth: SubmissionAuth;
  readonly senderPolicy: SenderPolicy;
  readonly fetch: FetchOptions;
  readonly maxRecipients: number;
  readonly maxMessagesPerSend: number;
  /** Messages of one SEND that are submitted at a time. */
  readonly parallel: number;
  /** Milliseconds between keep-alives to the client (RFC 9585). */
  readonly keepAliveMs: number;
}

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
    this.#report = new OrderedReport(listing.messages(), ({ sequence, uid }, result) =>
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
    const { ledger } = this.#options;
    const keys = this.#answered;
    return {
      answer: answerFor(this.#command.name, this.#report.results()),
      seen: (seen) => {
        for (const key of keys)
          void (seen ? ledger.acknowledge : ledger.abandon).call(ledger, key, this.#session.id);
      },
    };
  }

  /** Messages are fetched one after the other; so many are submitted meanwhile, and one more is ready. */
  async #sendAll(): Promise<void> {
    const submissions = new Set<Promise<void>>();
    for (const message of this.#listing.messages()) {
      while (submissions.size > this.#options.parallel) await Promise.race(submissions);
      const fetched = this.#stopped() ?? (await this.#fetch(message));
      if ('accepted' in fetched) {
        this.#report.settle(message, fetched);
        continue;
      }
      const submission = this.#submit(message, fetched).finally(() => submissions.delete(submission));
      submissions.add(submission);
    }
    await Promise.all(submissions);
  }

  #stopped(): MessageResult | undefined {
    if (this.#session.signal.aborted) return notAttempted('the session is ending');
    return this.#ended;
  }

  async #fetch(message: Listed): Promise<(FetchedMessage & { kind: 'ready' }) | MessageResult> {
    const fetched = await fetchMessage(this.#session, message, this.#options.fetch, {
      expunged: (sequence) => void this.#listing.expunged(sequence),
      vanished: (uids) => void this.#listing.vanished(uids),
    });
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

  async #submit(message: Listed, fetched: FetchedMessage & { kind: 'ready' }): Promise<void> {
    try {
      const sent = await this.#submitUnlessStopped(fetched);
      this.#log(message, fetched, sent);
      this.#report.settle(message, sent.result);
    } finally {
      await fetched.spool.dispose();
    }
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
