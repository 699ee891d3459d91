import type { Refusal, SmtpCommand } from '../../outcome.js';
import type { Envelope } from '../message.js';
import { parseAddressList } from './addresses.js';
import { bodyOf, fieldsOf } from './header.js';
import { asciiDomain, identityOf, isAscii, splitAddress } from './mailbox.js';

interface Refused {
  readonly ok: false;
  readonly refusal: Refusal;
}

interface Originator {
  readonly from: string;
  /** Every address of From, or of Resent-From in a resent message. None if it names only empty groups. */
  readonly headerFrom: readonly string[];
  /** The address of Sender, or of Resent-Sender. */
  readonly headerSender?: string;
}

export type EnvelopeResult =
  | (Pick<Originator, 'headerFrom' | 'headerSender'> & {
      readonly ok: true;
      readonly envelope: Envelope;
      /** With its angle brackets. */
      readonly messageId?: string;
    })
  | Refused;

/**
 * The envelope that a header asks for: RFC 8621 §7, RFC 5322 §3.6.2 (originator), §3.6.3 (destination), §3.6.6 (resent).
 * What two readers could take for two different envelopes is refused.
 *
 * @param header all fields with CRLF line ends, the last one included; without the empty line after them
 */
export function envelopeOf(header: Buffer): EnvelopeResult {
  const fields = readFields(header);
  if (fields.doubtful) {
    return refused('DATA', '', '554 5.6.0 An address field follows a line that is no header field');
  }
  const blocks = fields.bodies('resent-date').length;
  if (fields.resent && blocks !== 1) {
    // Which field belongs to which block cannot be told: order and completeness are up to the resending program.
    return refused(
      'DATA',
      '',
      `554 5.6.0 A resent message must have one Resent-Date field, this one has ${blocks}`,
    );
  }
  const prefix = fields.resent ? 'Resent-' : '';
  const originator = originatorOf(fields, prefix);
  if (!originator.ok) return originator;
  const recipients = recipientsOf(fields, prefix);
  if (!recipients.ok) return recipients;
  const { from, ...headerOriginator } = originator;
  const messageId = fields.bodies('message-id')[0]?.trim();
  return {
    ...headerOriginator,
    envelope: { from, to: recipients.to },
    ...(messageId !== undefined && /^<[!-~]+>$/.test(messageId) && { messageId }),
  };
}

export type ServerEnvelope = { readonly ok: true; readonly envelope: Envelope } | Refused;

/**
 * The envelope as a server can take it: without SMTPUTF8 (RFC 6531) domains become A-labels, and an address that
 * has more than US-ASCII before the `@` has no form at all.
 */
export function forServer(envelope: Envelope, server: { readonly smtputf8: boolean }): ServerEnvelope {
  if (server.smtputf8) return { ok: true, envelope };
  const reply = '553 5.6.7 The submission server does not take non-ASCII addresses';
  const from = asciiAddress(envelope.from);
  if (from === undefined) return refused('MAIL FROM', envelope.from, reply);
  const to: string[] = [];
  for (const recipient of envelope.to) {
    const address = asciiAddress(recipient);
    if (address === undefined) return refused('RCPT TO', recipient, reply);
    to.push(address);
  }
  return { ok: true, envelope: { from, to } };
}

function asciiAddress(address: string): string | undefined {
  const { local, domain } = splitAddress(address);
  const converted = asciiDomain(domain);
  return isAscii(local) && converted !== undefined ? `${local}@${converted}` : undefined;
}

const ADDRESS_FIELD = /^(?:resent-)?(?:from|sender|to|cc|bcc)$/;

interface Fields {
  /** The unfolded bodies of all fields of that name. */
  bodies(name: string): readonly string[];
  /** A Resent field exists (RFC 5322 §3.6.6). */
  readonly resent: boolean;
  /** An address field comes after a line that is no field: Postfix would take it for text, others for a field. */
  readonly doubtful: boolean;
}

function readFields(header: Buffer): Fields {
  const bodies = new Map<string, string[]>();
  let resent = false;
  let doubtful = false;
  let broken = false;
  for (const field of fieldsOf(header)) {
    if (field.name === undefined) {
      broken = true;
      continue;
    }
    const isAddressField = ADDRESS_FIELD.test(field.name);
    resent ||= field.name.startsWith('resent-');
    doubtful ||= broken && isAddressField;
    if (!isAddressField && field.name !== 'resent-date' && field.name !== 'message-id') continue;
    const earlier = bodies.get(field.name);
    if (earlier) earlier.push(bodyOf(header, field));
    else bodies.set(field.name, [bodyOf(header, field)]);
  }
  return { bodies: (name) => bodies.get(name) ?? [], resent, doubtful };
}

/** RFC 5322 §3.6.2: Sender, or else From if that is one address. Never Reply-To. */
function originatorOf(fields: Fields, prefix: string): ({ readonly ok: true } & Originator) | Refused {
  const refusedSender = (parameter: string, text: string): Refused =>
    refused('MAIL FROM', parameter, `550 5.1.7 ${text}`);
  const read: { [field: string]: readonly string[] | undefined } = {};
  for (const field of [`${prefix}From`, `${prefix}Sender`]) {
    const bodies = fields.bodies(field.toLowerCase());
    if (bodies.length > 1) return refusedSender('', `The message has ${bodies.length} ${field} fields`);
    if (bodies[0] === undefined) continue;
    const list = parseAddressList(bodies[0]);
    if (list.kind === 'unreadable') return refusedSender(list.text, `Not an address in the ${field} field`);
    read[field] = list.mailboxes;
  }
  const headerFrom = read[`${prefix}From`];
  const senders = read[`${prefix}Sender`];
  if (headerFrom === undefined) return refusedSender('', `The message has no ${prefix}From field`);
  if (senders !== undefined) {
    const [headerSender, second] = senders;
    if (headerSender === undefined || second !== undefined) {
      return refusedSender('', `The ${prefix}Sender field must have one address`);
    }
    return { ok: true, from: headerSender, headerFrom, headerSender };
  }
  const [from, second] = headerFrom;
  if (from === undefined) return refusedSender('', `The ${prefix}From field has no address`);
  if (second !== undefined) {
    return refusedSender('', `Several addresses in ${prefix}From need a ${prefix}Sender field`);
  }
  return { ok: true, from, headerFrom };
}

/** RFC 5322 §3.6.3: all of To, Cc and Bcc, each mailbox once, as it was written first. */
function recipientsOf(
  fields: Fields,
  prefix: string,
): { readonly ok: true; readonly to: string[] } | Refused {
  const recipients = new Map<string, string>();
  for (const field of [`${prefix}To`, `${prefix}Cc`, `${prefix}Bcc`]) {
    for (const body of fields.bodies(field.toLowerCase())) {
      const list = parseAddressList(body);
      if (list.kind === 'unreadable') {
        return refused('RCPT TO', list.text, `553 5.1.3 Not an address in the ${field} field`);
      }
      for (const mailbox of list.mailboxes) {
        const identity = identityOf(mailbox);
        if (!recipients.has(identity)) recipients.set(identity, mailbox);
      }
    }
  }
  if (recipients.size === 0) return refused('RCPT TO', '', '554 5.5.0 The message has no recipients');
  return { ok: true, to: [...recipients.values()] };
}

function refused(command: SmtpCommand, parameter: string, reply: string): Refused {
  return { ok: false, refusal: { command, parameter, reply } };
}
