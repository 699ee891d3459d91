import { type OptionKey, option } from './options.js';
import { type Setting, unexpected } from './problem.js';

/** What the type of an option is to understand: a text, or those of a list. Throws ConfigError. */
export function inputOf(key: OptionKey, setting: Setting): string | string[] {
  const { list, secret } = option(key);
  if (list) return elementsOf(setting).map(({ text }) => text);
  if (typeof setting.text !== 'string') throw unexpected(key, 'to be given once', setting, secret);
  return setting.text;
}

/** One of them, with where it was set. */
export interface Element {
  readonly text: string;
  readonly source: string;
}

/** Of a list, in which commas separate, too. */
export function elementsOf({ text, source, sources }: Setting): Element[] {
  return [text].flat().flatMap((part, index) => {
    const where = sources?.[index] ?? source;
    return part.split(/\s*,\s*/).map((element) => ({ text: element, source: where }));
  });
}

/** The one that is `text`. */
export function elementOf(setting: Setting, text: string): Element {
  return elementsOf(setting).find((element) => element.text === text) ?? { text, source: setting.source };
}
