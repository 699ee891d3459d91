import type { TakenCommand } from '../gate/local-command.js';
import { type Answer, inProgressLine, sendLine } from '../imap/status.js';
import { faultLogger } from '../log/fault.js';
import type { CommandSession } from '../relay/handler.js';
import { FetchAhead } from './fetch-ahead.js';
import { type ExpungeListener, fetchMessages } from './fetch-messages.js';
import { type FetchedMessage, type ReadyMessage, tooLarge } from './fetched-message.js';
import type { FetchOptions } from './incoming-message.js';
import type { Listed, Listing } from './listing.js';
import { OrderedReport } from './ordered-report.js';
import {
  answerFor,
  endsBatch,
  type MessageResult,
  notAttempted,
  overLimit,
  refusal,
  SESSION_ENDING,
} from './result.js';
import { type Answered, type Sent, type SubmitOptions, submitOnce } from './submit-once.js';
import type { SubmissionIdentity } from './submitter.js';

export interface BatchOptions extends SubmitOptions {
  readonly fetch: FetchOptions;
  /** Messages of one SEND that are submitted at a time. */
  readonly parallel: number;
}

export interface BatchEnd {
  readonly answer: Answer;
  /** The ledger's entries that wait until the client has seen the answer. */
  readonly answered: readonly Answered[];
}

/** At the usual 15 s, upstream hears from us every 5 minutes. */
const TICKS_PER_TOUCH = 20;

/** The messages of one SEND, on their way through fetch, submission and report. */
export class Batch {
  readonly #options: BatchOptions;
  readonly #command: TakenCommand;
  readonly #session: CommandSession;
  readonly #identity: SubmissionIdentity;
  readonly #report: OrderedReport;
  readonly #answered: Answered[] = [];
  readonly #messages: readonly Listed[];
  readonly #hear: ExpungeListener;
  readonly #failed: (error: unknown) => void;
  /** When each message was begun with. */
  readonly #begun = new Map<Listed, number>();
  /** A FETCH of ours is in flight: there can only be one. */
  #fetching = false;
  /** Keep-alives since upstream was last asked for something. */
  #quietTicks = 0;
  #touched: Promise<void> = Promise.resolve();
  /** Why no further message is attempted. */
  #ended: MessageResult | undefined;

