import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Account, dovecotConfiguration, passwordFile } from './dovecot-config.js';
import { give, mailOwner, type Owner } from './owner.js';
import { ensure } from './packages.js';
import { onFreePorts } from './port.js';
import { scratchDirectory } from './scratch.js';
import { type Service, startService } from './service.js';

export interface DovecotOptions {
  /** Default: one account, anna@example.org. */
  readonly accounts?: readonly Account[];
  /** Certificate and key files: STARTTLS on the plain port, and a second port that speaks TLS at once. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  /** Also XOAUTH2 and OAUTHBEARER, for accounts that have a token. */
  readonly oauth?: boolean;
  /** LOGINDISABLED until TLS is active. Default: passwords are taken from everybody. */
  readonly requireTls?: boolean;
  /** Takes the place of the capabilities that are advertised; `+X` adds to them. */
  readonly capability?: string;
  /** More lines for the configuration file, e.g. `login_trusted_networks = 127.0.0.0/8`. */
  readonly extra?: string;
}

export interface Dovecot extends Service {
  readonly name: 'dovecot';
  /** Only with `tls`. */
  readonly tlsPort?: number;
  /** The first account. */
  readonly user: string;
  readonly password: string;
  /** Maildirs of all accounts, one directory named after each. */
  readonly mailRoot: string;
  /** Where Postfix can ask Dovecot to authenticate (`smtpd_sasl_type = dovecot`). */
  readonly authSocket: string;
  /**
   * Puts a message into a mailbox without IMAP, as a delivery agent does; the mailbox comes into being with
   * it. Messages get their UIDs in the order of the calls. Stored with the line ends it has; Dovecot serves
   * CRLF in any case.
   */
  deliver(user: string, mailbox: string, message: Buffer | string): Promise<void>;
}

const anna: Account = { user: 'anna@example.org', password: 'anna secret' };

/**
 * A Dovecot of our own: own configuration, own files, loopback only. Folders: INBOX, Sent, Drafts.
 * @throws StartError
 */
export async function startDovecot(options: DovecotOptions = {}): Promise<Dovecot> {
  await ensure('dovecot-imapd');
  const accounts = options.accounts ?? [anna];
  const [first] = accounts;
  if (first === undefined) throw new TypeError('startDovecot: no accounts');

  return onFreePorts(options.tls ? 2 : 1, async (ports) => {
    const [port, tlsPort] = ports as [number, number?];
    const files = scratchDirectory('dovecot');
    const mailRoot = join(files.path, 'mail');
    const owner = await mailOwner();
    await mkdir(mailRoot);
    await give(owner, mailRoot);
    const users = passwordFile(accounts, ({ password }) => password);
    const tokens = passwordFile(accounts, ({ token }) => token);
    await writeFile(join(files.path, 'users'), users, { mode: 0o644 });
    await writeFile(join(files.path, 'tokens'), tokens, { mode: 0o644 });
    const configFile = join(files.path, 'dovecot.conf');
    await writeFile(configFile, dovecotConfiguration(files.path, owner, port, tlsPort, options));

    const spec = {
      name: 'dovecot',
      command: '/usr/sbin/dovecot',
      args: ['-F', '-c', configFile],
      logFile: join(files.path, 'log'),
      ports,
    };
    const service = await startService(spec, files);
    return Object.assign(service, {
      name: 'dovecot' as const,
      ...(tlsPort !== undefined && { tlsPort }),
      user: first.user,
      password: first.password,
      mailRoot,
      authSocket: join(files.path, 'run', 'auth-for-smtp'),
      deliver: maildirDelivery(mailRoot, owner),
    });
  });
}

function maildirDelivery(mailRoot: string, owner: Owner): Dovecot['deliver'] {
  const known = new Set<string>();
  const directory = async (path: string) => {
    if (known.has(path)) return;
    await mkdir(path, { recursive: true, mode: 0o700 });
    await give(owner, path);
    known.add(path);
  };
  let count = 0;
  return async (user, mailbox, message) => {
    const home = join(mailRoot, user);
    const folder = mailbox.toUpperCase() === 'INBOX' ? '' : `.${mailbox.replaceAll('/', '.')}`;
    // New files get their UIDs in the order of the time in their names.
    const name = `${1_000_000_000 + count++}.M${process.pid}.test`;
    const [temporary, final] = ['tmp', 'new'].map((each) => join(home, folder, each, name)) as [
      string,
      string,
    ];
    for (const path of [home, join(home, folder), dirname(temporary), dirname(final)]) await directory(path);
    await writeFile(temporary, message, { mode: 0o600 });
    await give(owner, temporary);
    await rename(temporary, final);
  };
}
