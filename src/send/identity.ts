import type { Login } from '../credentials.js';
import type { SubmissionIdentity } from './submitter.js';

export type SubmissionAuth = 'user' | 'service' | 'impersonate' | 'none';

/** As whom mail of this login is submitted; undefined when the login cannot be shown to the submission server. */
export function identityFor(auth: SubmissionAuth, login: Login | undefined): SubmissionIdentity | undefined {
  switch (auth) {
    case 'user':
      return login?.credentials && { kind: 'replay', credentials: login.credentials };
    case 'impersonate':
      return login && { kind: 'impersonate', user: login.user };
    case 'service':
      return { kind: 'service' };
    case 'none':
      return { kind: 'none' };
  }
}
