import { X509Certificate } from 'node:crypto';
import type { Config, TlsIdentity } from './config/config.js';
import type { Log } from './log/logger.js';
import type { Expiry } from './metrics/metrics.js';
import { tlsServer } from './proxy-connections.js';
import type { TlsServer } from './relay/tls-server.js';

/** What listeners show in a handshake, now. */
export interface Certificates {
  server(): TlsServer;
  /** Counts for every handshake from here on. False, and nothing is changed, where listeners get or lose TLS by it. */
  replace(config: Config): boolean;
  /** When each of them expires. */
  expiries(): readonly Expiry[];
  close(): void;
}

const DAY_MS = 24 * 3600_000;

/** A certificate of 90 days is renewed at 30, so that at 14 something is wrong; a shorter one has a fifth of its time left. */
const WARN_DAYS = 14;
const WARN_SHARE = 0.2;

/** Looks once a day whether a certificate is about to expire: it may be renewed on disk, and nobody said so to us. */
export function createCertificates(config: Config, log: Log): Certificates {
  let identity = identityOf(config);
  let server = identity && tlsServer(identity);
  const look = (): void => {
    for (const certificate of expiring(identity, Date.now())) log.event('certificate-expires', certificate);
  };
  look();
  const daily = setInterval(look, DAY_MS).unref();
  return {
    server() {
      if (server === undefined) throw new Error('proxy: TLS without a certificate');
      return server;
    },
    replace(next) {
      const renewed = identityOf(next);
      if (identity === undefined || renewed === undefined) return false;
      server = tlsServer(renewed);
      identity = renewed;
      look();
      return true;
    },
    expiries: () => expiriesOf(identity),
    close: () => clearInterval(daily),
  };
}

export function identityOf({ listeners }: Config): TlsIdentity | undefined {
  for (const { tls } of listeners) {
    if (tls.mode !== 'none') return { certificates: tls.certificates, clients: tls.clients };
  }
  return undefined;
}

function expiriesOf(identity: TlsIdentity | undefined): readonly Expiry[] {
  return (identity?.certificates ?? []).map(({ chain, names, keyType }) => ({
    name: names[0] ?? '',
    keyType,
    notAfter: Date.parse(new X509Certificate(chain).validTo),
  }));
}

/** `days` that are left, in whole ones; negative for a certificate that has expired. */
export function expiring(
  identity: TlsIdentity | undefined,
  now: number,
): readonly { readonly names: readonly string[]; readonly days: number }[] {
  return (identity?.certificates ?? []).flatMap(({ chain, names }) => {
    const { validFrom, validTo } = new X509Certificate(chain);
    const end = Date.parse(validTo);
    return expiresSoon(Date.parse(validFrom), end, now)
      ? [{ names, days: Math.floor((end - now) / DAY_MS) }]
      : [];
  });
}

/** Whether a certificate should have been renewed by now. All in milliseconds since 1970. */
export const expiresSoon = (validFrom: number, validTo: number, now: number): boolean =>
  now >= validTo - Math.min(WARN_DAYS * DAY_MS, WARN_SHARE * (validTo - validFrom));
