import { accessSync, constants, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { parseSenderMap } from '../send/sender-map-file.js';
import { resolveAdmin } from './admin.js';
import type { Config, Limits, SenderPolicy } from './config.js';
import { resolveListeners } from './listeners.js';
import { settingsOf } from './plain-options.js';
import { ConfigError } from './problem.js';
import { readText } from './read-text.js';
import { reasonOf } from './reason.js';
import { resolveServer, resolveSubmission } from './servers.js';
import { type Environment, type Flags, gather, type Settings } from './sources.js';
import { resolveTimeouts } from './timeouts.js';
import { type Options, understand } from './values.js';

/** More than log in at the same moment anywhere, and few enough to carry. */
const MAX_UNAUTHENTICATED = 1_000;

export interface Loaded {
  readonly config: Config;
  /** What it was made of. */
  readonly settings: Settings;
  /** To be shown, and nothing else. */
  readonly printOnly: boolean;
}

/**
 * The configuration that command line, environment and config file make together, files it names read and checked.
 * Throws ConfigError for the first thing that is wrong.
 */
export const loadConfig = (flags: Flags, environment: Environment): Config => load(flags, environment).config;

/** The configuration of a program that has `serve` as a library: environment and command line are not looked at. Throws ConfigError. */
export const loadOptions = (options: Readonly<Record<string, unknown>>): Config =>
  resolveConfig(understand(settingsOf(options)), {});

/** The same, with where it comes from. */
export function load(flags: Flags, environment: Environment): Loaded {
  const settings = gather(flags, environment);
  const options = understand(settings);
  return { config: resolveConfig(options, environment), settings, printOnly: options.values['print-config'] };
}

function resolveConfig(options: Options, environment: Environment): Config {
  const { values } = options;
  return {
    listeners: resolveListeners(options, environment),
    upstream: resolveServer(options, 'upstream'),
    clientAddress: {
      trustedProxies: values['accept-proxy-protocol'],
      proxyProtocol: values['upstream-proxy-protocol'],
      id: values['upstream-id'],
    },
    submission: resolveSubmission(options),
    senderPolicy: resolveSenderPolicy(options),
    state: values.state,
    limits: resolveLimits(options),
    timeouts: resolveTimeouts(options),
    admin: resolveAdmin(options),
    spoolDirectory: resolveSpoolDirectory(options),
    drainTimeoutMs: values['drain-timeout'],
    workers: values.workers,
    log: { level: values['log-level'], format: values['log-format'] },
  };
}

function resolveSenderPolicy(options: Options): SenderPolicy {
  const { values, unexpected } = options;
  const auth = values['submission-auth'];
  const kind =
    values['sender-policy'] ?? (auth === 'user' || auth === 'impersonate' ? 'submission' : 'login');
  const domain = values['default-domain'];
  const file = values['sender-map'];
  if (file !== undefined && kind !== 'map') throw unexpected('sender-map', 'sender-policy map with it');
  switch (kind) {
    case 'submission':
      if (domain !== undefined) throw unexpected('default-domain', 'sender-policy login or map with it');
      return { kind };
    case 'login':
      return { kind, ...(domain !== undefined && { defaultDomain: domain }) };
    case 'map':
      if (file === undefined) throw unexpected('sender-policy', 'sender-map with it');
      checkSenderMap(options, file, domain);
      return { kind, file, ...(domain !== undefined && { defaultDomain: domain }) };
  }
}

/** What it says is read by the policy, now and whenever it changes. */
function checkSenderMap({ unexpected }: Options, file: string, domain: string | undefined): void {
  const text = readText(file, (expected) => unexpected('sender-map', expected));
  const parsed = parseSenderMap(text, domain);
  if (!parsed.ok) throw unexpected('sender-map', `${parsed.expected} in line ${parsed.line}`);
}

function resolveLimits({ values, unexpected }: Options): Limits {
  const maxSessions = values['max-sessions'];
  for (const key of ['max-sessions-per-ip', 'max-unauthenticated'] as const) {
    const given = values[key] ?? 0;
    if (Number.isFinite(given) && given > maxSessions) {
      throw unexpected(key, `at most max-sessions, which is ${maxSessions}`);
    }
  }
  const messageRate = values['rate-messages'];
  const recipientRate = values['rate-recipients'];
  return {
    maxMessageSize: values['max-message-size'],
    maxRecipients: values['max-recipients'],
    maxMessagesPerSend: values['max-messages-per-send'],
    maxSessions,
    maxSessionsPerIp: values['max-sessions-per-ip'],
    maxUnauthenticated: values['max-unauthenticated'] ?? Math.min(MAX_UNAUTHENTICATED, maxSessions),
    ...(messageRate !== 'off' && { messageRate }),
    ...(recipientRate !== 'off' && { recipientRate }),
  };
}

function resolveSpoolDirectory({ values, unexpected }: Options): string {
  const directory = values['spool-dir'] ?? tmpdir();
  try {
    if (!statSync(directory).isDirectory()) throw unexpected('spool-dir', 'a directory');
    accessSync(directory, constants.W_OK | constants.X_OK);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw unexpected('spool-dir', `a directory that we may write to (${reasonOf(error)})`);
  }
  return directory;
}
