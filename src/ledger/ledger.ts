import type { Outcome } from '../outcome.js';

/** An outcome that is worth remembering: the others mean that nobody got the message and a retry may go out. */
export type RecordedOutcome = Extract<Outcome, { kind: 'accepted' | 'refused' | 'unknown' }>;

/** The answer to a claim. */
export type Claim =
  /** The message is the caller's to submit; everybody else who asks now waits. */
  | { readonly kind: 'claimed' }
  /** It was submitted before: report this outcome, do not submit. `session` now has an answer to acknowledge. */
  | { readonly kind: 'recorded'; readonly outcome: RecordedOutcome };

/**
 * Remembers what became of a message until the client has shown that it saw the answer, so that a client which lost
 * its connection can repeat SEND without sending twice.
 *
 * Life of an entry: claimed → handed over → accepted | refused | unknown → acknowledged (deleted).
 * A process holds its claims as long as it lives. When it dies, what was only claimed has reached nobody: the next claim
 * is granted. What was handed over is unknown: the next claim reports that.
 *
 * Each session that was told has to acknowledge. One that ends before leaves its answer to one later session, which is
 * taken for its retry. That holds for an unknown outcome as well: the message may go out again only when somebody has seen
 * that it may have gone out already.
 *
 * `key` names the message: login, SHA-256 of the stored octets, their number. `session` names the claiming session and is
 * unique over all processes. A session may claim the same message several times at once; it is sent once.
 */
export interface Ledger {
  /**
   * Waits while another session holds the claim. Rejects with the signal's reason when it is aborted meanwhile; the
   * session counts as lost then. Who gets `claimed` must call `settle` or `release`.
   */
  claim(key: string, session: string, signal: AbortSignal): Promise<Claim>;
  /**
   * Must have resolved before the final dot is sent.
   * @throws ClaimLostError if others may have taken the message over: it must not be sent.
   */
  handover(key: string, session: string): Promise<void>;
  /**
   * Ends the claim with what became of the message. `session` now has an answer to acknowledge. Does not touch what
   * others did if the claim was lost meanwhile.
   */
  settle(key: string, session: string, outcome: RecordedOutcome): Promise<void>;
  /** Ends the claim without a trace: nobody got the message. */
  release(key: string, session: string): Promise<void>;
  /** The client of `session` saw the answer. The entry is dropped once no other session has yet to see it. */
  acknowledge(key: string, session: string): Promise<void>;
  /**
   * `session` ended before its client showed that it saw the answer: kept for the retry. Called after `settle`: a
   * message in flight is finished first.
   */
  abandon(key: string, session: string): Promise<void>;
  close(): Promise<void>;
}
