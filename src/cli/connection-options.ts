import type { Options as YargsOption } from 'yargs';
import type { Account } from '../client/connect.js';
import { findLogin } from '../client/netrc.js';
import { type Endpoint, IMAP, isLoopback, parseEndpoint } from '../config/endpoint.js';
import { ConfigError, unexpected } from '../config/problem.js';
import { readPem, readText } from '../config/read-text.js';
import { Secret } from '../secret.js';

/** Holds the password, where no file does. Not a flag: every user of the machine can read command lines. */
export const PASSWORD_VARIABLE = 'IMAP_SEND_PASSWORD';

/** An option with a value. */
export const text = (group: string, describe: string): YargsOption => ({
  group: `${group}:`,
  describe,
  nargs: 1,
});

/** An option without one. No type: yargs would read `--insecure=yes` as false. */
export const toggle = (group: string, describe: string): YargsOption => ({
  ...text(group, describe),
  nargs: 0,
});

/** Those of every command that connects to a mail server. */
export const CONNECTION_OPTIONS: Readonly<Record<string, YargsOption>> = {
  server: text('Server', 'The mail server: imap://host:port or imaps://host:port'),
  user: text('Server', 'Login name'),
  'password-file': text(
    'Server',
    `File whose first line is the password (else ${PASSWORD_VARIABLE} in the environment)`,
  ),
  netrc: text('Server', 'File with the login for the host, as curl and git use it'),
  starttls: {
    ...text('Server', 'Use STARTTLS with imap://: never, try (if offered) or require'),
    defaultDescription: 'never on loopback, else require',
  },
  ca: text('Server', 'Trust the certificates signed by these authorities only (PEM file)'),
  insecure: toggle('Server', 'Trust every certificate: whoever is on the way can read the password'),
};

/** What yargs gives: texts, `true` for a toggle, a list for what is given several times. */
export type Arguments = Readonly<Record<string, unknown>>;
export type Environment = Readonly<Record<string, string | undefined>>;

/** Throws ConfigError. */
export function readAccount(given: Arguments, environment: Environment): Account {
  const server = textOf(given, 'server');
  const endpoint = server === undefined ? undefined : parseEndpoint(server, IMAP);
  if (endpoint === undefined || endpoint.port === 0) {
    const setting = server === undefined ? undefined : { text: server, source: '--server' };
    throw unexpected('server', 'imap://host:port or imaps://host:port', setting);
  }
  const { host, port } = endpoint;
  return { host, port, ...readTls(given, endpoint), ...readLogin(given, environment, host) };
}

function readTls(given: Arguments, { host, secure }: Endpoint): Pick<Account, 'tls' | 'ca' | 'insecure'> {
  const [starttls, file] = [textOf(given, 'starttls'), textOf(given, 'ca')];
  const insecure = given['insecure'] !== undefined;
  const tls = secure ? 'implicit' : tlsFor(starttls ?? (isLoopback(host) ? 'never' : 'require'));
  if (secure && starttls !== undefined) {
    throw misplaced('starttls', 'expected imap:// with it, imaps:// has TLS from the start');
  }
  if (tls === 'none' && (insecure || file !== undefined)) {
    throw misplaced(insecure ? 'insecure' : 'ca', 'expected TLS with it: imaps://, or --starttls');
  }
  if (file === undefined) return { tls, insecure };
  if (insecure) throw misplaced('insecure', 'expected not to be set beside --ca');
  const setting = { text: file, source: '--ca' };
  const ca = readPem(file, (expected) => unexpected('ca', expected, setting));
  if (!ca.includes('-----BEGIN CERTIFICATE-----')) {
    throw unexpected('ca', 'a PEM file with certificates', setting);
  }
  return { tls, ca };
}

function tlsFor(starttls: string): Account['tls'] {
  if (starttls === 'never') return 'none';
  if (starttls === 'try' || starttls === 'require') return starttls;
  throw unexpected('starttls', 'never, try or require', { text: starttls, source: '--starttls' });
}

function readLogin(
  given: Arguments,
  environment: Environment,
  host: string,
): Pick<Account, 'user' | 'password'> {
  const user = textOf(given, 'user');
  const netrc = textOf(given, 'netrc');
  if (netrc !== undefined) {
    if (given['password-file'] !== undefined)
      throw misplaced('netrc', 'expected not to be set beside --password-file');
    return fromNetrc(netrc, host, user);
  }
  if (user === undefined) throw new ConfigError({ key: 'user', text: 'expected a login name, or --netrc' });
  const password = readPassword(given, environment);
  if (password !== undefined) return { user, password };
  throw new ConfigError({ text: `no password: expected --password-file, --netrc or ${PASSWORD_VARIABLE}` });
}

/** From the file, else from the environment. Throws ConfigError. */
export function readPassword(given: Arguments, environment: Environment): Secret | undefined {
  const file = textOf(given, 'password-file');
  if (file !== undefined) return fromFile(file);
  const password = environment[PASSWORD_VARIABLE];
  return password ? new Secret(password) : undefined;
}

function fromFile(file: string): Secret {
  const setting = { text: file, source: '--password-file' };
  const content = readText(file, (expected) => unexpected('password-file', expected, setting));
  const [password = ''] = content.split(/\r?\n/, 1);
  if (password === '') throw unexpected('password-file', 'a file whose first line is the password', setting);
  return new Secret(password);
}

function fromNetrc(file: string, host: string, name?: string): Pick<Account, 'user' | 'password'> {
  const setting = { text: file, source: '--netrc' };
  const content = readText(file, (expected) => unexpected('netrc', expected, setting));
  const login = findLogin(content, host, name);
  const user = name ?? login?.user;
  if (login === undefined || user === undefined) {
    throw unexpected('netrc', `a file with a login and password for ${host}`, setting);
  }
  return { user, password: new Secret(login.password) };
}

/** Throws ConfigError when it is given twice, or empty. */
export function textOf(given: Arguments, key: string): string | undefined {
  const value = given[key];
  if (value === undefined) return undefined;
  if (Array.isArray(value)) throw misplaced(key, 'expected to be given once');
  if (String(value) === '') throw unexpected(key, 'a value', { text: '', source: `--${key}` });
  return String(value);
}

/** For an option that is understood, but not beside or without another one. */
export const misplaced = (key: string, words: string): ConfigError =>
  new ConfigError({ key, text: words, source: `--${key}` });
