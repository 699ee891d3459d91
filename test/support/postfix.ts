import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { give, isRoot, mailOwner } from './owner.js';
import { ensure } from './packages.js';
import { onFreePorts } from './port.js';
import {
  mainConfiguration,
  masterConfiguration,
  queueDirectories,
  saslConfiguration,
} from './postfix-config.js';
import { writeSasldb } from './sasldb.js';
import { type Scratch, scratchDirectory } from './scratch.js';
import { type Service, startService } from './service.js';

const run = promisify(execFile);

interface Login {
  readonly user: string;
  readonly password: string;
}

export interface PostfixOptions {
  /**
   * Who may submit: accounts of its own (default: anna@example.org; each is `name@domain`), those of a Dovecot,
   * also with its tokens, or everybody without login.
   */
  readonly auth?: { readonly accounts: readonly Login[] } | { readonly authSocket: string } | 'none';
  /** Refused recipients with their replies, e.g. `550 5.1.1 User not found`; Postfix adds to the text. */
  readonly refuse?: Readonly<Record<string, string>>;
  /** Refuses an envelope sender that is not the login (`reject_sender_login_mismatch`). */
  readonly senderMustBeLogin?: boolean;
  /** Certificate and key files: STARTTLS on the plain port, and a second port that speaks TLS at once. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  /** AUTH is not offered until TLS is active. */
  readonly requireTls?: boolean;
  /** More lines for main.cf. */
  readonly extra?: string;
}

/** A message as it arrived for one recipient. */
export interface Delivery {
  readonly sender: string;
  readonly recipient: string;
  /** What was submitted, but for line ends, all of which are CRLF: Postfix's own first headers are taken off. */
  readonly content: string;
}

export interface Postfix extends Service {
  /** Only with `tls`. */
  readonly tlsPort?: number;
  /** The first account, if it has accounts of its own. */
  readonly user: string;
  readonly password: string;
  /** Waits until nothing is left in the queue, and gives everything that was delivered since the start. */
  deliveries(): Promise<Delivery[]>;
}

const anna: Login = { user: 'anna@example.org', password: 'anna secret' };

/**
 * A Postfix of our own as a submission server: own configuration, own queue, loopback only. Every address of
 * every domain exists, unless it is refused.
 * @throws StartError
 */
export async function startPostfix(options: PostfixOptions = {}): Promise<Postfix> {
  await ensure('postfix', 'sasl2-bin', 'libsasl2-modules', 'libsasl2-modules-db');
  if (!isRoot) throw new Error('Postfix runs as root only: run these tests as root');
  const { auth } = options;
  const accounts =
    auth === undefined ? [anna] : typeof auth === 'object' && 'accounts' in auth ? auth.accounts : [];

  return onFreePorts(options.tls ? 2 : 1, async (ports) => {
    const [port, tlsPort] = ports as [number, number?];
    const files = scratchDirectory('postfix');
    await prepare(files, port, tlsPort, accounts, options);
    const spec = {
      name: 'postfix',
      command: '/usr/lib/postfix/sbin/master',
      args: ['-c', join(files.path, 'conf'), '-s'],
      logFile: join(files.path, 'log'),
      ports,
    };
    const service = await startService(spec, files);
    return Object.assign(service, {
      ...(tlsPort !== undefined && { tlsPort }),
      user: accounts[0]?.user ?? '',
      password: accounts[0]?.password ?? '',
      deliveries: async () => {
        await queueEmptied(join(files.path, 'queue'), spec.logFile);
        return readDeliveries(join(files.path, 'mail', 'new'));
      },
    });
  });
}

async function prepare(
  { path }: Scratch,
  port: number,
  tlsPort: number | undefined,
  accounts: readonly Login[],
  options: PostfixOptions,
): Promise<void> {
  const owner = await mailOwner();
  const conf = join(path, 'conf');
  for (const each of ['conf', 'conf/sasl', 'mail']) await mkdir(join(path, each));
  await give(owner, join(path, 'mail'));

  const inQueue = (names: readonly string[]) => names.map((name) => join(path, 'queue', name));
  await run('install', ['-d', ...inQueue(queueDirectories.root)]);
  await run('install', [
    '-d',
    '-o',
    'postfix',
    '-m',
    '700',
    join(path, 'data'),
    ...inQueue(queueDirectories.postfix),
  ]);
  await run('install', [
    '-d',
    '-o',
    'postfix',
    '-g',
    'postdrop',
    '-m',
    '730',
    ...inQueue(queueDirectories.postdrop),
  ]);

  const refused = Object.entries(options.refuse ?? {}).map(([address, reply]) => `${address} ${reply}\n`);
  // Postfix waits until these files are older than a second, in case somebody is still writing them.
  await writeOldFile(join(conf, 'refused'), refused.join(''));
  await writeOldFile(join(conf, 'main.cf'), mainConfiguration(path, owner, options));
  await writeFile(join(conf, 'master.cf'), masterConfiguration(port, tlsPort));
  await writeFile(join(conf, 'sasl', 'smtpd.conf'), saslConfiguration(path));
  if (accounts.length > 0) {
    await writeSasldb(join(conf, 'sasldb'), accounts);
    await run('chown', ['postfix', join(conf, 'sasldb')]);
  }
}

async function writeOldFile(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  await utimes(path, 0, 0);
}

const queueDeadlineMs = 60_000;

async function queueEmptied(queue: string, logFile: string): Promise<void> {
  const deadline = Date.now() + queueDeadlineMs;
  while (Date.now() < deadline) {
    if (!(await holdsMessages(queue))) return;
    await delay(10);
  }
  throw new Error(`postfix does not deliver\n${await readFile(logFile, 'utf8')}`);
}

async function holdsMessages(queue: string): Promise<boolean> {
  // One after the other, in the direction of the flow: a message that moves on meanwhile is seen further down.
  for (const name of ['maildrop', 'incoming', 'active', 'deferred']) {
    const entries = await readdir(join(queue, name), { recursive: true, withFileTypes: true });
    if (entries.some((entry) => entry.isFile())) return true;
  }
  return false;
}

async function readDeliveries(directory: string): Promise<Delivery[]> {
  const names = await readdir(directory).catch(() => []);
  const texts = await Promise.all(names.sort().map((name) => readFile(join(directory, name), 'utf8')));
  return texts.map((text) => {
    const field = (name: string) => new RegExp(`^${name}: <?(.*?)>?$`, 'm').exec(text)?.[1] ?? '';
    const [, content = ''] = /^Received: .*\n(?:[ \t].*\n)*([\s\S]*)$/m.exec(text) ?? [];
    return {
      sender: field('Return-Path'),
      recipient: field('X-Original-To'),
      content: content.replaceAll('\n', '\r\n'),
    };
  });
}
