import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, copyFile, cp, mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { debianMirror, ensure } from '../support/packages.js';
import { onAbnormalExit } from '../support/scratch.js';

const run = promisify(execFile);
const limits = { maxBuffer: 64 << 20 };

/** The directory of the clone in the root. */
export const clone = '/root/imap-send-proxy';

/** A Debian system in a directory, with Node.js and a clone of this repository and nothing else. */
export interface DebianRoot {
  readonly path: string;

  /** For commands that fetch packages as this machine does. */
  readonly environment: Readonly<Record<string, string>>;
  /** What must not come to light: the names of this machine, its mirror and its registry. */
  readonly secrets: readonly string[];
  remove(): void;
}

/** @param repository the working copy; what git ignores stays behind. */
export async function debianRoot(repository: string, host: string): Promise<DebianRoot> {
  await ensure('debootstrap', 'iproute2');
  const { uri, codename } = await debianMirror();
  const path = await mkdtemp(join(tmpdir(), 'walk-'));
  const remove = () => removeTree(path);
  const forget = onAbnormalExit(remove);
  // It becomes `/`, which is for everybody.
  await chmod(path, 0o755);
  // In namespaces of its own: what debootstrap mounts and starts ends with it.
  const namespaces = ['--mount', '--pid', '--fork', '--kill-child'];
  await run('unshare', [...namespaces, 'debootstrap', '--variant=minbase', codename, path, uri], limits);

  // It has this machine's.
  await writeFile(join(path, 'etc/hostname'), `${host}\n`);
  await writeFile(join(path, 'etc/hosts'), `127.0.0.1 localhost ${host}\n`);
  // There is no init system that would start services; the path starts what it needs.
  await writeFile(join(path, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  await installNode(path);
  await copyRepository(repository, join(path, clone));
  const { environment, registry } = await packageSources(path);
  return {
    path,
    environment,
    secrets: [hostname(), new URL(uri).host, registry, path],
    remove: () => {
      remove();
      forget();
    },
  };
}

async function installNode(root: string): Promise<void> {
  const local = join(root, 'usr/local');
  await copyFile(process.execPath, join(local, 'bin/node'));
  await chmod(join(local, 'bin/node'), 0o755);
  const { stdout } = await run('npm', ['root', '--global']);
  await mkdir(join(local, 'lib/node_modules'), { recursive: true });
  await cp(join(stdout.trim(), 'npm'), join(local, 'lib/node_modules/npm'), { recursive: true });
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', join(local, 'bin/npm'));
}

async function copyRepository(from: string, to: string): Promise<void> {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const { stdout } = await run('git', list, { ...limits, cwd: from });
  const existing = (file: string) => cp(join(from, file), join(to, file)).catch(missing);
  for (const file of stdout.split('\0').filter((name) => name !== '')) await existing(file);
}

/** A file that was deleted, but not committed yet. */
function missing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

/** How this machine reaches its package registry; nothing that logs in. */
async function packageSources(root: string) {
  const setting = async (key: string) => {
    const { stdout } = await run('npm', ['config', 'get', key]);
    return stdout.trim();
  };
  const [registry, authorities] = [await setting('registry'), await setting('cafile')];
  await copyFile('/etc/resolv.conf', join(root, 'etc/resolv.conf'));
  const environment: Record<string, string> = {
    npm_config_registry: registry,
    npm_config_update_notifier: 'false',
  };
  if (authorities !== 'null') {
    await copyFile(authorities, join(root, 'etc/npm-authorities.pem'));
    environment['npm_config_cafile'] = '/etc/npm-authorities.pem';
  }
  for (const name of ['http_proxy', 'https_proxy', 'no_proxy']) {
    const value = process.env[name] ?? process.env[name.toUpperCase()];
    if (value !== undefined) environment[name] = value;
  }
  return { environment, registry: new URL(registry).host };
}

/** What is mounted in the root is so in the namespaces of its processes alone. Anything else there is not ours to delete. */
function removeTree(path: string): void {
  const mounted = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((point) => point.startsWith(`${path}/`));
  if (mounted.length > 0) throw new Error(`not removed, as these are mounted: ${mounted.join(' ')}`);
  spawnSync('rm', ['--recursive', '--force', '--one-file-system', '--', path], { stdio: 'inherit' });
}
