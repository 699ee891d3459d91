import { Secret } from '../secret.js';
import type { OptionKey } from './options.js';
import { readText } from './read-text.js';
import type { Options } from './values.js';

/** What a file's first line has to be. */
export interface SecretShape {
  readonly pattern: RegExp;
  readonly expected: string;
}

/** The first line of the file that `key` names. Throws ConfigError, which does not show it. */
export function readSecret(
  { unexpected }: Options,
  key: OptionKey,
  file: string,
  { pattern, expected }: SecretShape,
): Secret {
  const text = readText(file, (reason) => unexpected(key, reason));
  const [line = ''] = text.split(/\r?\n/, 1);
  if (!pattern.test(line)) throw unexpected(key, `a file whose first line is ${expected}`);
  return new Secret(line);
}
