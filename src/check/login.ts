import type { CertificateFacts } from './certificate.js';
import { type Finding, failed, ok } from './finding.js';

/** What became of an attempt to log in. */
export type LoginFacts =
  | { readonly kind: 'accepted'; readonly user: string; readonly method: string }
  | { readonly kind: 'refused'; readonly user: string; readonly text: string };

/** A server could not be used. */
export interface Unreachable {
  readonly kind: 'unreachable';
  readonly tls: boolean;
  /** It took the connection, and then did not speak, or not as it should. */
  readonly connected?: boolean;
  readonly cause: string;
  readonly shown?: CertificateFacts | undefined;
}

export function loginFinding(check: string, login: LoginFacts, advice: string): Finding {
  return login.kind === 'accepted'
    ? ok(check, `${login.user} logs in (${login.method})`)
    : failed(check, `${login.user} cannot log in: ${login.text}`, advice);
}
