import { readFileSync } from 'node:fs';
import type { ConfigError } from './problem.js';
import { reasonOf } from './reason.js';

/** The text of a file that an option names. Throws what `unexpected` makes of the reason when it cannot be read. */
export function readText(path: string, unexpected: (expected: string) => ConfigError): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unexpected(`a readable file (${reasonOf(error)})`);
  }
}
