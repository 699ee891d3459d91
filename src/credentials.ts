import type { Secret } from './secret.js';

/** How a client proved who it is, as far as it can be shown again to a submission server. */
export type Credentials =
  | {
      /** LOGIN, AUTHENTICATE LOGIN or AUTHENTICATE PLAIN (RFC 9051 §6.2.2, RFC 4616). */
      readonly kind: 'password';
      readonly method: 'LOGIN' | 'AUTHENTICATE LOGIN' | 'AUTHENTICATE PLAIN';
      readonly user: string;
      /** The identity to act as (RFC 4616 §2), when it is given and differs from `user`. */
      readonly authzid?: string;
      readonly password: Secret;
    }
  | {
      /** AUTHENTICATE XOAUTH2 or OAUTHBEARER (RFC 7628). */
      readonly kind: 'token';
      readonly method: 'AUTHENTICATE XOAUTH2' | 'AUTHENTICATE OAUTHBEARER';
      readonly user: string;
      readonly token: Secret;
    };

/** What is known of who is logged in on a session. `credentials` is absent when they cannot be replayed. */
export interface Login {
  /** The name that mail is sent for: the authorization identity if one was given, else the user name. */
  readonly user: string;
  /** The command and mechanism, e.g. `AUTHENTICATE PLAIN`. */
  readonly method: string;
  readonly credentials?: Credentials;
}