  constructor(
    options: BatchOptions,
    command: TakenCommand,
    session: CommandSession,
    listing: Listing,
    identity: SubmissionIdentity,
  ) {
    this.#options = options;
    this.#command = command;
    this.#session = session;
    this.#identity = identity;
    this.#messages = listing.messages();
    this.#hear = {
      expunged: (sequence) => void listing.expunged(sequence),
      vanished: (uids) => void listing.vanished(uids),
    };
    this.#failed = faultLogger(options.log, session.id);
    this.#report = new OrderedReport(this.#messages, ({ sequence, uid }, result) =>
      session.write(sendLine(sequence, uid, result.refusal)),
    );
  }

  /** Once. */
  async run(): Promise<BatchEnd> {
    await this.#sendAll();
    // The client's next command must not find our FETCH in flight.
    await this.#touched;
    return { answer: answerFor(this.#command.name, this.#report.results()), answered: this.#answered };
  }

  /** The next messages are fetched while `parallel` of them are submitted. */
  async #sendAll(): Promise<void> {
    const { fetch, parallel } = this.#options;
    const ahead = new FetchAhead(this.#messages, parallel, fetch.maxMessageSize, (messages) =>
      this.#fetch(messages),
    );
    const submissions = new Set<Promise<void>>();
    for (const message of this.#messages) {
      const fetched = this.#received(await ahead.next());
      if (!('spool' in fetched)) {
        this.#settle(message, { result: fetched }, message.size);
        continue;
      }
      while (submissions.size >= parallel) await Promise.race(submissions);
      const submission = this.#submit(message, fetched).finally(() => submissions.delete(submission));
      submissions.add(submission);
    }
    await Promise.all(submissions);
  }

  /** One message fails, the others and what is known of them do not. */
  #fault(error: unknown): MessageResult {
    this.#failed(error);
    const reply = '451 4.3.0 The proxy failed, see its log';
    return refusal({ command: 'DATA', parameter: '', reply }, 'SERVERBUG');
  }

  #stopped(): MessageResult | undefined {
    if (this.#session.signal.aborted) return SESSION_ENDING;
    return this.#ended;
  }

  /** Never rejects. */
  async #fetch(messages: readonly Listed[]): Promise<readonly (FetchedMessage | MessageResult)[] | 'apart'> {
    const stopped = this.#stopped();
    if (stopped !== undefined) return messages.map(() => stopped);
    const { fetch } = this.#options;
    const [{ size }] = messages as [Listed];
    // It comes by itself.
    if (size > fetch.maxMessageSize) return [tooLarge(size, fetch.maxMessageSize)];
    await this.#touched;
    for (const message of messages) this.#begun.set(message, performance.now());
    this.#fetching = true;
    try {
      return await fetchMessages(this.#session, messages, fetch, this.#hear);
    } catch (error) {
      const fault = this.#fault(error);
      return messages.length > 1 ? 'apart' : [fault];
    } finally {
      this.#fetching = false;
    }
  }

  /** What a fetch came to, when it is the message's turn. */
  #received(fetched: FetchedMessage | MessageResult): ReadyMessage | MessageResult {
    if (!('kind' in fetched)) return fetched;
    switch (fetched.kind) {
      case 'ready':
        return fetched;
      case 'refused':
        if (fetched.error !== undefined) this.#failed(fetched.error);
        return fetched.code === 'LIMIT'
          ? overLimit(fetched.refusal, 'max-message-size')
          : refusal(fetched.refusal, fetched.code);
      case 'lost':
        this.#ended ??= notAttempted('the connection to the mail server was lost', 'UNAVAILABLE');
        return this.#ended;
    }
  }

  /** Never rejects. */
  async #submit(message: Listed, fetched: ReadyMessage): Promise<void> {
    const sent = await this.#submitUnlessStopped(fetched).catch(
      (error: unknown): Sent => ({ result: this.#fault(error) }),
    );
    await fetched.spool.dispose();
    this.#settle(message, sent, fetched.facts.size);
  }

  async #submitUnlessStopped(fetched: ReadyMessage): Promise<Sent> {
    const stopped = this.#stopped();
    if (stopped !== undefined) return { result: stopped };
    const sent = await submitOnce(this.#options, this.#session, this.#identity, fetched);
    if (sent.answered !== undefined) this.#answered.push(sent.answered);
    // What was recorded says nothing about the connections of today.
    if (sent.outcome !== undefined && !sent.repeated && endsBatch(sent.outcome)) {
      const refused = sent.outcome.kind === 'unavailable' && sent.outcome.cause === 'login';
      const why = refused
        ? 'the submission server refused the login'
        : 'the connection to the submission server failed';
      this.#ended ??= notAttempted(why, sent.result.code);
    }
    return sent;
  }

  /** Called every 15 s or so, to show the client and upstream that we are there. */
  keepAlive(): void {
    this.#session.write(inProgressLine(this.#command.tag, this.#report.progress(), 'sending'));
    this.#quietTicks = this.#fetching ? 0 : this.#quietTicks + 1;
    if (this.#quietTicks === TICKS_PER_TOUCH) this.#touchUpstream();
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
    this.#fetching = true;
    this.#touched = this.#session
      .fetch(request, this.#hear)
      .then(() => undefined, this.#failed)
      .finally(() => {
        this.#fetching = false;
      });
  }

  /** @param size octets: as transmitted if it is known, else RFC822.SIZE */
  #settle(message: Listed, sent: Sent, size: number): void {
    const { result, envelope } = sent;
    const begun = this.#begun.get(message);
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
      size,
      ...(sent.repeated ? { repeated: true } : {}),
      ...(begun === undefined ? {} : { seconds: Math.round(performance.now() - begun) / 1000 }),
      ...(result.limit === undefined ? {} : { limit: result.limit }),
    });
    this.#report.settle(message, result);
  }
}
