import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { chmod, chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { certificates } from '../../support/certs.js';
import { startImapPeer } from '../../support/imap-peer.js';
import { freePorts } from '../../support/port.js';
import { type ProcessSpec, startProcess } from '../../support/process.js';
import { scratchDirectory } from '../../support/scratch.js';
import { parseImage, replay } from './image.js';

const root = new URL('../../../../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8');
const image = parseImage(read('deploy/docker/Dockerfile'));
const user = Number(image.user.split(':')[0]);

describe('the Dockerfile', () => {
  test('begins with a version of the base image, not with a tag that moves', () => {
    assert.deepEqual(
      image.stages.map(({ from }) => /^node:\d{2}\.\d+\.\d+-\w+-slim$/.test(from)),
      [true, true],
    );
    assert.equal(new Set(image.stages.map(({ from }) => from)).size, 1);
  });

  test('runs the program as a user with a number, as its own first line wants it to be run', () => {
    assert.match(image.user, /^[1-9]\d{3,}:[1-9]\d{3,}$/);
    const [line = ''] = read('src/cli/main.ts').split('\n', 1);
    const settings = [...line.matchAll(/(MALLOC_\w+)=(\d+)/g)];
    assert.ok(settings.length > 0);
    for (const [, name = '', value] of settings) assert.equal(image.env[name], value);
    for (const [flag] of line.matchAll(/--\S+/g)) assert.ok(image.entrypoint.includes(flag), flag);
  });

  test('exposes the ports of the trial', () => {
    const ports = [...read('deploy/docker/config.yaml').matchAll(/0\.0\.0\.0:(\d+)/g)];
    assert.equal(ports.length, 2);
    for (const [, port = ''] of ports) assert.ok(image.expose.includes(port), port);
  });
});

describe('its steps, carried out', () => {
  const files = scratchDirectory('image');
  let app: string;
  let started = 0;

  before(async () => {
    app = await replay(image, files.path);
  });
  after(() => files.remove());

  /** In the directory of the image, as its user, without a single capability. */
  const confined = ([command = '', ...args]: readonly string[], env: Record<string, string> = {}) => {
    const ids = [
      `--reuid=${user}`,
      `--regid=${user}`,
      '--clear-groups',
      '--no-new-privs',
      '--bounding-set=-all',
    ];
    return {
      name: command,
      command: 'setpriv',
      args: [...ids, command, ...args],
      cwd: app,
      env: { ...image.env, ...env },
      logFile: join(files.path, `log${++started}`),
    } satisfies ProcessSpec;
  };

  /** Its exit code. */
  const ended = async (command: readonly string[], env: Record<string, string> = {}): Promise<number> => {
    const spec = confined(['sh', '-c', '"$@"; echo "exit $?"', 'sh', ...command], env);
    const said = () => /^exit (\d+)$/m.exec(readFileSync(spec.logFile, 'utf8'))?.[1];
    const process = await startProcess({ ...spec, ready: () => said() !== undefined }).catch(() => undefined);
    await process?.kill();
    return Number(said());
  };

  test('leave what serves, and nothing of development', () => {
    const installed = readFileSync(join(app, 'node_modules/.package-lock.json'), 'utf8');
    assert.doesNotMatch(installed, /"dev": true/);
    assert.match(installed, /"node_modules\/nodemailer"/);
  });

  test('what is left serves as that user, who can change nothing of it, and is healthy', async (t) => {
    const { server } = await certificates();
    const upstream = await startImapPeer();
    t.after(() => upstream.close());
    const [port = 0, admin = 0] = await freePorts(2);
    const [config, cert, key] = ['config.yaml', 'cert.pem', 'key.pem'].map((name) =>
      join(files.path, name),
    ) as [string, string, string];
    writeFileSync(cert, server.cert);
    writeFileSync(key, server.key);
    const spool = join(files.path, 'spool');
    await mkdir(spool);
    for (const own of [key, spool]) await chown(own, user, user);
    await chmod(key, 0o400);
    const options = {
      listen: `imaps://127.0.0.1:${port}`,
      'tls-cert': cert,
      'tls-key': key,
      upstream: `imap://127.0.0.1:${upstream.port}`,
      admin: `http://127.0.0.1:${admin}`,
      'spool-dir': spool,
    };
    writeFileSync(config, JSON.stringify(options));
    const command = [...image.entrypoint, ...image.cmd.with(-1, config)];
    const spec = confined(command);
    const log = () => readFileSync(spec.logFile, 'utf8');
    const container = await startProcess({ ...spec, ready: () => log().includes('"event":"ready"') });
    t.after(() => container.kill());
    const env = { ADMIN_PORT: String(admin) };
    assert.equal(await ended(image.healthcheck, env), 0);
    const overwrite = "require('node:fs').appendFileSync('dist/src/cli/main.js', ' ')";
    assert.equal(await ended(['node', '-e', overwrite]), 1);
    await container.stop();
    assert.match(log(), /"event":"stopped"/);
    assert.equal(await ended(image.healthcheck, env), 1);
  });
});
