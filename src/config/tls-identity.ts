import type { Certificate, ClientCertificates, TlsIdentity } from './config.js';
import { readAuthorities, readCertificate } from './pem.js';
import type { Options } from './values.js';

/** What listeners show to clients in the handshake, if that is set. Throws ConfigError. */
export function resolveIdentity(options: Options): TlsIdentity | undefined {
  const { values, unexpected } = options;
  const { 'tls-cert': chains, 'tls-key': keys } = values;
  if (chains === undefined) {
    for (const key of ['tls-key', 'tls-client-ca', 'tls-client-auth'] as const) {
      if (values[key] !== undefined) throw unexpected(key, 'tls-cert beside it');
    }
    return undefined;
  }
  if (keys !== undefined && keys.length !== chains.length) {
    const count =
      chains.length === 1 ? 'one file, as tls-cert has' : `${chains.length} files, as tls-cert has`;
    throw unexpected('tls-key', count);
  }
  const certificates = chains.map((chain, index) => readCertificate(options, chain, keys?.[index]));
  const useless = certificates.findIndex((own, index) => !hasUse(own, certificates.slice(0, index)));
  if (useless > 0) {
    const expected = 'a name, or a type of key for a name, that no certificate before it has';
    throw unexpected('tls-cert', expected, chains[useless]);
  }
  return {
    certificates: certificates as [Certificate, ...Certificate[]],
    clients: resolveClients(options),
  };
}

/** Whether it can ever be chosen: a certificate that is there twice hides a mistake, such as last year's file. */
function hasUse({ names, keyType }: Certificate, before: readonly Certificate[]): boolean {
  const taken = new Set(before.filter((other) => other.keyType === keyType).flatMap((other) => other.names));
  return before.length === 0 || names.some((name) => !taken.has(name));
}

function resolveClients(options: Options): ClientCertificates {
  const { values, unexpected } = options;
  const { 'tls-client-ca': file, 'tls-client-auth': auth, listen } = values;
  if (file === undefined) {
    if (auth !== undefined) throw unexpected('tls-client-auth', 'tls-client-ca beside it');
    return { kind: 'none' };
  }
  const authorities = readAuthorities(options, 'tls-client-ca', file);
  if (auth === 'optional') return { kind: 'optional', authorities };
  // Before STARTTLS, and without it, a client can log in by a mechanism that shows no secret.
  if (!listen.every(({ secure }) => secure)) {
    throw unexpected('listen', 'imaps:// alone with tls-client-ca, or tls-client-auth optional');
  }
  return { kind: 'required', authorities };
}
