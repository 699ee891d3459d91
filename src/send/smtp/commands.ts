import type { Refusal } from '../../outcome.js';
import type { Envelope, Message } from '../message.js';
import type { SmtpExtensions } from './extensions.js';

/** One command of a transaction, and how its refusal is reported. */
export interface Step extends Omit<Refusal, 'reply'> {
  readonly line: string;
}

export const DATA: Step = { line: 'DATA', command: 'DATA', parameter: '' };

/** MAIL and each RCPT, declaring what the content needs and the server knows. */
export function envelopeSteps(envelope: Envelope, message: Message, extensions: SmtpExtensions): Step[] {
  const { from, to } = envelope;
  const parameters = mailParameters(envelope, message, extensions);
  return [
    { line: [`MAIL FROM:<${from}>`, ...parameters].join(' '), command: 'MAIL FROM', parameter: from },
    ...to.map((address): Step => ({ line: `RCPT TO:<${address}>`, command: 'RCPT TO', parameter: address })),
  ];
}

function mailParameters({ from, to }: Envelope, message: Message, extensions: SmtpExtensions): string[] {
  const parameters: string[] = [];
  // RFC 1870 §5
  if (extensions.size) parameters.push(`SIZE=${message.size}`);
  if (extensions.eightBitMime && message.eightBit) parameters.push('BODY=8BITMIME');
  // RFC 6531 §3.4: for the header as well as for the addresses.
  const international = message.utf8Header || [from, ...to].some(hasNonAscii);
  if (extensions.smtpUtf8 && international) parameters.push('SMTPUTF8');
  return parameters;
}

const hasNonAscii = (address: string) => /\P{ASCII}/u.test(address);
