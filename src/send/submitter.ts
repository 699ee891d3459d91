import type { Credentials } from '../credentials.js';
import type { Outcome } from '../outcome.js';
import type { Message } from './message.js';

/** As whom we log in at the submission server. */
export type SubmissionIdentity =
  | { readonly kind: 'none' }
  | { readonly kind: 'replay'; readonly credentials: Credentials }
  | { readonly kind: 'service' }
  /** The service login acting as `user` (SASL PLAIN authzid, RFC 4616 §2). */
  | { readonly kind: 'impersonate'; readonly user: string };

/** Hands messages to a submission server (RFC 6409). Never rejects for what a server or the network does. */
export interface Submitter {
  /**
   * One message, one transaction, all recipients or none.
   * `handover` is called when no recipient was refused, and all content but the final dot is out, or waits to go out with
   * the dot; that is held back until it resolves. When it rejects, the connection is dropped without the dot and the outcome is `lost`.
   * A message that still waits for a connection when `signal` is aborted is not begun.
   */
  submit(
    identity: SubmissionIdentity,
    message: Message,
    handover: () => Promise<void>,
    signal?: AbortSignal,
  ): Promise<Outcome>;
  /** Ends idle connections; those in use end after their transaction. */
  close(): Promise<void>;
}
