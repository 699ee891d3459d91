import { homedir } from 'node:os';
import { join } from 'node:path';
import { identityOf } from '../send/message/mailbox.js';
import { type AccountEntry, type AccountFile, parseAccountFile, readOwnFile } from './account-file.js';
import { EXIT, SendmailError } from './sysexits.js';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface NamedAccount {
  readonly name: string;
  readonly entry: AccountEntry;
}

export interface Accounts {
  /** Whether messages are kept when the server cannot be reached, also without `--queue`. */
  readonly queue: boolean;
  /** Throws SendmailError if there is none of that name. */
  named(name: string): NamedAccount;
  /** The one for a sender: that names its address, or its domain; else the default; else the only one. */
  forSender(sender: string | undefined): NamedAccount;
}

/** Of the account that the environment describes. */
const ENVIRONMENT = 'environment';

const homeOf = (environment: Environment): string => environment['HOME'] || homedir();

/** `~/` at the beginning of a path is the user's home. */
export const pathOf = (path: string, environment: Environment): string =>
  path.startsWith('~/') ? join(homeOf(environment), path.slice(2)) : path;

export const defaultNetrc = (environment: Environment): string => join(homeOf(environment), '.netrc');

/** Messages that are kept (XDG Base Directory Specification). */
export const spoolDirectory = (environment: Environment): string =>
  join(directory(environment, 'XDG_STATE_HOME', '.local/state'), 'imap-send-proxy', 'spool');

const accountFileOf = (environment: Environment): string =>
  join(directory(environment, 'XDG_CONFIG_HOME', '.config'), 'imap-send-proxy', 'accounts.yaml');

/** The specification has relative paths ignored. */
function directory(environment: Environment, variable: string, fallback: string): string {
  const given = environment[variable];
  return given?.startsWith('/') ? given : join(homeOf(environment), fallback);
}

/**
 * What the account file has, and the environment.
 * @param file in place of the user's own
 * @throws {SendmailError}
 */
export function readAccounts(environment: Environment, file: string | undefined): Accounts {
  const path = file ?? accountFileOf(environment);
  const text = readOwnFile(path, 'read');
  if (text === undefined && file !== undefined) throw new SendmailError(EXIT.CONFIG, `${path}: no such file`);
  const found = text === undefined ? { accounts: {} } : parseAccountFile(text, path);
  return accountsOf(found, path, fromEnvironment(environment));
}

function accountsOf(file: AccountFile, path: string, own: AccountEntry | undefined): Accounts {
  const { accounts } = file;
  const named = (name: string): NamedAccount => {
    if (name === ENVIRONMENT && own !== undefined) return { name, entry: own };
    const entry = Object.hasOwn(accounts, name) ? accounts[name] : undefined;
    if (entry === undefined) throw new SendmailError(EXIT.CONFIG, `no account ${name} in ${path}`);
    return { name, entry };
  };
  return {
    queue: file.queue ?? false,
    named,
    forSender(sender) {
      if (own !== undefined) return { name: ENVIRONMENT, entry: own };
      const names = Object.keys(accounts);
      const match = sender === undefined ? undefined : choose(file, sender);
      const name = match ?? file.default ?? (names.length === 1 ? names[0] : undefined);
      if (name !== undefined) return named(name);
      if (names.length === 0)
        throw new SendmailError(EXIT.CONFIG, `no account: there is no ${path}, nor IMAP_SEND_URL`);
      const which = sender === undefined ? 'a message without a sender' : sender;
      throw new SendmailError(
        EXIT.CONFIG,
        `no account for ${which} in ${path}: from or default has to name one`,
      );
    },
  };
}

/** An address counts before a domain (`@example.org`). */
function choose({ accounts }: AccountFile, sender: string): string | undefined {
  const identity = identityOf(sender);
  const domain = identity.slice(identity.lastIndexOf('@'));
  const having = (wanted: string) =>
    Object.keys(accounts).find((name) =>
      accounts[name]?.from?.some(
        (from) => (from.startsWith('@') ? from.toLowerCase() : identityOf(from)) === wanted,
      ),
    );
  return having(identity) ?? having(domain);
}

function fromEnvironment(environment: Environment): AccountEntry | undefined {
  const [url, user] = [environment['IMAP_SEND_URL'], environment['IMAP_SEND_USER']];
  if (!url) return undefined;
  if (!user)
    throw new SendmailError(EXIT.CONFIG, 'IMAP_SEND_USER: expected a login name beside IMAP_SEND_URL');
  const [mailbox, ca] = [environment['IMAP_SEND_MAILBOX'], environment['IMAP_SEND_CA']];
  return { url, user, ...(mailbox && { mailbox }), ...(ca && { ca }) };
}
