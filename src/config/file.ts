import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { clean } from '../log/clean.js';
import { ConfigError, type Setting, unexpected } from './problem.js';
import { readText } from './read-text.js';

/** One `key: value` of a config file. */
export interface Entry extends Setting {
  readonly key: string;
}

/** The entries of a YAML or JSON file (the second is a subset of the first). Throws ConfigError. */
export function readConfigFile(path: string, setting: Setting): Entry[] {
  const text = readText(path, (expected) => unexpected('config', expected, setting));
  return parseConfigFile(text, path);
}

/** `name` says in errors which file it is. */
export function parseConfigFile(text: string, name: string): Entry[] {
  const lines = new LineCounter();
  const source = (offset: number) => `${name} line ${lines.linePos(offset).line}`;
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  // The parser's own message may quote the text, and there may be a password in it.
  if (error) throw notUsable(error.code.toLowerCase().replaceAll('_', ' '), source(error.pos[0]));
  if (document.contents === null) return [];
  if (!isMap(document.contents)) throw notUsable('not a mapping', source(0));

  return document.contents.items.map(({ key, value }) => {
    if (!isScalar(key)) throw notUsable('a key that is no word', source(0));
    const entry = { key: textOf(key), source: source(key.range?.[0] ?? 0) };
    if (isSeq(value) && value.items.every((item) => isScalar(item))) {
      return { ...entry, text: value.items.map(textOf) };
    }
    if (isScalar(value)) return { ...entry, text: textOf(value) };
    const { key: name, source: where } = entry;
    throw new ConfigError({
      key: clean(name),
      text: 'expected one value or a list of values',
      source: where,
    });
  });
}

function notUsable(reason: string, source: string): ConfigError {
  return new ConfigError({
    key: 'config',
    text: `expected key: value lines in YAML, or JSON (${reason}; ${source})`,
  });
}

/** A scalar as it was written, so that `1e3` is no number here if it is none on the command line. */
function textOf(scalar: { readonly value: unknown; readonly source?: string }): string {
  if (typeof scalar.value === 'string') return scalar.value;
  return scalar.value === null ? '' : (scalar.source ?? String(scalar.value));
}
