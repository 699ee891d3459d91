import type { Outcome } from '../outcome.js';

/** An outcome that is worth remembering: the others mean that nobody got the message and a retry may go out. */
export type RecordedOutcome = Extract<Outcome, { kind: 'accepted' | 'refused' | 'unknown' }>;

/** The answer to a claim. */
export type Claim =
  /** The message is the caller's to submit; everybody else who asks now waits. */
  | { readonly kind: 'claimed' }
  /** It was submitted before: report this outcome, do not submit. */
  | { readonly kind: 'recorded'; readonly outcome: RecordedOutcome };

/**
 * Remembers what became of a message until the client has shown that it saw the answer, so that a client which lost
 * its connection can repeat SEND without sending twice.
 *
 * Life of an entry: claimed → handed over → accepted | refused | unknown → acknowledged (deleted).
 * A claim is a lease that its owner renews. A lease that ends while the entry is claimed means that nobody got the
 * message: the next claim is granted. One that ends after handover means that the outcome is unknown: the next claim
 * reports that, once.
 *
 * `key` names the message: login, SHA-256 of the header block, size. `session` names the claiming session and is
 * unique over all instances.
 */
export interface Ledger {
  /** Waits while another session holds the claim. Rejects with the signal's reason when it is aborted meanwhile. */
  claim(key: string, session: string, signal: AbortSignal): Promise<Claim>;
  /** Must have resolved before the final dot is sent. */
  handover(key: string, session: string): Promise<void>;
  /** Ends the claim with what became of the message. `session` now has an answer to acknowledge. */
  settle(key: string, session: string, outcome: RecordedOutcome): Promise<void>;
  /** Ends the claim without a trace: nobody got the message. */
  release(key: string, session: string): Promise<void>;
  /** The client of `session` saw the answer. The entry is dropped once no other session has yet to see it. */
  acknowledge(key: string, session: string): Promise<void>;
  /** `session` ended before its client showed that it saw the answer: kept for the retry. */
  abandon(key: string, session: string): Promise<void>;
  close(): Promise<void>;
}
