import { spawnSync } from 'node:child_process';
import type { Account } from '../client/connect.js';
import { findLogin } from '../client/netrc.js';
import { IMAP, isLoopback, parseEndpoint } from '../config/endpoint.js';
import { readPem } from '../config/read-text.js';
import { Secret } from '../secret.js';
import { readOwnFile } from './account-file.js';
import { defaultNetrc, type Environment, type NamedAccount, pathOf } from './accounts.js';
import { EXIT, SendmailError } from './sysexits.js';

/**
 * Where to connect to for an account, and as whom. May run its password command.
 * @throws {SendmailError} `TEMPFAIL` if the command failed: a key may be locked now, and open later
 */
export function loginOf({ name, entry }: NamedAccount, environment: Environment): Account {
  const wrong = (key: string, text: string) =>
    new SendmailError(EXIT.CONFIG, `account ${name}: ${key}: ${text}`);
  const endpoint = parseEndpoint(entry.url, IMAP);
  if (endpoint === undefined || endpoint.port === 0) {
    throw wrong('url', 'expected imap://host:port or imaps://host:port');
  }
  const { host, port, secure } = endpoint;
  const { starttls = isLoopback(host) ? 'never' : 'require', insecure = false, ca } = entry;
  if (secure && entry.starttls !== undefined) throw wrong('starttls', 'expected imap:// with it');
  const tls = secure ? 'implicit' : starttls === 'never' ? 'none' : starttls;
  if (tls === 'none' && (insecure || ca !== undefined))
    throw wrong('url', 'expected TLS with ca or insecure');
  if (insecure && ca !== undefined) throw wrong('insecure', 'expected not to be set beside ca');
  const pem =
    ca && readPem(pathOf(ca, environment), (expected) => wrong('ca', `expected ${expected}`) as never);
  if (pem !== undefined && !pem.includes('-----BEGIN CERTIFICATE-----'))
    throw wrong('ca', 'expected certificates in PEM');
  const password = passwordOf({ name, entry }, host, environment);
  return { host, port, tls, insecure, ...(pem !== undefined && { ca: pem }), user: entry.user, password };
}

function passwordOf({ name, entry }: NamedAccount, host: string, environment: Environment): Secret {
  const command = entry['password-command'];
  if (command !== undefined) return fromCommand(name, command);
  const file = entry['password-file'];
  if (file !== undefined) {
    const text = readOwnFile(pathOf(file, environment), 'nothing');
    if (text === undefined)
      throw new SendmailError(EXIT.CONFIG, `account ${name}: password-file: no such file`);
    return firstLine(text, `account ${name}: password-file`);
  }
  const fromVariable = environment['IMAP_SEND_PASSWORD'];
  if (entry.netrc === undefined && fromVariable) return new Secret(fromVariable);
  const path = entry.netrc === undefined ? defaultNetrc(environment) : pathOf(entry.netrc, environment);
  const login = findLogin(readOwnFile(path, 'nothing') ?? '', host, entry.user);
  if (login === undefined) {
    throw new SendmailError(
      EXIT.CONFIG,
      `account ${name}: no password: no password-command, password-file, IMAP_SEND_PASSWORD, nor ${host} in ${path}`,
    );
  }
  return new Secret(login.password);
}

function fromCommand(name: string, command: string): Secret {
  // Standard input is the message; what it has to say to the user it may say.
  const { status, signal, stdout } = spawnSync('/bin/sh', ['-c', command], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) {
    throw new SendmailError(EXIT.TEMPFAIL, `account ${name}: password-command failed (${signal ?? status})`);
  }
  return firstLine(stdout, `account ${name}: password-command`);
}

function firstLine(text: string, what: string): Secret {
  const [line = ''] = text.split(/\r?\n/, 1);
  if (line === '') throw new SendmailError(EXIT.CONFIG, `${what}: its first line is no password`);
  return new Secret(line);
}
