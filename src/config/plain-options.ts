import { FILE_KEYS } from './file-schema.js';
import { isOption, type OptionKey, option } from './options.js';
import { ConfigError, type Setting, unknown } from './problem.js';
import type { Settings } from './sources.js';
import { suggestion } from './suggestion.js';

/** The log is handed over by the program: what it shows, and how, is decided there. */
const OF_THE_PROGRAM: readonly OptionKey[] = ['log-level', 'log-format'];

/** What a program may set: the keys of a config file. */
export const PLAIN_KEYS = FILE_KEYS.filter((key) => !OF_THE_PROGRAM.includes(key));

/**
 * What a program sets that has the proxy as a library: keys as in a config file, with plain values; undefined is not set.
 * Throws ConfigError for what is no option, or no value.
 */
export function settingsOf(options: Readonly<Record<string, unknown>>): Settings {
  const settings = new Map<OptionKey, Setting>();
  for (const [key, value] of Object.entries(options)) {
    const source = `options['${key}']`;
    if (!isOption(key) || !PLAIN_KEYS.includes(key)) {
      throw unknown(key, source, suggestion(key, PLAIN_KEYS));
    }
    if (value === undefined) continue;
    const given = option(key).list ? [value].flat() : [value];
    if (!given.every(isScalar)) {
      const text = option(key).list ? 'expected text or a list of texts' : 'expected one plain value';
      throw new ConfigError({ key, text, source });
    }
    const texts = given.map(String);
    settings.set(key, { text: option(key).list ? texts : texts.join(), source });
  }
  return settings;
}

const isScalar = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);
