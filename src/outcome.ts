/** The SMTP command a refusal is reported for (memo, SEND response: err_cmd). */
export type SmtpCommand = 'MAIL FROM' | 'RCPT TO' | 'DATA';

/** Why a message was not accepted: the three strings of a SEND response. */
export interface Refusal {
  readonly command: SmtpCommand;
  /** The address alone, without angle brackets; empty for DATA. */
  readonly parameter: string;
  /** The SMTP reply on one line: code, enhanced code once, texts joined by one space. */
  readonly reply: string;
}

/**
 * What became of one message. Never guessed:
 * - `accepted`: the submission server took responsibility for every recipient.
 * - `refused`: nobody got it, and the server (or our policy) said why.
 * - `lost`: the connection ended before the final dot could have been sent, so nobody got it.
 * - `unknown`: the connection ended after the final dot and before its reply.
 * - `unavailable`: the message never had a connection that could carry it.
 */
export type Outcome =
  | { readonly kind: 'accepted'; readonly reply: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'lost'; readonly refusal: Refusal }
  | { readonly kind: 'unknown'; readonly refusal: Refusal }
  | {
      readonly kind: 'unavailable';
      readonly cause: 'connection' | 'tls' | 'login';
      readonly refusal: Refusal;
    };
