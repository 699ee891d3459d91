import type { Refusal } from '../outcome.js';
import { identityOf } from './message/mailbox.js';

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

/** Every address must be the login itself, or the login at `defaultDomain` when it has no domain. */
export function loginOnly(defaultDomain: string | undefined): SenderPolicy {
  return (login, senders) => {
    const owned = ownerOf(login, defaultDomain);
    return refuseUnless(senders, (address) => address === owned);
  };
}

/** Refuses the first of a message's addresses that `allowed` does not name; it is asked in the form of `folded`. */
export function refuseUnless(senders: Senders, allowed: (address: string) => boolean): Refusal | undefined {
  const { envelopeFrom, headerFrom, headerSender } = senders;
  const all = [envelopeFrom, ...headerFrom, ...(headerSender === undefined ? [] : [headerSender])];
  const foreign = all.find((address) => !allowed(folded(address)));
  if (foreign === undefined) return undefined;
  return {
    command: 'MAIL FROM',
    parameter: foreign,
    reply: '550 5.7.1 This login may not send as this address',
  };
}

/**
 * Equal for addresses, or `@domain`s, that count as one: domains in A-labels, and ASCII letters of local parts without
 * regard to case, as on practically all servers. No other letters: to Unicode, the Kelvin sign is a capital k.
 */
export const folded = (address: string): string => lowerCase(identityOf(address));

/** The login in the form of `folded`, completed by the domain if it has none. */
export function ownerOf(login: string, defaultDomain: string | undefined): string {
  if (login.includes('@')) return folded(login);
  return defaultDomain === undefined ? lowerCase(login) : folded(`${login}@${defaultDomain}`);
}

export const lowerCase = (text: string): string =>
  text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
