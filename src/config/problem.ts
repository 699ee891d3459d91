import { clean } from '../log/clean.js';

/** An option as it was set, before it is understood. */
export interface Setting {
  /** Several for a list. An empty text is an option without a value. */
  readonly text: string | readonly string[];
  /** Where it was set: `--upstream`, `environment IMAP_SEND_PROXY_UPSTREAM`, `/etc/x.yaml:7:11` (line and column). */
  readonly source: string;
  /** Where each of several was set, if that is known. */
  readonly sources?: readonly string[];
}

/** What is wrong, with which option, and where that was set. */
export interface Problem {
  readonly text: string;
  readonly key?: string;
  readonly source?: string;
}

/** The configuration cannot be used. `message` is one line for the operator, without a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    const { key, text, source } = problem;
    super(`${key === undefined ? '' : `${key}: `}${text}${source === undefined ? '' : ` (${source})`}`);
    this.problem = problem;
  }
}

/** `key: expected this, given that (source)`. What a secret option was given is not shown. */
export function unexpected(key: string, expected: string, setting?: Setting, secret = false): ConfigError {
  if (setting === undefined) return new ConfigError({ key, text: `expected ${expected}, given nothing` });
  const given = secret ? '[secret]' : shown(setting.text);
  return new ConfigError({ key, text: `expected ${expected}, given ${given}`, source: setting.source });
}

/** `similar` is what may have been meant. */
export function unknown(word: string, source: string, similar: string | undefined): ConfigError {
  const hint = similar === undefined ? '' : `, did you mean ${similar}?`;
  return new ConfigError({ key: clean(word), text: `unknown option${hint}`, source: clean(source) });
}

function shown(text: Setting['text']): string {
  const parts = (typeof text === 'string' ? [text] : text).map((part) => clean(withoutCredentials(part)));
  return parts.join('') === '' ? 'nothing' : `"${parts.join(', ')}"`;
}

/**
 * A URL is where passwords turn up uninvited: in front of the `@`, or as a parameter. Also in one too broken to be
 * parsed, so this goes by what such a text must contain.
 */
function withoutCredentials(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/*)?.*@/is, '$1…@').replace(/\?.*$/s, '?…');
}
