import { execFile } from 'node:child_process';
import { access, chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { scratchDirectory } from './scratch.js';

const run = promisify(execFile);

/** Debian packages of everything the tests run against, but for Cyrus: see {@link unpacked}. */
export const servers = [
  'dovecot-imapd',
  'dovecot-lmtpd',
  'fail2ban',
  'haproxy',
  'libsasl2-modules',
  'libsasl2-modules-db',
  'mandoc',
  'openssl',
  'postfix',
  'prometheus',
  'redis-server',
  'sasl2-bin',
];

/** Debian packages of the mail programs that are tested through the proxy. */
export const clients = [
  'aerc',
  'alpine',
  'bsd-mailx',
  'curl',
  'fetchmail',
  'getmail6',
  'git',
  'git-email',
  'imapfilter',
  'isync',
  'libio-socket-ssl-perl',
  'libmail-imapclient-perl',
  'libmailtools-perl',
  'mutt',
  'neomutt',
  'offlineimap3',
  'python3',
  's-nail',
];

/** What the status page is looked at with, and fonts to read it. */
export const browsers = ['chromium', 'fonts-dejavu-core', 'fonts-roboto-unhinted'];

/** The same, for the long tests only. */
export const longClients = ['emacs-nox', 'thunderbird'];

const present = new Set<string>();

/**
 * Makes sure that Debian packages are installed. No service is started and no other package removed.
 * @throws Error in one line that tells what to install, if this cannot be done here.
 */
export function ensure(...names: readonly string[]): Promise<void> {
  return ensureWith(install, names);
}

/** The same for packages of Debian's section non-free, which need not be among the sources of the machine. */
export function ensureNonFree(...names: readonly string[]): Promise<void> {
  return ensureWith(installNonFree, names);
}

async function ensureWith(
  installing: (names: readonly string[]) => Promise<void>,
  names: readonly string[],
): Promise<void> {
  const missing = await notInstalled(names.filter((name) => !present.has(name)));
  if (missing.length > 0) {
    if (process.getuid?.() !== 0)
      throw new Error(`please install as root: apt-get install ${missing.join(' ')}`);
    process.stderr.write(`installing ${missing.join(', ')}\n`);
    await installing(missing);
  }
  for (const name of names) present.add(name);
}

async function notInstalled(names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of dpkg-query(1)
  const format = '--showformat=${Package} ${db:Status-Status}\\n';
  // dpkg-query fails if it does not know one of the names, and still lists the others.
  const { stdout } = await run('dpkg-query', ['--show', format, ...names]).catch((error) => {
    if (error.code === 'ENOENT') throw new Error(`this is no Debian system; needed: ${names.join(' ')}`);
    return error as { stdout: string };
  });
  const installed = new Set(stdout.split('\n').filter((line) => line.endsWith(' installed')));
  return names.filter((name) => !installed.has(`${name} installed`));
}

async function install(names: readonly string[], sources: readonly string[] = []): Promise<void> {
  const commands = scratchDirectory('no-services');
  try {
    // The scripts of a package start its service and enable it for the next boot with one of these.
    for (const command of ['invoke-rc.d', 'deb-systemd-invoke', 'systemctl']) {
      await writeFile(join(commands.path, command), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    }
    const path = `DPkg::Path=${commands.path}:/usr/sbin:/usr/bin:/sbin:/bin`;
    const how = ['--yes', '--no-install-recommends', '--no-remove', '-o', path, ...sources];
    await apt(['install', ...how, ...names], { sources });
  } finally {
    await commands.remove();
  }
}

/** Where this machine gets the section main of its Debian release from. */
export async function debianMirror(): Promise<{ readonly uri: string; readonly codename: string }> {
  const format = '$(REPO_URI) $(RELEASE) $(COMPONENT)';
  const { stdout } = await run('apt-get', ['indextargets', '--format', format, 'Identifier: Packages']);
  const codename = await osRelease('VERSION_CODENAME');
  const [uri] =
    stdout
      .split('\n')
      .find((line) => line.endsWith(` ${codename} main`))
      ?.split(' ') ?? [];
  if (uri === undefined) throw new Error(`apt has no source for ${codename} main`);
  return { uri, codename };
}

/** From the mirror that the machine has for the section main, with package lists for this once. */
async function installNonFree(names: readonly string[]): Promise<void> {
  const { uri, codename } = await debianMirror();
  const own = scratchDirectory('apt');
  try {
    await mkdir(join(own.path, 'lists', 'partial'), { recursive: true });
    const keys = '/usr/share/keyrings/debian-archive-keyring.gpg';
    const list = join(own.path, 'sources.list');
    await writeFile(list, `deb [signed-by=${keys}] ${uri} ${codename} main non-free\n`);
    const settings = {
      'Dir::Etc::SourceList': list,
      'Dir::Etc::SourceParts': '-',
      'Dir::State::Lists': join(own.path, 'lists'),
    };
    await install(
      names,
      Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    );
  } finally {
    await own.remove();
  }
}

interface AptOptions {
  readonly cwd?: string;
  /** Options that name other package sources than those of the machine. */
  readonly sources?: readonly string[];
}

/** Runs apt-get; a failure is taken for missing or outdated package lists first. */
async function apt(args: readonly string[], { cwd, sources = [] }: AptOptions = {}): Promise<string> {
  const options = [
    '-q',
    '-o',
    'Acquire::Retries=3',
    '-o',
    'DPkg::Lock::Timeout=300',
    '-o',
    'APT::Sandbox::User=root',
  ];
  const attempt = async (command: readonly string[]) => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
    const { stdout } = await run('apt-get', [...options, ...command], { cwd, env, maxBuffer: 64 << 20 });
    return stdout;
  };
  try {
    return await attempt(args);
  } catch {
    try {
      await attempt(['update', ...sources]);
      return await attempt(args);
    } catch (error) {
      const { stderr } = error as { stderr?: string };
      const reasons = (stderr ?? String(error)).split('\n').filter((line) => line.startsWith('E:'));
      throw new Error(`apt-get ${args.join(' ')}: ${reasons.join(' ') || error}`, { cause: error });
    }
  }
}

/**
 * Unpacks a package that cannot be installed beside the others, with what it depends on, into a directory
 * of its own: Debian's cyrus-imapd and dovecot-imapd exclude each other. Kept in a cache directory.
 * @returns the directory that stands for `/`.
 */
export async function unpacked(name: string): Promise<string> {
  // Root's home is closed to the users that servers started by root run as.
  const caches =
    process.getuid?.() === 0 ? '/var/cache' : (process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'));
  const cache = join(caches, 'imap-send-proxy-tests');
  const root = join(cache, `${name}-${await osRelease('VERSION_ID')}-${process.arch}`);
  if (await exists(root)) return root;

  process.stderr.write(`unpacking ${name} into ${cache}\n`);
  await mkdir(cache, { recursive: true });
  const fresh = await mkdtemp(`${root}.`);
  try {
    const plan = await apt(['install', '--simulate', '--no-install-recommends', name]);
    const packages = [...plan.matchAll(/^Inst (\S+) (?:\[\S+\] )?\((\S+) /gm)];
    await apt(['download', ...packages.map(([, each, version]) => `${each}=${version}`)], { cwd: fresh });
    for (const file of (await readdir(fresh)).filter((each) => each.endsWith('.deb'))) {
      await run('dpkg-deb', ['--extract', join(fresh, file), fresh]);
      await rm(join(fresh, file));
    }
    await chmod(fresh, 0o755);
    await rename(fresh, root);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    // Another process was quicker.
    if (!(await exists(root))) throw error;
  }
  return root;
}

async function osRelease(key: 'VERSION_ID' | 'VERSION_CODENAME'): Promise<string> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return new RegExp(`^${key}="?([\\w.]+)`, 'm').exec(text)?.[1] ?? 'unknown';
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
