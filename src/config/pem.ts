import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { Secret } from '../secret.js';
import type { Certificate } from './config.js';
import { readPem } from './read-text.js';
import type { Options } from './values.js';

/**
 * The certificate of the listeners in the file at `chainPath`, and its key, which may be in the same file. Throws
 * ConfigError when TLS could not start with them.
 */
export function readCertificate(
  options: Options,
  chainPath: string,
  keyPath: string | undefined,
): Certificate {
  const badChain = (expected: string) => options.unexpected('tls-cert', expected, chainPath);
  const badKey = (expected: string) =>
    keyPath === undefined
      ? badChain(`tls-key beside it, or ${expected} in the same file`)
      : options.unexpected('tls-key', expected, keyPath);

  const text = readPem(chainPath, badChain);
  const keyText = keyPath === undefined ? text : readPem(keyPath, badKey);
  const certificates = parseCertificates(text);
  const own = certificates?.[0];
  if (own === undefined) throw badChain('a file of PEM certificates');
  const privateKey = attempt(() => createPrivateKey(keyText));
  if (privateKey === undefined) throw badKey('a PEM private key without a passphrase');
  if (!own.checkPrivateKey(privateKey)) throw badKey('the key that fits the first certificate of tls-cert');
  // Without the key that may stand between them.
  const chain = certificates?.join('') ?? '';
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  // What the checks above let through and OpenSSL refuses: a key or digest below its security level.
  if (!attempt(() => createSecureContext({ cert: chain, key }))) {
    throw badChain('a certificate that OpenSSL accepts');
  }
  const keyType = own.publicKey.asymmetricKeyType ?? '';
  return { chain, key: new Secret(key), names: namesOf(own), keyType };
}

/** Names with a quote or a comma are no DNS names, and Node.js quotes the list's element then: they are passed over. */
function namesOf({ subjectAltName = '' }: X509Certificate): string[] {
  return [...subjectAltName.matchAll(/(?<=^|, )DNS:([^", ]+)/g)].map(([, name = '']) => name.toLowerCase());
}

/** PEM text of at least one certificate, from the file at `path`. Throws ConfigError. */
export function readAuthorities(
  options: Options,
  key: 'upstream-ca' | 'submission-ca' | 'tls-client-ca',
  path: string,
): string {
  const pem = readPem(path, (expected) => options.unexpected(key, expected));
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
