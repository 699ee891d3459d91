import { dirname, resolve } from 'node:path';
import { readConfigFile } from './file.js';
import { checkEntries } from './file-schema.js';
import { elementsOf } from './input.js';
import {
  ENVIRONMENT_PREFIX,
  environmentName,
  isOption,
  OPTION_KEYS,
  type OptionKey,
  option,
} from './options.js';
import { type Setting, unexpected, unknown } from './problem.js';
import { suggestion } from './suggestion.js';

export type Settings = ReadonlyMap<OptionKey, Setting>;

/** Parsed command line: names without dashes; `true` for an option without a value. */
export type Flags = Readonly<Record<string, unknown>>;
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What is set, and where: flags win over the environment, the environment over the config file.
 * Throws ConfigError for what is no option.
 */
export function gather(flags: Flags, environment: Environment): Settings {
  const fromFlags = readFlags(flags);
  const fromEnvironment = readEnvironment(environment);
  const config = fromFlags.get('config') ?? fromEnvironment.get('config');
  return new Map([...readFile(config), ...fromEnvironment, ...fromFlags]);
}

function readFlags(flags: Flags): Settings {
  const settings = new Map<OptionKey, Setting>();
  for (const [key, value] of Object.entries(flags)) {
    const source = key.length === 1 ? `-${key}` : `--${key}`;
    if (!isOption(key)) throw unknown(key, source, suggestion(key, OPTION_KEYS));
    const { toggle, list, secret, credentials } = option(key);
    const texts = [value].flat().map((text) => (text === true ? (toggle ? 'true' : '') : String(text)));
    if (secret || (credentials && /@|password/i.test(texts.join()))) {
      throw unexpected(
        key,
        'no secret in a flag, but in the environment or a file',
        { text: texts, source },
        true,
      );
    }
    settings.set(key, { text: list || texts.length > 1 ? texts : texts.join(), source });
  }
  return settings;
}

/** What Kubernetes sets in every container once there is a Service called imap-send-proxy: not meant for us. */
const OF_KUBERNETES = /^(SERVICE_(HOST|PORT)|PORT$|PORT_\d+_(TCP|UDP|SCTP))/;

function readEnvironment(environment: Environment): Settings {
  const settings = new Map<OptionKey, Setting>();
  for (const [name, text] of Object.entries(environment)) {
    if (text === undefined || !name.startsWith(ENVIRONMENT_PREFIX)) continue;
    const rest = name.slice(ENVIRONMENT_PREFIX.length);
    if (OF_KUBERNETES.test(rest)) continue;
    const key = rest.toLowerCase().replaceAll('_', '-');
    if (!isOption(key) || environmentName(key) !== name) {
      const similar = suggestion(key, OPTION_KEYS);
      throw unknown(name, 'environment', similar && environmentName(similar));
    }
    settings.set(key, { text, source: `environment ${name}` });
  }
  return settings;
}

function readFile(config: Setting | undefined): Settings {
  const settings = new Map<OptionKey, Setting>();
  // One that is no file name is refused with all other values that are not as expected.
  if (typeof config?.text !== 'string' || config.text === '') return settings;
  const path = config.text;
  for (const entry of checkEntries(readConfigFile(path, config))) {
    const { key, text, source } = entry;
    const beside = (name: string) => (option(key).path ? resolve(dirname(path), name) : name);
    if (typeof text === 'string' && !option(key).list) {
      settings.set(key, { text: beside(text), source });
    } else {
      const elements = elementsOf(entry);
      const sources = elements.map((element) => element.source);
      settings.set(key, { text: elements.map((element) => beside(element.text)), source, sources });
    }
  }
  return settings;
}
