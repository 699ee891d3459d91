import type { Refusal } from '../../outcome.js';
import type { Envelope, Message } from '../message.js';
import type { SmtpExtensions } from './extensions.js';

/** The first reason that can be seen without asking the server why it will not take the message. */
export function preflight(
  envelope: Envelope,
  message: Message,
  extensions: SmtpExtensions,
): Refusal | undefined {
  return unsafeAddress(envelope) ?? tooLarge(envelope, message, extensions) ?? tooMany(envelope, extensions);
}

/**
 * A line end in an address would be a command of the message's author, a bracket or blank outside quotes a parameter.
 * The envelope has been parsed, so this is never seen; but nothing that comes from a header is worth the risk.
 */
const SAFE_PATH = /^(?:"(?:\\[^\p{Cc}]|[^"\\\p{Cc}])*"|[^"<>\s\p{Cc}])*$/u;

function unsafeAddress({ from, to }: Envelope): Refusal | undefined {
  if (!SAFE_PATH.test(from)) {
    return { command: 'MAIL FROM', parameter: from, reply: '553 5.1.7 The sender address is not valid' };
  }
  const unsafe = to.find((address) => !SAFE_PATH.test(address));
  if (unsafe === undefined) return undefined;
  return { command: 'RCPT TO', parameter: unsafe, reply: '553 5.1.3 The recipient address is not valid' };
}

/** RFC 1870 §6.1: a client need not ask when it knows. */
function tooLarge({ from }: Envelope, { size }: Message, extensions: SmtpExtensions): Refusal | undefined {
  const max = extensions.size?.max;
  if (max === undefined || size <= max) return undefined;
  const reply = `552 5.3.4 The message has ${size} octets; the submission server takes at most ${max}`;
  return { command: 'MAIL FROM', parameter: from, reply };
}

/** Several transactions would take more recipients, but then some of them could get the message and others not. */
function tooMany({ to }: Envelope, { limits }: SmtpExtensions): Refusal | undefined {
  const { rcptMax = Number.POSITIVE_INFINITY, rcptDomainMax = Number.POSITIVE_INFINITY } = limits;
  const domains = new Set<string>();
  for (const [index, address] of to.entries()) {
    domains.add(address.slice(address.lastIndexOf('@') + 1).toLowerCase());
    if (index >= rcptMax) return refusedRecipient(address, `${rcptMax} recipients`);
    if (domains.size > rcptDomainMax)
      return refusedRecipient(address, `recipients in ${rcptDomainMax} domains`);
  }
  return undefined;
}

function refusedRecipient(address: string, most: string): Refusal {
  const reply = `550 5.5.3 The submission server takes at most ${most} for one message`;
  return { command: 'RCPT TO', parameter: address, reply };
}
