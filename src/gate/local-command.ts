import { type CapabilityPolicy, mechanismRefusal } from '../imap/capability.js';
import { isSequenceSet } from '../imap/sequence-set.js';
import type { Answer } from '../imap/status.js';

/** A command of the client that the proxy carries out by talking to other servers. */
export interface TakenCommand {
  readonly tag: string;
  readonly name: 'SEND' | 'UID SEND';
  /** A valid `sequence-set`, as the client wrote it. */
  readonly set: string;
}

/** A command that never goes upstream, when all of it was read. */
export type LocalVerdict =
  | { readonly do: 'take'; readonly command: TakenCommand }
  | { readonly do: 'starttls' }
  | { readonly do: 'answer'; readonly answer: Answer };

/** Commands that the proxy always answers itself. */
export type LocalName = 'SEND' | 'UID SEND' | 'STARTTLS' | 'COMPRESS' | 'RLIST' | 'RLSUB';

const LOCAL: ReadonlySet<string> = new Set(['SEND', 'UID SEND', 'STARTTLS', 'COMPRESS', 'RLIST', 'RLSUB']);

export const isLocalName = (name: string): name is LocalName => LOCAL.has(name);

const bad = (text: string): LocalVerdict => ({ do: 'answer', answer: { status: 'BAD', text } });
const no = (text: string): LocalVerdict => ({ do: 'answer', answer: { status: 'NO', text } });

/**
 * What becomes of a local command. `args` is what follows the name up to the line end, or undefined when it held a
 * literal or was too long.
 */
export function judgeLocal(
  tag: string,
  name: LocalName,
  args: string | undefined,
  policy: CapabilityPolicy,
): LocalVerdict {
  switch (name) {
    case 'SEND':
    case 'UID SEND': {
      const set = args?.startsWith(' ') ? args.slice(1) : '';
      if (!isSequenceSet(set)) return bad(`${name} expects one sequence set`);
      return { do: 'take', command: { tag, name, set } };
    }
    case 'STARTTLS':
      if (args !== '') return bad('STARTTLS takes no arguments');
      return policy.offerStartTls ? { do: 'starttls' } : bad('STARTTLS is not available');
    case 'COMPRESS':
      return no('COMPRESS is not available through this proxy');
    case 'RLIST':
    case 'RLSUB':
      return no(`${name} is not available through this proxy: it leads to referrals`);
  }
}

/** Why LOGIN is refused, if it is (RFC 9051 §6.2.3, RFC 5530). */
export const refuseLogin = (policy: CapabilityPolicy): Answer | undefined =>
  policy.loginDisabled
    ? { status: 'NO', code: 'PRIVACYREQUIRED', text: 'LOGIN needs TLS: use STARTTLS first' }
    : undefined;

/** Why AUTHENTICATE with this mechanism (upper case) is refused, if it is. */
export function refuseMechanism(mechanism: string, policy: CapabilityPolicy): Answer | undefined {
  if (!/^[A-Z0-9_-]*$/.test(mechanism)) return { status: 'BAD', text: 'AUTHENTICATE expects a mechanism' };
  switch (mechanismRefusal(mechanism, policy)) {
    case undefined:
      return undefined;
    case 'cleartext':
      return {
        status: 'NO',
        code: 'PRIVACYREQUIRED',
        text: `AUTHENTICATE ${mechanism} needs TLS: use STARTTLS first`,
      };
    case 'channel-binding':
    case 'security-layer':
    case 'not-replayable':
      return { status: 'NO', text: `${mechanism} is not available through this proxy` };
  }
}

/**
 * ENABLE UIDONLY (RFC 9586) would take away the sequence numbers that SEND reports; ENABLE knows no NO (RFC 5161 §3.1).
 * `args` is undefined when they are too long to be looked at.
 */
export function refuseEnable(args: string | undefined): Answer | undefined {
  if (args === undefined) return { status: 'BAD', text: 'ENABLE is too long' };
  if (!/ UIDONLY(?= |$)/i.test(args)) return undefined;
  return { status: 'BAD', text: 'UIDONLY is not available through this proxy' };
}
