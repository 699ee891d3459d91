import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { Secret } from '../secret.js';
import type { Certificate } from './config.js';
import { readText } from './read-text.js';
import type { Options } from './values.js';

/** Certificate and key of the listeners, if they are set. Throws ConfigError when TLS could not start with them. */
export function readCertificate(options: Options): Certificate | undefined {
  const { values, unexpected } = options;
  const { 'tls-cert': chainFile, 'tls-key': keyFile } = values;
  if (chainFile === undefined && keyFile === undefined) return undefined;
  if (keyFile === undefined) throw unexpected('tls-cert', 'tls-key beside it');
  if (chainFile === undefined) throw unexpected('tls-key', 'tls-cert beside it');

  const chain = readText(chainFile, (expected) => unexpected('tls-cert', expected));
  const key = readText(keyFile, (expected) => unexpected('tls-key', expected));
  const [own] = parseCertificates(chain) ?? [];
  if (own === undefined) throw unexpected('tls-cert', 'a file of PEM certificates');
  const privateKey = attempt(() => createPrivateKey(key));
  if (privateKey === undefined) throw unexpected('tls-key', 'a PEM private key without a passphrase');
  if (!own.checkPrivateKey(privateKey)) {
    throw unexpected('tls-key', 'the key that fits the first certificate of tls-cert');
  }
  // What the checks above let through and OpenSSL refuses: a key or digest below its security level.
  if (!attempt(() => createSecureContext({ cert: chain, key }))) {
    throw unexpected('tls-cert', 'a certificate that OpenSSL accepts');
  }
  return { chain, key: new Secret(key) };
}

/** PEM text of at least one certificate, from the file at `path`. Throws ConfigError. */
export function readAuthorities(
  options: Options,
  key: 'upstream-ca' | 'submission-ca',
  path: string,
): string {
  const pem = readText(path, (expected) => options.unexpected(key, expected));
  if (parseCertificates(pem) === undefined) throw options.unexpected(key, 'a file of PEM certificates');
  return pem;
}

/** All certificates of a text; undefined when there is none, or one that is broken. */
function parseCertificates(pem: string): X509Certificate[] | undefined {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  const certificates = blocks.map((block) => attempt(() => new X509Certificate(block)));
  return blocks.length > 0 && certificates.every((certificate) => certificate !== undefined)
    ? certificates
    : undefined;
}

function attempt<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
