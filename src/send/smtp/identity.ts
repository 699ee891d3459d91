import { createHmac, randomBytes } from 'node:crypto';
import type { Credentials } from '../../credentials.js';
import type { Secret } from '../../secret.js';
import type { SubmissionIdentity } from '../submitter.js';

/** The proxy's own login at the submission server. */
export interface ServiceLogin {
  readonly user: string;
  readonly password: Secret;
}

/** What is shown to the server; undefined for no AUTH. Throws where the configuration has no service login. */
export function credentialsOf(
  identity: SubmissionIdentity,
  service: ServiceLogin | undefined,
): Credentials | undefined {
  switch (identity.kind) {
    case 'none':
      return undefined;
    case 'replay':
      return identity.credentials;
    case 'service':
    case 'impersonate': {
      if (service === undefined) throw new Error('submission: there is no service login');
      const acting = identity.kind === 'impersonate' ? { authzid: identity.user } : {};
      return { kind: 'password', method: 'AUTHENTICATE PLAIN', ...service, ...acting };
    }
  }
}

const salt = randomBytes(32);

/**
 * Equal for equal credentials only, secret included: a connection is never shared with somebody who just knows the user
 * name. The keyed hash keeps the secret itself out of the pool.
 */
export function identityKey(credentials: Credentials | undefined): string {
  const hash = createHmac('sha256', salt);
  if (credentials?.kind === 'password') {
    const { user, authzid, password } = credentials;
    hash.update(JSON.stringify(['password', user, authzid ?? null, password.reveal()]));
  } else if (credentials?.kind === 'token') {
    hash.update(JSON.stringify(['token', credentials.user, credentials.token.reveal()]));
  }
  return hash.digest('base64');
}
