import { readFileSync } from 'node:fs';
import type { ConfigError } from './problem.js';
import { reasonOf } from './reason.js';

/**
 * The text of a file that an option names, without a byte order mark. Throws what `unexpected` makes of the reason when it
 * cannot be read.
 */
export function readText(path: string, unexpected: (expected: string) => ConfigError): string {
  let octets: Buffer;
  try {
    octets = readFileSync(path);
  } catch (error) {
    throw unexpected(`a readable file (${reasonOf(error)})`);
  }
  try {
    // Replaced, an octet that is not UTF-8 would make another password of it.
    return new TextDecoder('utf-8', { fatal: true }).decode(octets);
  } catch {
    throw unexpected('a file in UTF-8');
  }
}
