import { X509Certificate } from 'node:crypto';
import type { Options as YargsOption } from 'yargs';
import type { CheckRequest } from '../check/run.js';
import type { Account } from '../client/connect.js';
import type { Config, Listener } from '../config/config.js';
import { IMAP, isLoopback, parseEndpoint } from '../config/endpoint.js';
import { ConfigError, unexpected } from '../config/problem.js';
import { readPem } from '../config/read-text.js';
import {
  type Arguments,
  type Environment,
  misplaced,
  PASSWORD_VARIABLE,
  readPassword,
  text,
  textOf,
  toggle,
} from './connection-options.js';

/** What `check` has beside the options of `serve`. */
export const CHECK_OPTIONS: Readonly<Record<string, YargsOption>> = {
  user: text('Check', 'Log in as this user, at upstream and, as the proxy would, at the submission server'),
  'password-file': text(
    'Check',
    `File whose first line is the password of the user (else ${PASSWORD_VARIABLE} in the environment)`,
  ),
  'send-to': text('Check', 'Send a test message to this address through the proxy, which has to be running'),
  from: {
    ...text('Check', 'Sender address of the test message'),
    defaultDescription: '--user, completed by --default-domain',
  },
  server: {
    ...text('Check', 'Where the proxy is, for --send-to: imap://host:port or imaps://host:port'),
    defaultDescription: 'the first --listen',
  },
  'server-ca': text(
    'Check',
    'Trust the certificates of --server signed by these authorities only (PEM file)',
  ),
  json: toggle('Check', 'One JSON object in place of lines'),
};

/** Throws ConfigError. */
export function readRequest(given: Arguments, environment: Environment, config: Config): CheckRequest {
  const name = textOf(given, 'user');
  if (name === undefined) {
    for (const key of ['password-file', 'send-to'] as const) {
      if (given[key] !== undefined) throw misplaced(key, 'expected --user with it');
    }
  }
  const to = textOf(given, 'send-to');
  for (const key of ['from', 'server', 'server-ca'] as const) {
    if (to === undefined && given[key] !== undefined) throw misplaced(key, 'expected --send-to with it');
  }
  if (name === undefined) return {};
  const password = readPassword(given, environment);
  if (password === undefined) {
    throw new ConfigError({ text: `no password: expected --password-file or ${PASSWORD_VARIABLE}` });
  }
  const request = { user: { name, password } };
  if (to === undefined) return request;
  const place = placeOf(given, config);
  const account = { ...place, user: name, password };
  return {
    ...request,
    trial: { account, from: senderOf(given, name, config), to: addressOf('send-to', to) },
  };
}

/** Only such as can stand in a header field as they are: it is a test, not a mail program. */
function addressOf(key: string, address: string): string {
  if (/^[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+$/.test(address)) return address;
  throw unexpected(key, 'an address such as anna@example.org', { text: address, source: `--${key}` });
}

function senderOf(given: Arguments, user: string, { senderPolicy }: Config): string {
  const from = textOf(given, 'from');
  if (from !== undefined) return addressOf('from', from);
  const domain = senderPolicy.kind === 'submission' ? undefined : senderPolicy.defaultDomain;
  const address = user.includes('@') || domain === undefined ? user : `${user}@${domain}`;
  if (!address.includes('@'))
    throw new ConfigError({ key: 'from', text: 'expected an address: --user has no domain' });
  return addressOf('user', address);
}

type Place = Omit<Account, 'user' | 'password'>;

function placeOf(given: Arguments, { listeners: [listener] }: Config): Place {
  const server = textOf(given, 'server');
  const file = textOf(given, 'server-ca');
  if (server === undefined) {
    if (file !== undefined) throw misplaced('server-ca', 'expected --server with it');
    return ourselves(listener);
  }
  const endpoint = parseEndpoint(server, IMAP);
  if (endpoint === undefined || endpoint.port === 0) {
    throw unexpected('server', 'imap://host:port or imaps://host:port', { text: server, source: '--server' });
  }
  const { host, port, secure } = endpoint;
  const tls = secure ? 'implicit' : isLoopback(host) ? 'none' : 'require';
  if (file === undefined) return { host, port, tls };
  if (tls === 'none') throw misplaced('server-ca', 'expected TLS with it: imaps://');
  const setting = { text: file, source: '--server-ca' };
  return { host, port, tls, ca: readPem(file, (expected) => unexpected('server-ca', expected, setting)) };
}

const EVERYWHERE: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** A proxy that runs with this configuration, from this machine. */
function ourselves({ host, port, tls }: Listener): Place {
  if (port === 0) {
    throw new ConfigError({
      key: 'server',
      text: 'expected with --send-to, as the system chooses the port of --listen',
    });
  }
  const place = { host: EVERYWHERE[host] ?? host, port };
  if (tls.mode === 'none') return { ...place, tls: 'none' };
  // The names in it are those that clients use: none may lead here from this machine.
  const pinned = new X509Certificate(tls.certificates[0].chain).toString();
  return { ...place, tls: tls.mode === 'implicit' ? 'implicit' : 'require', pinned };
}
