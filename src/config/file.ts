import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { ConfigError, type Setting, unexpected } from './problem.js';
import { readText } from './read-text.js';

/** One `key: value` of a config file. */
export interface Entry extends Setting {
  readonly key: string;
  /** Where the key is; `source` is where the value is. */
  readonly keySource: string;
  /** A mapping, or a list of more than values: no option has that. */
  readonly nested?: true;
}

/** The entries of a YAML or JSON file (the second is a subset of the first). Throws ConfigError. */
export function readConfigFile(path: string, setting: Setting): Entry[] {
  const text = readText(path, (expected) => unexpected('config', expected, setting));
  return parseConfigFile(text, path);
}

/** `name` says in errors which file it is. */
export function parseConfigFile(text: string, name: string): Entry[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  const sourceOf = (node: unknown): string => at((node as Node | null)?.range?.[0] ?? 0);
  // A warning is about a tag that is not known: what it was to mean is lost.
  const [error] = [...document.errors, ...document.warnings];
  // The parser's own message may quote the text, and there may be a password in it.
  if (error) throw notUsable(error.code.toLowerCase().replaceAll('_', ' '), at(error.pos[0]));
  if (document.contents === null) return [];
  if (!isMap(document.contents)) throw notUsable('not a mapping', sourceOf(document.contents));

  const meant = (node: unknown): unknown => {
    if (!isAlias(node)) return node;
    const value = node.resolve(document);
    if (value === undefined) throw notUsable('an alias without an anchor', sourceOf(node));
    return value;
  };
  return document.contents.items.map(({ key, value }): Entry => {
    if (!isScalar(key)) throw notUsable('a key that is no word', sourceOf(key));
    const entry = { key: textOf(key), keySource: sourceOf(key), source: sourceOf(value ?? key) };
    const one = meant(value);
    if (one === null) return { ...entry, text: '' };
    if (isScalar(one)) return { ...entry, text: textOf(one) };
    const elements = isSeq(one) ? one.items.map(meant) : [];
    if (!isSeq(one) || !elements.every((element) => isScalar(element))) {
      return { ...entry, text: [], nested: true };
    }
    return { ...entry, text: elements.map(textOf), sources: one.items.map(sourceOf) };
  });
}

function notUsable(reason: string, source: string): ConfigError {
  const text = `expected key: value lines in YAML, or JSON: ${reason}`;
  return new ConfigError({ key: 'config', text, source });
}

/** A scalar as it was written, so that `1e3` is no number here if it is none on the command line. */
function textOf(scalar: { readonly value: unknown; readonly source?: string }): string {
  if (typeof scalar.value === 'string') return scalar.value;
  return scalar.value === null ? '' : (scalar.source ?? String(scalar.value));
}
