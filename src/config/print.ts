import { resolve } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { clean } from '../log/clean.js';
import type { Config, Server } from './config.js';
import { elementsOf } from './input.js';
import { OPTION_KEYS, type OptionKey, option } from './options.js';
import type { Setting } from './problem.js';
import type { Settings } from './sources.js';

const HEAD = `# What imap-send-proxy serve runs with, and where each value was set. It can be used as a config file.
# Lines that begin with "#" and a key are not set, or hold a secret, which is not shown.
`;

/**
 * A config file that says what is in force. File names in it are absolute; secrets are left out, for the environment or
 * another file to set them.
 *
 * @param settings what `config` was made of
 */
export function printConfig(settings: Settings, config: Config): string {
  const derived = derive(config);
  const keys = OPTION_KEYS.filter((key) => !option(key).outside);
  const lines = keys.map((key, index) => {
    const { group } = option(key);
    const heading = index > 0 && option(keys[index - 1]!).group === group ? '' : `\n# ${group}\n\n`;
    return `${heading}${lineFor(key, settings.get(key), derived[key])}\n`;
  });
  return HEAD + lines.join('');
}

function lineFor(key: OptionKey, setting: Setting | undefined, derived: string | undefined): string {
  const { default: fallback, otherwise = 'not set', secret } = option(key);
  if (setting === undefined) {
    const text = derived ?? fallback;
    return text === undefined ? `#${key}:  # ${otherwise}` : `${key}: ${written(key, text)}  # default`;
  }
  const source = clean(setting.source);
  const elements = option(key).list ? elementsOf(setting).map(({ text }) => text) : [String(setting.text)];
  if (secret || hasPassword(key, elements)) return `#${key}:  # ${source}, not shown`;
  const [one = '', ...others] = elements.map((text) => written(key, text));
  if (others.length === 0) return `${key}: ${one}  # ${source}`;
  return [`${key}:  # ${source}`, ...[one, ...others].map((element) => `  - ${element}`)].join('\n');
}

const hasPassword = (key: OptionKey, texts: readonly string[]): boolean =>
  option(key).credentials === true && /@|password/i.test(texts.join());

/** A scalar of YAML that is read as the same text, and is of the type that editors expect. */
function written(key: OptionKey, text: string): string {
  const { path, toggle, type } = option(key);
  if (toggle) return String(type.parse(text));
  const form = z.globalRegistry.get(type)?.['type'];
  if (/^\d+$/.test(text) && [form].flat().includes('integer')) return text;
  return stringify(path ? resolve(text) : text, { lineWidth: 0, blockQuote: false }).trimEnd();
}

/** What depends on other options where it is not set. */
function derive({ listeners, upstream, submission, senderPolicy, limits, spoolDirectory }: Config) {
  const clients = listeners.map(({ tls }) => (tls.mode === 'none' ? 'none' : tls.clients.kind))[0];
  const derived: { readonly [Key in OptionKey]?: string | undefined } = {
    'tls-client-auth': clients === 'none' ? undefined : clients === 'required' ? 'require' : clients,
    'max-unauthenticated': unlimited(limits.maxUnauthenticated),
    'upstream-starttls': starttls(upstream),
    'submission-starttls': starttls(submission),
    'sender-policy': senderPolicy.kind,
    'spool-dir': spoolDirectory,
  };
  return derived;
}

const unlimited = (count: number): string => (Number.isFinite(count) ? String(count) : 'unlimited');

function starttls({ tls }: Server): string | undefined {
  switch (tls.mode) {
    case 'implicit':
      return undefined;
    case 'none':
      return 'never';
    case 'starttls':
      return tls.required ? 'require' : 'try';
  }
}
