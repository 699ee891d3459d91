import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startProcess } from '../support/process.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const run = promisify(execFile);

/** Registries may be slow, and the machine busy. */
const DEADLINE_MS = 300_000;

/**
 * What is packed is what is built: nothing is built anew under the feet of the other tests. Of the cache, `npx` gets a part of
 * its own, as it keeps what it installs.
 */
function npmWith(cache: string) {
  const shared = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  const env = { ...process.env, npm_config_cache: cache };
  return (cwd: string, ...args: string[]) =>
    run('npm', [...args.slice(0, 1), ...shared, ...args.slice(1)], { cwd, env, timeout: DEADLINE_MS });
}

describe('npm pack', () => {
  let files: Scratch;
  let npm: ReturnType<typeof npmWith>;
  let tarball = '';
  let prefix = '';
  let program = '';

  before(async () => {
    files = scratchDirectory('package');
    const { stdout: cache } = await run('npm', ['config', 'get', 'cache']);
    const packages = join(cache.trim(), '_cacache');
    mkdirSync(packages, { recursive: true });
    mkdirSync(join(files.path, 'cache'));
    symlinkSync(packages, join(files.path, 'cache', '_cacache'));
    npm = npmWith(join(files.path, 'cache'));
    const { stdout } = await npm(root, 'pack', '--json', '--pack-destination', files.path);
    const [{ filename = '' } = {}] = JSON.parse(stdout) as { filename?: string }[];
    tarball = join(files.path, filename);
    prefix = join(files.path, 'prefix');
    await npm(files.path, 'install', '--global', '--prefix', prefix, tarball);
    program = join(prefix, 'bin', 'imap-send-proxy');
  });
  after(() => files.remove());

  test('packs the program, its types, its manual page, and nothing else', async () => {
    const { stdout } = await run('tar', ['--list', '--gzip', '--file', tarball]);
    const names = stdout
      .trimEnd()
      .split('\n')
      .map((name) => name.replace(/^package\//, ''));
    const [inDist, others] = [true, false].map((is) =>
      names.filter((name) => name.startsWith('dist/src/') === is),
    );
    assert.deepEqual(others?.sort(), [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'man/imap-send-proxy.1',
      'package.json',
    ]);
    assert.ok(inDist?.includes('dist/src/index.d.ts') && inDist.includes('dist/src/client/index.d.ts'));
    // The status page is no module.
    for (const name of inDist ?? []) assert.match(name, /\.(js|d\.ts)$|^dist\/src\/admin\/page\/document\//);
    for (const name of inDist ?? []) assert.doesNotMatch(name, /\.test\.|\/browser\//);
  });

  test('installs globally: by its first line it runs, and its manual page is where man looks', async () => {
    const { stdout } = await run(program, ['--version'], { timeout: DEADLINE_MS });
    assert.equal(stdout, `${version}\n`);
    const help = await run(program, ['--help'], { timeout: DEADLINE_MS });
    assert.match(help.stdout, /^ {2}imap-send-proxy serve /m);
    assert.ok(existsSync(join(prefix, 'share', 'man', 'man1', 'imap-send-proxy.1')));
  });

  test('serves, and stops in order', async () => {
    const logFile = join(files.path, 'log');
    const lines = () =>
      readFileSync(logFile, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as { event: string });
    const server = await startProcess({
      name: 'the installed program',
      command: program,
      args: ['serve', '--listen', 'imap://127.0.0.1:0', '--drain-timeout', '1s'],
      logFile,
      ready: () => lines().some(({ event }) => event === 'ready'),
    });
    await server.stop();
    assert.deepEqual(
      lines().map(({ event }) => event),
      ['ready', 'stopping', 'stopped'],
    );
  });

  test('npx runs it', async () => {
    const args = ['exec', '--yes', `--package=${tarball}`, '--', 'imap-send-proxy', '--version'];
    const own = join(files.path, 'npx');
    mkdirSync(own);
    const { stdout } = await npm(own, ...args);
    assert.equal(stdout, `${version}\n`);
  });

  describe('in a program of somebody else', () => {
    let home = '';
    before(() => {
      home = join(prefix, 'lib');
      writeFileSync(join(home, 'package.json'), '{ "type": "module" }');
    });

    test('TypeScript knows both entry points, under strict and with the types of dependencies checked', async () => {
      const options = {
        strict: true,
        noEmit: true,
        module: 'nodenext',
        target: 'es2022',
        types: ['node'],
        typeRoots: [join(root, 'node_modules/@types')],
      };
      writeFileSync(
        join(home, 'tsconfig.json'),
        JSON.stringify({ compilerOptions: options, files: ['use.ts'] }),
      );
      writeFileSync(
        join(home, 'use.ts'),
        `
        import { ConfigError, createProxy, StartError, type LogEntry, type RunningProxy } from 'imap-send-proxy';
        import { sendMessages, offersSend } from 'imap-send-proxy/client';

        const log = (entry: LogEntry): void => {
          if (entry.event === 'send') entry.outcome satisfies 'accepted' | 'refused' | 'lost' | 'unknown' | 'unavailable';
          // @ts-expect-error This event has no such field.
          if (entry.event === 'login') entry.reply;
        };
        export async function use(): Promise<RunningProxy> {
          // @ts-expect-error There is no such option.
          await createProxy({ upsteam: 'imap://127.0.0.1:143' }).catch((error) => error instanceof ConfigError);
          // @ts-expect-error It is none of these words.
          await createProxy({ 'submission-auth': 'kerberos' }).catch((error) => error instanceof StartError);
          return createProxy({ listen: ['imap://127.0.0.1:0'], 'max-recipients': 5, workers: 'auto' }, { log });
        }
        export const client = { sendMessages, offersSend };
        `,
      );
      const tsc = join(root, 'node_modules/typescript/bin/tsc');
      const { stdout } = await run(process.execPath, [tsc, '--project', home], {
        timeout: DEADLINE_MS,
      }).catch((error) => error as { stdout: string });
      assert.equal(stdout, '');
    });

    test('nothing but the entry points can be imported', async () => {
      const program = `
        const ways = ['', '/client', '/dist/src/proxy.js', '/package.json', '/src/proxy.ts'];
        for (const way of ways) {
          await import('imap-send-proxy' + way).then(() => console.log('yes'), ({ code }) => console.log(code));
        }`;
      const child = run(process.execPath, ['--input-type=module', '--eval', program], { cwd: home });
      const { stdout } = await child;
      const no = 'ERR_PACKAGE_PATH_NOT_EXPORTED';
      assert.deepEqual(stdout.trimEnd().split('\n'), ['yes', 'yes', no, no, no]);
    });

    test('the proxy does not keep the process alive once it is closed', async () => {
      const program = `
        import { createProxy } from 'imap-send-proxy';
        const proxy = await createProxy({ listen: 'imap://127.0.0.1:0', admin: 'http://127.0.0.1:0' });
        console.log(proxy.addresses.length);
        await proxy.close();`;
      const child = execFile(process.execPath, ['--input-type=module', '--eval', program], {
        cwd: home,
        timeout: DEADLINE_MS,
      });
      assert.deepEqual(await once(child, 'exit'), [0, null]);
    });
  });

  test('what was installed are dependencies of the program alone', () => {
    const modules = readdirSync(join(prefix, 'lib/node_modules/imap-send-proxy/node_modules'));
    for (const name of ['typescript', '@biomejs', 'fast-check']) assert.ok(!modules.includes(name), name);
  });
});
