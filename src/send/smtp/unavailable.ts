import type { Outcome } from '../../outcome.js';
import { isNegative, parseReply } from './reply.js';

/** Why there is no connection that could carry a message, and the reply to report. */
export interface Unavailable {
  readonly cause: Extract<Outcome, { kind: 'unavailable' }>['cause'];
  /** The server's own words where it said any, else a reply of ours with status 4.4.1 (RFC 3463 §3.5) or the like. */
  readonly reply: string;
}

/** What is known of a connection that failed before it was ready. */
export interface ConnectionFailure {
  /** During a TLS handshake or the STARTTLS before it. */
  readonly tls: boolean;
  /** The system's or OpenSSL's name for it, e.g. `ECONNREFUSED`, `CERT_HAS_EXPIRED`. */
  readonly code: string;
  /** What the server said. */
  readonly words?: string | undefined;
}

export function unreachable(reply: string): Unavailable {
  return { cause: 'connection', reply };
}

export function explain({ tls, code, words }: ConnectionFailure): Unavailable {
  const reply = words === undefined ? undefined : parseReply(words);
  if (tls) {
    return {
      cause: 'tls',
      reply: `421 4.7.5 TLS with the submission server failed (${reply?.line ?? code})`,
    };
  }
  if (reply && isNegative(reply)) return unreachable(reply.line);
  if (words !== undefined) return unreachable('421 4.5.0 The submission server does not speak SMTP');
  return unreachable(`421 4.4.1 The submission server cannot be reached (${code})`);
}
