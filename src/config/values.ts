import type { z } from 'zod';
import { elementOf, inputOf } from './input.js';
import { OPTION_KEYS, type OPTIONS, type OptionKey, option } from './options.js';
import { type ConfigError, type Setting, unexpected } from './problem.js';
import type { Settings } from './sources.js';

type Table = typeof OPTIONS;

/** What each option means; undefined only where it is neither set nor has a default. */
export type Values = {
  readonly [Key in OptionKey]:
    | z.output<Table[Key]['type']>
    | (Table[Key] extends { readonly default: string } ? never : undefined);
};

/** The values with what is needed to complain about them. */
export interface Options {
  readonly values: Values;
  /** The error for an option that does not go with the others: names where it was set. `element`: of a list, the one. */
  unexpected(key: OptionKey, expected: string, element?: string): ConfigError;
}

/** Understands each setting for itself. Throws ConfigError for the first that is not as expected. */
export function understand(settings: Settings): Options {
  const settingOf = (key: OptionKey) => settings.get(key) ?? defaultOf(key);
  const values = Object.fromEntries(OPTION_KEYS.map((key) => [key, valueFor(key, settingOf(key))]));
  return {
    values: values as Values,
    unexpected: (key, expected, element) => {
      const setting = settingOf(key);
      const shown = setting && element !== undefined ? elementOf(setting, element) : setting;
      return unexpected(key, expected, shown, option(key).secret);
    },
  };
}

function defaultOf(key: OptionKey): Setting | undefined {
  const text = option(key).default;
  return text === undefined ? undefined : { text, source: 'default' };
}

function valueFor(key: OptionKey, setting: Setting | undefined): unknown {
  if (setting === undefined) return undefined;
  const { type, secret } = option(key);
  const result = type.safeParse(inputOf(key, setting));
  if (!result.success) throw unexpected(key, result.error.issues[0]!.message, setting, secret);
  return result.data;
}
