import type { Outbox } from './outbox.js';
import {
  SendInterruptedError,
  type SendMessagesOptions,
  type SendReport,
  sendMessages,
} from './send-messages.js';
import type { SendResult } from './send-response.js';

/** What became of a message that was to be sent. */
export type Fate =
  | { readonly kind: 'sent'; readonly uid: number }
  /** Nobody got it, and the same again would be refused again. */
  | { readonly kind: 'refused'; readonly uid: number; readonly why: Why }
  /** Nobody got it, and another try may go well. */
  | { readonly kind: 'deferred'; readonly uid: number; readonly why: Why }
  /** It may have been accepted. No repetition sends it by itself. */
  | { readonly kind: 'unknown'; readonly uid: number; readonly why: Why }
  /** It is no longer in the mailbox. */
  | { readonly kind: 'gone'; readonly uid: number };

/** `result` is what was said about the message; without it, `answer` was said to the whole command. */
export interface Why {
  readonly result?: Exclude<SendResult, { outcome: 'OK' }>;
  readonly answer: Pick<SendReport, 'status' | 'code' | 'text'>;
}

export interface SubmitOptions extends Pick<SendMessagesOptions, 'signal' | 'onProgress'> {
  /** Messages that we appended to send them: a copy that is refused for good is taken out again. */
  readonly own: ReadonlySet<number>;
}

/**
 * Sends messages of the outbox and writes down, in the mailbox, what became of them.
 * @throws {SendInterruptedError} what was known is written down, if it could be; repeat it on a new connection
 * @throws {MailboxError}
 */
export async function submit(
  outbox: Outbox,
  uids: readonly number[],
  options: SubmitOptions,
): Promise<Fate[]> {
  const { own, ...sending } = options;
  // What was appended is only in this session's view after it.
  await outbox.client.noop();
  let report: SendReport;
  try {
    report = await sendMessages(outbox.client, uids, { ...sending, uid: true });
  } catch (error) {
    if (error instanceof SendInterruptedError) {
      const sent = error.results.filter(({ outcome }) => outcome === 'OK').map(({ uid }) => uid);
      // The server has it on record as well; but that may be gone when it is asked again.
      await outbox.markSubmitted(sent).catch(() => {});
    }
    throw error;
  }
  // Several at once may be more than the server takes in one command: one by one is within every limit.
  if (report.code === 'LIMIT' && report.results.length === 0 && uids.length > 1) {
    const fates: Fate[] = [];
    for (const uid of uids) fates.push(...(await submit(outbox, [uid], options)));
    return fates;
  }
  const fates = uids.map((uid) => fateOf(uid, report));
  const those = (kind: Fate['kind']): number[] =>
    fates.filter((fate) => fate.kind === kind).map(({ uid }) => uid);
  await outbox.markSubmitted(those('sent'));
  await outbox.unmark(those('unknown'));
  await outbox.remove(those('refused').filter((uid) => own.has(uid)));
  return fates;
}

/** What a report says about one message. */
export function fateOf(uid: number, { status, code, text, results }: SendReport): Fate {
  const answer = { status, text, ...(code !== undefined && { code }) };
  const result = results.find((candidate) => candidate.uid === uid);
  if (result === undefined) {
    if (status === 'OK') return { kind: 'gone', uid };
    const temporary = code !== undefined && TEMPORARY.has(code);
    return { kind: temporary ? 'deferred' : 'refused', uid, why: { answer } };
  }
  switch (result.outcome) {
    case 'OK':
      return { kind: 'sent', uid };
    case 'UNKNOWN':
      return { kind: 'unknown', uid, why: { result, answer } };
    case 'NO': {
      // RFC 5321 §4.2.1: 5yz is for good. What has no code at all is better tried again than given up.
      const forGood = (result.reply.code ?? 0) >= 500;
      return { kind: forGood ? 'refused' : 'deferred', uid, why: { result, answer } };
    }
  }
}

/** Response codes of a refusal that may not last (RFC 5530). */
const TEMPORARY: ReadonlySet<string> = new Set(['UNAVAILABLE', 'LIMIT', 'SERVERBUG', 'INUSE']);
