import { z } from 'zod';
import type { Entry } from './file.js';
import { elementsOf, inputOf } from './input.js';
import { isOption, OPTION_KEYS, type OptionKey, option } from './options.js';
import { ConfigError, unexpected, unknown } from './problem.js';
import { suggestion } from './suggestion.js';

export const FILE_KEYS = OPTION_KEYS.filter((key) => !option(key).outside);

/**
 * A config file: each value as its text, or the list of its texts. What editors are told of it is made of this, too
 * (deploy/imap-send-proxy.schema.json).
 */
export const CONFIG_FILE = z.strictObject(
  Object.fromEntries(FILE_KEYS.map((key) => [key, option(key).type.optional()])),
);

export interface OptionEntry extends Entry {
  readonly key: OptionKey;
}

/**
 * The entries of a file in which each is an option and can be understood: also those that a flag or the environment takes
 * the place of. Throws ConfigError for the first that is not.
 */
export function checkEntries(entries: readonly Entry[]): OptionEntry[] {
  const inputs = entries.map((entry) => {
    const isUsual = isInFile(entry) && entry.nested === undefined;
    return [entry.key, isUsual ? inputOf(entry.key, entry) : {}];
  });
  const { error } = CONFIG_FILE.safeParse(Object.fromEntries(inputs));
  return entries.map((entry) => {
    const problem = error?.issues
      .map((issue) => problemWith(entry, issue))
      .find((each) => each !== undefined);
    if (problem !== undefined) throw problem;
    return entry as OptionEntry;
  });
}

const isInFile = (entry: Entry): entry is OptionEntry => isOption(entry.key) && !option(entry.key).outside;

/** Undefined when the issue is about another entry. */
function problemWith(entry: Entry, issue: z.core.$ZodIssue): ConfigError | undefined {
  const { key, keySource } = entry;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.includes(key) ? unknown(key, keySource, suggestion(key, FILE_KEYS)) : undefined;
  }
  const [of, index] = issue.path;
  if (of !== key || !isInFile(entry)) return undefined;
  if (entry.nested) {
    return new ConfigError({ key, text: 'expected one value or a list of values', source: entry.source });
  }
  const element = typeof index === 'number' ? elementsOf(entry)[index] : undefined;
  return unexpected(key, issue.message, element ?? entry, option(entry.key).secret);
}
