import type { FallbackCompletionFunction } from 'yargs';
import { z } from 'zod';
import { isOption, option } from '../config/options.js';

/**
 * What the shell is told that the word under the cursor may become: yargs knows commands and options, and the option table
 * knows values. Nothing means file names. As is the custom, an option is proposed only for a word that begins like one.
 *
 * @param args those of the program: the words of the command line, with the one under the cursor last
 */
export const completion =
  (args: readonly string[]): FallbackCompletionFunction =>
  (current, _, withDefaults, done) => {
    // bash makes three words of `--log-level=info`.
    const previous = args.filter((word) => word !== '=').at(-2) ?? '';
    const values = valuesOf(previous).filter((value) => value.startsWith(current));
    if (values.length > 0) return done(values);
    withDefaults((_error, words = []) => {
      done(words.filter((word) => !word.startsWith('-') || current.startsWith('-')));
    });
  };

/** The words that an option chooses from. What other commands call `--starttls`, `serve` has once for each server. */
function valuesOf(word: string): readonly string[] {
  const key = word === '--starttls' ? 'upstream-starttls' : word.replace(/^--/, '');
  if (!word.startsWith('--') || !isOption(key)) return [];
  const { type } = option(key);
  return type instanceof z.ZodEnum ? type.options.map(String) : [];
}
