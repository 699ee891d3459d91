import { parseAddressList } from '../send/message/addresses.js';
import { envelopeOf } from '../send/message/envelope.js';
import { identityOf } from '../send/message/mailbox.js';
import type { SendRequest } from './arguments.js';
import { addressField, dateOf, fromField } from './fields.js';
import { bodiesOf, type HeaderField, type Input } from './input.js';
import { type LocalNames, qualify, qualifyField } from './qualify.js';
import { EXIT, SendmailError } from './sysexits.js';

/** A message that SEND will send to exactly whom the caller asked for. */
export interface Composition {
  readonly octets: Buffer;
  readonly sender: string;
  readonly recipients: readonly string[];
}

export interface Surroundings {
  readonly names: LocalNames;
  /** Of who has the account, for a message without a sender. */
  readonly from?: string;
  readonly now: Date;
  /** Makes the Message-ID like no other. */
  readonly unique: string;
}

type Asked = Pick<SendRequest, 'recipients' | 'fromHeader' | 'sender' | 'fullName'>;

/**
 * Makes the header say what the command line says, for the proxy goes by the header alone: adds what is missing, and the
 * recipients that it does not name as Bcc, which the proxy takes off. Nothing that is there is changed, but for local names.
 *
 * What it reads is what the proxy reads, by the same code. Another server's SEND has the same rules.
 * @throws {SendmailError} the header says something else, and it is not for us to decide
 */
export function compose(input: Input, asked: Asked, { names, from, now, unique }: Surroundings): Composition {
  const fields = input.fields.map((field) => qualifyField(field, names));
  const resent = fields.some(({ name }) => name.startsWith('resent-'));
  const prefix = resent ? 'Resent-' : '';
  const has = (name: string): boolean =>
    fields.some((field) => field.name === `${prefix}${name}`.toLowerCase());
  const given = asked.sender === undefined ? undefined : oneAddress(qualify(asked.sender, names));

  const added: string[] = [];
  if (!has('From')) {
    const sender = given ?? from;
    if (sender === undefined) throw new SendmailError(EXIT.DATAERR, `no ${prefix}From field, and no -f`);
    added.push(`${prefix}${fromField(sender, asked.fullName)}`);
  } else if (!has('Sender') && given !== undefined && severalFrom(fields, prefix)) {
    added.push(`${prefix}Sender: ${given}\r\n`);
  }
  if (!has('Date')) added.push(`${prefix}Date: ${dateOf(now)}\r\n`);
  const { hidden, wanted } = recipientsOf(fields, prefix, asked, names);
  if (hidden.length > 0) added.push(addressField(`${prefix}Bcc`, hidden));
  // In front: the fields of one resending have to stand together (RFC 5322 §3.6.6).
  const header = [...added.map((text) => Buffer.from(text)), ...fields.map(({ octets }) => octets)];
  const result = envelopeOf(Buffer.concat(header));
  if (!result.ok) {
    const { parameter, reply } = result.refusal;
    throw new SendmailError(
      EXIT.DATAERR,
      `${reply.replace(/^[\d.]+ [\d.]+ /, '')}${parameter && `: ${parameter}`}`,
    );
  }
  const { from: sender, to: recipients } = result.envelope;
  if (given !== undefined && identityOf(given) !== identityOf(sender)) {
    throw new SendmailError(
      EXIT.DATAERR,
      `-f ${given} is not the sender that the header names, ${sender}, from whom it would be sent`,
    );
  }
  const unwanted = recipients.filter((recipient) => !wanted.has(identityOf(recipient)));
  if (unwanted.length > 0) {
    throw new SendmailError(
      EXIT.DATAERR,
      `the header also names ${unwanted.join(', ')}, and SEND would send to them: name them, or use -t`,
    );
  }
  if (!fields.some(({ name }) => name === 'message-id')) {
    header.unshift(Buffer.from(`Message-ID: <${unique}@${asciiDomainOf(sender)}>\r\n`));
  }
  return { octets: Buffer.concat([...header, Buffer.from('\r\n'), input.body]), sender, recipients };
}

function recipientsOf(
  fields: readonly HeaderField[],
  prefix: string,
  { recipients, fromHeader }: Asked,
  names: LocalNames,
): { readonly hidden: string[]; readonly wanted: ReadonlySet<string> } {
  const named = new Set<string>();
  for (const field of ['To', 'Cc', 'Bcc']) {
    for (const body of bodiesOf({ fields }, `${prefix}${field}`.toLowerCase())) {
      const list = parseAddressList(body);
      if (list.kind === 'unreadable') {
        throw new SendmailError(EXIT.DATAERR, `not an address in the ${prefix}${field} field: ${list.text}`);
      }
      for (const mailbox of list.mailboxes) named.add(identityOf(mailbox));
    }
  }
  const wanted = new Set(fromHeader ? named : []);
  const hidden: string[] = [];
  for (const argument of recipients) {
    const list = parseAddressList(qualify(argument, names));
    if (list.kind === 'unreadable') throw new SendmailError(EXIT.USAGE, `not an address: ${list.text}`);
    for (const mailbox of list.mailboxes) {
      const identity = identityOf(mailbox);
      if (!named.has(identity) && !wanted.has(identity)) hidden.push(mailbox);
      wanted.add(identity);
    }
  }
  return { hidden, wanted };
}

/** RFC 5322 §3.6.2: then a Sender field has to say who of them it was. */
function severalFrom(fields: readonly HeaderField[], prefix: string): boolean {
  const [body = ''] = bodiesOf({ fields }, `${prefix}From`.toLowerCase());
  const list = parseAddressList(body);
  return list.kind === 'mailboxes' && list.mailboxes.length > 1;
}

function oneAddress(text: string): string {
  const list = parseAddressList(text);
  const [address, second] = list.kind === 'mailboxes' ? list.mailboxes : [];
  if (address === undefined || second !== undefined) {
    throw new SendmailError(EXIT.USAGE, `-f ${text}: not an address`);
  }
  return address;
}

const asciiDomainOf = (address: string): string => {
  const [domain = ''] = identityOf(address).split('@').slice(-1);
  return /^[a-z0-9.-]+$/.test(domain) ? domain : 'localhost';
};

/** Who sends it, as far as that can be told before the account is known: `-f`, Sender, From. */
export function senderHint(input: Input, asked: Asked): string | undefined {
  const texts = [
    asked.sender,
    ...['resent-sender', 'resent-from', 'sender', 'from'].flatMap((name) => bodiesOf(input, name)),
  ];
  for (const text of texts) {
    const list = parseAddressList(text ?? '');
    if (list.kind === 'mailboxes' && list.mailboxes[0] !== undefined) return list.mailboxes[0];
  }
  return undefined;
}
