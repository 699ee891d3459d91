import type { ImapFlow, ImapResponse } from 'imapflow';
import { execute } from './command-channel.js';
import {
  readInProgress,
  readSendLine,
  readStatus,
  type SendProgress,
  type SendResult,
  unknownUids,
} from './send-response.js';

export interface SendMessagesOptions {
  /** The range is of UIDs (`UID SEND`), as it should be wherever the command may have to be repeated. */
  readonly uid?: boolean;
  /**
   * Ends the wait. IMAP has no way to call a command back, so the connection is closed; the server finishes the messages
   * that it is submitting, and begins no other.
   */
  readonly signal?: AbortSignal;
  /** Called at each sign of life of the server, about every 15 seconds, and with each result. */
  readonly onProgress?: (progress: SendProgress) => void;
  /**
   * Called with each result as it comes, in ascending order. A `NO` may be `UNKNOWN` in the report: some servers only say so
   * in the end.
   */
  readonly onResult?: (result: SendResult) => void;
}

/** The answer to a SEND, with what became of each message. */
export interface SendReport {
  /**
   * `OK`: at least one message went out, or the range matched none. `NO`: none went out. `BAD`: the command was wrong, and
   * nothing was attempted.
   */
  readonly status: 'OK' | 'NO' | 'BAD';
  /** `UNAVAILABLE`, `NOPERM`, `LIMIT`, `SERVERBUG`, or another (RFC 5530). */
  readonly code?: string;
  /** The server's words. */
  readonly text: string;
  /** One for each message of the range, in ascending order; none when the range as a whole was refused. */
  readonly results: readonly SendResult[];
}

/** The server has no SEND. Nothing was attempted. */
export class SendNotOfferedError extends Error {
  override readonly name = 'SendNotOfferedError';

  constructor() {
    super('the server does not offer SEND');
  }
}

/**
 * The connection was lost, or the wait was called off, before the answer to SEND. `results` are known; what became of the
 * other messages is not. `cause` says what happened.
 */
export class SendInterruptedError extends Error {
  override readonly name = 'SendInterruptedError';
  readonly results: readonly SendResult[];
  /**
   * Whether the same command may be repeated on a new connection with the same login: then nothing is sent twice, as the
   * server remembers what it sent and nobody heard of (docs/delivery.md has the limits). Not with sequence numbers: they
   * may stand for other messages by then. UIDs are good as long as UIDVALIDITY is the same.
   */
  readonly safeToRepeat: boolean;

  constructor(results: readonly SendResult[], safeToRepeat: boolean, cause: unknown) {
    super('the connection was lost before the answer to SEND', { cause });
    this.results = results;
    this.safeToRepeat = safeToRepeat;
  }
}

/** Whether the server offers SEND, as far as `client` knows: after login it does. */
export const offersSend = (client: ImapFlow): boolean => client.capabilities.has('SEND');

/**
 * Sends messages of the selected mailbox. What a server or a message can cause is in the report; the messages stay where
 * they are, with their flags.
 *
 * The next command on this connection tells the server that the answer was seen. It then forgets it: the same message sent
 * again goes out again. So what has to survive a crash is to be written down before that command.
 *
 * @param client connected, with the mailbox selected
 * @param range a sequence set, a number, or several; `$` is the last search result (RFC 5182)
 * @throws {SendNotOfferedError} nothing was attempted
 * @throws {SendInterruptedError} the connection was lost, or the wait was called off, after the command had begun
 * @throws the signal's reason, or imapflow's error, if that came before the command; nothing was attempted
 */
export async function sendMessages(
  client: ImapFlow,
  range: string | number | readonly number[],
  { uid = false, signal, onProgress, onResult }: SendMessagesOptions = {},
): Promise<SendReport> {
  signal?.throwIfAborted();
  if (!offersSend(client)) throw new SendNotOfferedError();
  const set = Array.isArray(range) ? range.join(',') : String(range);
  if (set === '') return { status: 'OK', text: 'nothing to send', results: [] };

  const results: SendResult[] = [];
  let total: number | undefined;
  const report = (done: number) => onProgress?.({ done, ...(total !== undefined && { total }) });
  const take = (response: ImapResponse): void => {
    const result = readSendLine(response);
    if (result === undefined) return;
    results.push(result);
    onResult?.(result);
    report(results.length);
  };
  const live = (response: ImapResponse): void => {
    const progress = readInProgress(response);
    if (progress === undefined) return;
    total = progress.total ?? total;
    report(progress.done);
  };
  let begun = false;
  const begin = () => {
    begun = true;
  };
  const abort = () => client.close();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const answer = await execute(client, uid ? 'UID SEND' : 'SEND', set, { SEND: take, OK: live }, begin);
    const { status, code, text } = readStatus(answer);
    const isUnknown = unknownUids(answer);
    const settled = results.map((result) =>
      result.outcome === 'NO' && isUnknown(result.uid) ? { ...result, outcome: 'UNKNOWN' as const } : result,
    );
    return {
      status: status as SendReport['status'],
      ...(code !== undefined && { code }),
      text,
      results: settled,
    };
  } catch (error) {
    const cause = signal?.aborted ? signal.reason : error;
    throw begun ? new SendInterruptedError(results, uid, cause) : cause;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}
