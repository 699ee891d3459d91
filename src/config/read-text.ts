import { readFileSync } from 'node:fs';
import type { ConfigError } from './problem.js';
import { reasonOf } from './reason.js';

/** Makes of what was expected of a file the error for its option. */
type Unexpected = (expected: string) => ConfigError;

/**
 * The text of a file that an option names, without a byte order mark. Throws what `unexpected` makes of the reason when it
 * cannot be read.
 */
export function readText(path: string, unexpected: Unexpected): string {
  const octets = read(path, unexpected);
  try {
    // Replaced, an octet that is not UTF-8 would make another password of it.
    return new TextDecoder('utf-8', { fatal: true }).decode(octets);
  } catch {
    throw unexpected('a file in UTF-8');
  }
}

/** The same for PEM, which is ASCII itself, among words in any encoding (RFC 7468 §2). */
export function readPem(path: string, unexpected: Unexpected): string {
  return read(path, unexpected).toString('latin1');
}

function read(path: string, unexpected: Unexpected): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw unexpected(`a readable file (${reasonOf(error)})`);
  }
}
