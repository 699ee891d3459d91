import type { Refusal } from '../outcome.js';

/** Whether a login may send as the addresses that a message names. */
export type SenderPolicy = (login: string, senders: Senders) => Refusal | undefined;

export interface Senders {
  /** MAIL FROM. */
  readonly envelopeFrom: string;
  readonly headerFrom: readonly string[];
  readonly headerSender?: string;
}

/** The submission server decides. */
export const leaveToSubmissionServer: SenderPolicy = () => undefined;

/**
 * Every address must be the login itself, or the login at `defaultDomain` when it has no domain. Domains and, as on
 * practically all servers, local parts are compared without regard to case.
 */
export function loginOnly(defaultDomain: string | undefined): SenderPolicy {
  return (login, senders) => {
    const owned = login.includes('@') || defaultDomain === undefined ? login : `${login}@${defaultDomain}`;
    return refuseUnless(senders, (address) => address.toLowerCase() === owned.toLowerCase());
  };
}

/** Refuses the first of a message's addresses that `allowed` does not name. */
export function refuseUnless(senders: Senders, allowed: (address: string) => boolean): Refusal | undefined {
  const { envelopeFrom, headerFrom, headerSender } = senders;
  const all = [envelopeFrom, ...headerFrom, ...(headerSender === undefined ? [] : [headerSender])];
  const foreign = all.find((address) => !allowed(address));
  if (foreign === undefined) return undefined;
  return {
    command: 'MAIL FROM',
    parameter: foreign,
    reply: '550 5.7.1 This login may not send as this address',
  };
}
