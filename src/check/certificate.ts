import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { PeerTls } from '../peer-tls.js';
import { expiresSoon } from '../proxy-certificates.js';
import { type Finding, failed, ok, warning } from './finding.js';

/** Of a certificate that a server showed. */
export interface CertificateFacts {
  /** As they are written in it: `DNS:mail.example.org, IP Address:192.0.2.1`. */
  readonly names: string;
  readonly issuer: string;
  /** Milliseconds since 1970. */
  readonly validFrom: number;
  readonly validTo: number;
  /** It is for the name by which we connect. */
  readonly forHost: boolean;
}

export interface TlsFacts {
  readonly version: string;
  readonly verified: boolean;
  readonly certificate: CertificateFacts | undefined;
}

/** A connection to a server, as the configuration wants it. */
export interface Leg {
  readonly name: 'upstream' | 'submission';
  readonly host: string;
  readonly tls: 'none' | 'starttls-try' | 'starttls-require' | 'implicit';
  readonly loopback: boolean;
}

const DAY_MS = 24 * 3600_000;

export const dateOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

export function certificateFacts(certificate: X509Certificate, host: string): CertificateFacts {
  const { subjectAltName = 'no names', issuer, validFrom, validTo } = certificate;
  const found = isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host);
  return {
    names: subjectAltName,
    issuer: issuer.replaceAll('\n', ', '),
    validFrom: Date.parse(validFrom),
    validTo: Date.parse(validTo),
    forHost: found !== undefined,
  };
}

export const tlsFacts = (tls: PeerTls | undefined, host: string): TlsFacts | undefined =>
  tls && {
    version: tls.version,
    verified: tls.verified,
    certificate: tls.certificate && certificateFacts(tls.certificate, host),
  };

/** What is to be said about the encryption of a connection that was made. */
export function tlsFinding(leg: Leg, tls: TlsFacts | undefined, now: number): Finding {
  const check = `${leg.name}-tls`;
  if (tls === undefined) {
    if (leg.loopback) return ok(check, 'none, on this machine');
    const advice =
      leg.tls === 'none'
        ? `use TLS, unless the network in between is yours: --${leg.name}-starttls require, or TLS from the start`
        : `let the server offer STARTTLS, and set --${leg.name}-starttls require`;
    return warning(check, `none: passwords and mail cross the network to ${leg.host} in clear`, advice);
  }
  const { version, verified, certificate } = tls;
  if (!verified) {
    const text = `${version.replace('v', ' ')}, certificate not verified (--${leg.name}-insecure)`;
    const better = `name the authority of its certificate with --${leg.name}-ca in place of --${leg.name}-insecure`;
    return warning(check, text, better);
  }
  if (certificate === undefined) return ok(check, version.replace('v', ' '));
  const { validFrom, validTo } = certificate;
  const text = `${version.replace('v', ' ')}, certificate verified, ${until(validTo, now)}`;
  return expiresSoon(validFrom, validTo, now)
    ? warning(check, text, 'renew the certificate of the server')
    : ok(check, text);
}

/** TLS with a server failed. `shown` is the certificate that it has, if that could be seen without verifying it. */
export function tlsFailure(
  leg: Leg,
  cause: string,
  shown: CertificateFacts | undefined,
  now: number,
): Finding {
  const check = `${leg.name}-tls`;
  return failed(check, cause, shown === undefined ? withoutCertificate(leg) : toRepair(leg, shown, now));
}

function withoutCertificate({ name }: Leg): string {
  const schemes = name === 'upstream' ? 'imap:// or imaps://' : 'smtp:// or smtps://';
  return `let the server offer TLS 1.2 or later there; is the scheme of --${name} right (${schemes}), and the port?`;
}

function toRepair({ name, host }: Leg, shown: CertificateFacts, now: number): string {
  const { validFrom, validTo, forHost, names, issuer } = shown;
  if (now > validTo) return `renew the certificate of the server: it ended on ${dateOf(validTo)}`;
  if (now < validFrom)
    return `the certificate is valid from ${dateOf(validFrom)}: is the clock of this machine right?`;
  if (!forHost) return `connect by a name that the certificate has (${names}), not ${host}: --${name}`;
  return `name the authority that signed it (${issuer}) with --${name}-ca`;
}

/** `until 2026-12-24 (31 days)` */
export function until(validTo: number, now: number): string {
  const days = Math.floor((validTo - now) / DAY_MS);
  return `until ${dateOf(validTo)} (${days} ${days === 1 ? 'day' : 'days'})`;
}
