import { isIPv4, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';

/**
 * Octets of one address that we hand to SMTP. A command line holds 512 (RFC 5321 §4.5.3.1.4), `MAIL FROM:<` and
 * `>` CRLF are 14 of them. The limit of 64 for a local part (§4.5.3.1.1) is left to the server: forwarders make longer ones.
 */
const MAX_ADDRESS = 498;
/** RFC 5321 §4.5.3.1.2. */
const MAX_DOMAIN = 255;

/** dot-atom-text (RFC 5322 §3.2.3, RFC 6532 §3.2). */
const DOT_ATOM = /^[^\0-\x20()<>@,;:\\".[\]\x7f]+(?:\.[^\0-\x20()<>@,;:\\".[\]\x7f]+)*$/;
/**
 * What no address that we send may have in its local part although a quoted string could hold some of it: controls
 * (SMTP command injection; quoted strings of SMTP have none, RFC 5321 §4.1.2), angle brackets (they end a path for
 * careless readers), non-ASCII white space (trimmed away by libraries: another address), undecodable octets.
 */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}<>\uFEFF\uFFFD]|(?! )\p{Zs}/u;
/** RFC 2047 §5 forbids it in an address. We would take it literally, and a server that decodes it read another address. */
const ENCODED_WORD = /=\?[^?]+\?[bq]\?/i;

/** Letters, digits, hyphens (RFC 5321 §4.1.2), and the underscore that some hosts have. */
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/**
 * The mailbox as SMTP writes it (RFC 5321 §4.1.2, RFC 6531 §3.3): quoted only where it must be, so that equal
 * mailboxes are equal strings. Undefined if SMTP cannot carry it or the domain cannot exist.
 *
 * @param local the content of the local part, without quotes and backslashes
 */
export function mailboxOf(local: string, domain: string): string | undefined {
  // Before any conversion, which could take long for an address as long as the header.
  if (local.length + domain.length > MAX_ADDRESS) return undefined;
  if (UNSAFE.test(local) || ENCODED_WORD.test(local) || asciiDomain(domain) === undefined) return undefined;
  const address = `${DOT_ATOM.test(local) ? local : quoted(local)}@${domain}`;
  return Buffer.byteLength(address) > MAX_ADDRESS ? undefined : address;
}

/** The domain in US-ASCII: A-labels for U-labels (RFC 5890 §2.3.2.1), all else unchanged. Undefined if not valid. */
export function asciiDomain(domain: string): string | undefined {
  if (domain.startsWith('[')) return isAddressLiteral(domain) ? domain : undefined;
  if (isAscii(domain)) return isHostName(domain) ? domain : undefined;
  const converted = domainToASCII(domain);
  // The conversion is that of URLs, which also reads ０x7f.1 as the address 127.0.0.1.
  return isHostName(converted) && !/(?:^|\.)\d+$/.test(converted) ? converted : undefined;
}

/** Equal for addresses that name the same mailbox as far as anyone but its host can tell (RFC 5321 §2.4). */
export function identityOf(address: string): string {
  const { local, domain } = splitAddress(address);
  return `${local}@${(asciiDomain(domain) ?? domain).toLowerCase()}`;
}

/** The parts around the last `@`: a domain never has one. */
export function splitAddress(address: string): { readonly local: string; readonly domain: string } {
  const at = address.lastIndexOf('@');
  return { local: address.slice(0, at), domain: address.slice(at + 1) };
}

export function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

function quoted(local: string): string {
  return `"${local.replace(/["\\]/g, '\\$&')}"`;
}

function isHostName(domain: string): boolean {
  return domain.length <= MAX_DOMAIN && domain.split('.').every((label) => LABEL.test(label));
}

/** RFC 5321 §4.1.3. Only IPv6 is registered as a tag; a zone has no meaning to another host. */
function isAddressLiteral(domain: string): boolean {
  const content = domain.slice(1, -1);
  if (!domain.endsWith(']')) return false;
  return isIPv4(content) || (/^IPv6:[^%]+$/i.test(content) && isIPv6(content.slice('IPv6:'.length)));
}
