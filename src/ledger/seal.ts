import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { Entry } from './entry.js';

/**
 * What others who can read the store may see: who has mail for whom is not among it. An outcome names recipients, so
 * it is encrypted under the ledger key, which only those know who have the message itself.
 */

const version = 1;
const ivLength = 12;
const tagLength = 16;

/** The name of an entry; tells nothing about its key. */
export function nameOf(key: string): string {
  return digest('name', key).toString('base64url');
}

export function seal(key: string, entry: Entry): string {
  const iv = randomBytes(ivLength);
  const cipher = createCipheriv('aes-256-gcm', digest('value', key), iv);
  const body = Buffer.concat([cipher.update(JSON.stringify(entry), 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(version), iv, cipher.getAuthTag(), body]).toString('base64');
}

/** @throws Error if it was not sealed by `seal` with the same key. */
export function unseal(key: string, sealed: string): Entry {
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes[0] !== version || bytes.length < 1 + ivLength + tagLength) throw new Error('not a ledger entry');
  const iv = bytes.subarray(1, 1 + ivLength);
  const decipher = createDecipheriv('aes-256-gcm', digest('value', key), iv, { authTagLength: tagLength });
  decipher.setAuthTag(bytes.subarray(1 + ivLength, 1 + ivLength + tagLength));
  const body = Buffer.concat([decipher.update(bytes.subarray(1 + ivLength + tagLength)), decipher.final()]);
  return JSON.parse(body.toString('utf8')) as Entry;
}

function digest(purpose: string, key: string): Buffer {
  return createHash('sha256').update(`imap-send-proxy ledger ${purpose}\0${key}`).digest();
}
