import { isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import * as ip from '../ip-address.js';
import type { Address } from './config.js';

/** The schemes an option takes, with their default ports; the one that ends in `s` means TLS from the first octet. */
export type Schemes = Readonly<Record<string, number>>;

export const IMAP: Schemes = { imap: 143, imaps: 993 };
export const SUBMISSION: Schemes = { smtp: 587, smtps: 465 };

export const ADMIN: Schemes = { http: 80 };

/** `scheme://host[:port]`. */
export interface Endpoint extends Address {
  readonly scheme: string;
  readonly secure: boolean;
}

/**
 * The endpoint that a URL names. Undefined when there is anything but scheme, host and port, such as a user name or a
 * path: what is not used must not be given. The port is 1 to 65535, or 0 for a listener.
 */
export function parseEndpoint(text: string, schemes: Schemes): Endpoint | undefined {
  const [, given = '', authority = '', digits] =
    /^([a-z]+):\/\/([^\s/?#@]+?)(?::(\d{1,5}))?\/?$/i.exec(text) ?? [];
  const scheme = given.toLowerCase();
  const host = parseHost(authority);
  if (!Object.hasOwn(schemes, scheme) || host === undefined) return undefined;
  const port = digits === undefined ? schemes[scheme]! : Number(digits);
  return port > 65535 ? undefined : { scheme, secure: scheme.endsWith('s'), host, port };
}

/** Sockets that systemd opened and passes on, by the name that they have there (FileDescriptorName, systemd.socket(5)). */
export interface NamedSocket {
  readonly scheme: string;
  readonly secure: boolean;
  readonly socket: string;
}

/** `scheme+systemd://name`. Undefined for anything else. */
export function parseNamedSocket(text: string, schemes: Schemes): NamedSocket | undefined {
  const [, given = '', socket = ''] = /^([a-z]+)\+systemd:\/\/([\w.@-]{1,255})\/?$/i.exec(text) ?? [];
  const scheme = given.toLowerCase();
  return Object.hasOwn(schemes, scheme) ? { scheme, secure: scheme.endsWith('s'), socket } : undefined;
}

function parseHost(authority: string): string | undefined {
  const bracketed = /^\[(.+)\]$/.exec(authority)?.[1];
  if (bracketed === undefined) return parseDomain(authority);
  return isIPv6(bracketed) ? bracketed.toLowerCase() : undefined;
}

/** A domain in A-labels, or an IPv4 address in four decimal parts. Undefined for anything else. */
export function parseDomain(text: string): string | undefined {
  const name = domainToASCII(text);
  // An underscore is in no host name (RFC 1123 §2.1) but in those of container networks.
  return name.split('.').every((label) => /^[a-z0-9_-]{1,63}$/.test(label)) ? name : undefined;
}

export function formatEndpoint({ scheme, host, port }: Endpoint): string {
  return `${scheme}://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** Whether traffic to `host` surely stays on this machine: `localhost`, 127.0.0.0/8, ::1. */
export function isLoopback(host: string): boolean {
  const address = ip.parseEnd(host);
  return address === undefined ? host === 'localhost' : ip.isLoopback(address);
}
