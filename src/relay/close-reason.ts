import type { Violation } from '../gate/violation.js';
import type { LimitHit } from './admission.js';
import { TimeoutError } from './timeout-error.js';

/** Why a session ended: who ended it, and how. */
export type CloseReason =
  | { readonly side: 'client' | 'upstream'; readonly cause: 'end' }
  /** The connection failed: the code of the system or of TLS. */
  | { readonly side: 'client' | 'upstream'; readonly cause: 'error'; readonly code: string }
  | { readonly side: 'client' | 'upstream'; readonly cause: 'desync'; readonly violation: Violation }
  | { readonly side: 'client'; readonly cause: 'octets-before-tls' }
  | { readonly side: 'client' | 'upstream'; readonly cause: 'timeout'; readonly phase: string }
  /** Another one took its place. */
  | { readonly side: 'client'; readonly cause: 'limit'; readonly limit: LimitHit }
  | { readonly side: 'proxy'; readonly cause: 'shutdown' }
  /** Somebody at the admin listener said so. */
  | { readonly side: 'proxy'; readonly cause: 'administrator' }
  | { readonly side: 'proxy'; readonly cause: 'fault' };

/** The cause in one word or two, for logs and counters. */
export function causeText(reason: CloseReason): string {
  switch (reason.cause) {
    case 'error':
      return `error ${reason.code}`;
    case 'desync':
      return `desync ${reason.violation}`;
    case 'timeout':
      return `timeout ${reason.phase}`;
    case 'limit':
      return `limit ${reason.limit}`;
    default:
      return reason.cause;
  }
}

/** A connection of that side failed, by a deadline of ours or in what the system or TLS calls `error.code`. */
export const failed = (side: 'client' | 'upstream', error: NodeJS.ErrnoException): CloseReason =>
  error instanceof TimeoutError
    ? { side, cause: 'timeout', phase: error.phase }
    : { side, cause: 'error', code: error.code ?? error.message };
