import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { environmentName, OPTION_KEYS, option } from '../../src/config/options.js';

const { PATH } = process.env;
const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));

function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  return spawn(process.execPath, [main, ...args], {
    env: { PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
}

async function run(args: readonly string[], environment?: Readonly<Record<string, string>>) {
  const child = start(args, environment);
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code, out, err };
}

const lines: readonly [args: string[], environment: Record<string, string>, line: string][] = [
  [[], {}, 'a command is needed: serve, check, send or sendmail'],
  [['serv'], {}, 'Unknown command: serv'],
  [['serve', 'now'], {}, 'Unknown command: now'],
  [['serve', '--', 'now'], {}, 'serve: expected no arguments, given "now"'],
  [['serve', '--upsteam', 'x'], {}, 'upsteam: unknown option, did you mean upstream? (--upsteam)'],
  [
    ['serve', '--maxRecipients', '5'],
    {},
    'maxRecipients: unknown option, did you mean max-recipients? (--maxRecipients)',
  ],
  [
    ['serve', '--no-upstream-insecure'],
    {},
    'no-upstream-insecure: unknown option, did you mean upstream-insecure? (--no-upstream-insecure)',
  ],
  [
    ['serve', '--allow-plaintext=maybe'],
    {},
    'allow-plaintext: expected true or false, given "maybe" (--allow-plaintext)',
  ],
  [
    ['serve', '--max-recipients', '-5'],
    {},
    'max-recipients: expected a whole number from 1, given "-5" (--max-recipients)',
  ],
  [
    ['serve', '--upstream', '--log-level', 'info'],
    {},
    'upstream: expected imap://host:port or imaps://host:port, given nothing (--upstream)',
  ],
  [
    ['serve', '--log-level=info', '--log-level=warn'],
    {},
    'log-level: expected to be given once, given "info, warn" (--log-level)',
  ],
  [
    ['serve', '--submission-password=hunter2'],
    {},
    'submission-password: expected no secret in a flag, but in the environment or a file, given [secret] (--submission-password)',
  ],
  [
    ['serve'],
    { IMAP_SEND_PROXY_STATE: 'disk' },
    'state: expected memory, redis://… or rediss://…, given "disk" (environment IMAP_SEND_PROXY_STATE)',
  ],
  [
    ['serve', '--log-level', 'a\nb'],
    { LC_ALL: 'de_DE.UTF-8' },
    'log-level: expected error, warn, info or debug, given "a?b" (--log-level)',
  ],
];

describe('exit code 2 and one line', { concurrency: 4 }, () => {
  for (const [args, environment, line] of lines) {
    test(line, async () => {
      assert.deepEqual(await run(args, environment), { code: 2, out: '', err: `imap-send-proxy: ${line}\n` });
    });
  }
});

test('--version', async () => {
  assert.deepEqual(await run(['--version']), { code: 0, out: `${version}\n`, err: '' });
});

test('serve --help names every option, and the secret one only as a variable', async () => {
  const { code, out } = await run(['serve', '--help']);
  assert.equal(code, 0);
  for (const key of OPTION_KEYS) {
    assert.equal(new RegExp(`^  --${key} `, 'm').test(out), !option(key).secret, key);
    if (option(key).secret) assert.ok(out.includes(environmentName(key)));
  }
});

test('a port in use: exit code 1, one line', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const { code, out, err } = await run(['serve', '--listen', `imap://127.0.0.1:${port}`]);
  taken.close();
  assert.equal(err, `imap-send-proxy: cannot listen on 127.0.0.1 port ${port}: address already in use\n`);
  assert.deepEqual({ code, out }, { code: 1, out: '' });
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`ready with the real port; after ${signal} stopping, stopped, exit code 0`, async () => {
    const child = start(['serve', '--listen', 'imap://127.0.0.1:0', '--drain-timeout', '5s']);
    const output = text(child.stdout);
    const errors = text(child.stderr);
    const closed = once(child, 'close');
    await once(child.stdout, 'data');
    child.kill(signal);
    const [code] = await closed;

    const events = (await output)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      events.map(({ event }) => event),
      ['ready', 'stopping', 'stopped'],
    );
    assert.match(events[0].listeners.join(), /^imap:\/\/127\.0\.0\.1:[1-9]\d*$/);
    assert.deepEqual([events[1].signal, events[1].drainSeconds], [signal, 5]);
    assert.deepEqual({ code, errors: await errors }, { code: 0, errors: '' });
  });
}

test('--print-config shows what is in force, and starts nothing', async () => {
  const occupied = createServer().listen(0, '127.0.0.1');
  await once(occupied, 'listening');
  const { port } = occupied.address() as AddressInfo;
  const secrets = { IMAP_SEND_PROXY_STATE: 'redis://:hunter2@127.0.0.1:1' };
  const { code, out, err } = await run(
    ['serve', '--print-config', '--listen', `imap://127.0.0.1:${port}`],
    secrets,
  );
  occupied.close();
  assert.deepEqual([code, err], [0, '']);
  assert.match(out, new RegExp(`^listen: imap://127\\.0\\.0\\.1:${port}  # --listen$`, 'm'));
  assert.match(out, /^#state: {2}# environment IMAP_SEND_PROXY_STATE, not shown$/m);
  assert.doesNotMatch(out, /hunter2/);
});

test('--print-config refuses what cannot be used, as ever', async () => {
  const { code, out, err } = await run(['serve', '--print-config', '--workers', 'many']);
  const line =
    'imap-send-proxy: workers: expected a whole number from 1 to 64, or auto, given "many" (--workers)\n';
  assert.deepEqual([code, out, err], [2, '', line]);
});
