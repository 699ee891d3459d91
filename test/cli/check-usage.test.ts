import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { CHECK_OPTIONS, readRequest } from '../../src/cli/check-options.js';
import { PASSWORD_VARIABLE } from '../../src/cli/connection-options.js';
import { loadConfig } from '../../src/config/load.js';
import { scratchDirectory } from '../support/scratch.js';
import { CHECKS } from './check-names.js';
import { runProgram } from './program.js';

const PASSWORD = { [PASSWORD_VARIABLE]: 'anna secret' };
const ANNA = { user: 'anna@example.org' };

type Flags = Readonly<Record<string, string>>;

describe('exit code 2 and one line', { concurrency: 2 }, () => {
  const table: readonly (readonly [args: string[], line: string])[] = [
    [['now'], 'Unknown command: now'],
    [['--upsteam', 'x'], 'upsteam: unknown option, did you mean upstream? (--upsteam)'],
    [['--send-to=b@c'], 'send-to: expected --user with it (--send-to)'],
  ];
  for (const [args, line] of table) {
    test(line, async () => {
      const ended = await runProgram(['check', ...args]);
      assert.deepEqual(ended, { code: 2, out: '', err: `imap-send-proxy: ${line}\n` });
    });
  }
});

describe('what is asked for, and cannot be', () => {
  const trial = { ...ANNA, 'send-to': 'b@c' };
  const table: readonly (readonly [own: Flags, flags: Flags, line: string])[] = [
    [{ 'password-file': 'x' }, {}, 'password-file: expected --user with it (--password-file)'],
    [{ ...ANNA, server: 'imap://a' }, {}, 'server: expected --send-to with it (--server)'],
    [
      { ...ANNA, 'send-to': 'bob' },
      {},
      'send-to: expected an address such as anna@example.org, given "bob" (--send-to)',
    ],
    [{ ...trial, user: 'anna' }, {}, 'from: expected an address: --user has no domain'],
    [
      trial,
      { listen: 'imap://127.0.0.1:0' },
      'server: expected with --send-to, as the system chooses the port of --listen',
    ],
    [
      { ...trial, server: 'smtp://a' },
      {},
      'server: expected imap://host:port or imaps://host:port, given "smtp://a" (--server)',
    ],
    [
      { ...trial, server: 'imap://localhost', 'server-ca': 'x' },
      {},
      'server-ca: expected TLS with it: imaps:// (--server-ca)',
    ],
    [{ ...trial, 'server-ca': 'x' }, {}, 'server-ca: expected --server with it (--server-ca)'],
  ];
  for (const [own, flags, message] of table) {
    test(message, () => {
      assert.throws(() => readRequest(own, PASSWORD, loadConfig(flags, {})), {
        name: 'ConfigError',
        message,
      });
    });
  }

  test('a user without a password', () => {
    const message = `no password: expected --password-file or ${PASSWORD_VARIABLE}`;
    assert.throws(() => readRequest(ANNA, {}, loadConfig({}, {})), { message });
  });

  test('the sender of the test message is the login, completed by the domain', () => {
    const config = loadConfig({ 'sender-policy': 'login', 'default-domain': 'example.org' }, {});
    assert.equal(readRequest({ ...trial, user: 'anna' }, PASSWORD, config).trial?.from, 'anna@example.org');
    assert.equal(readRequest({ ...trial, from: 'x@y' }, PASSWORD, config).trial?.from, 'x@y');
  });
});

test('the document has each option, and each check that the transcript in it shows', () => {
  const document = readFileSync(new URL('../../../docs/check.md', import.meta.url), 'utf8');
  const first = [...document.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = '']) => name);
  const options = Object.keys(CHECK_OPTIONS).map((key) => `--${key}`);
  const documented = first.filter((name) => name.startsWith('--')).map((name) => name.split(' ')[0]);
  assert.deepEqual(documented, options);
  const transcript = [...document.matchAll(/^[✓⚠✗] (\S+) /gm)].map(([, name = '']) => name);
  assert.deepEqual(transcript, [...CHECKS, 'send']);
  assert.deepEqual(
    first.filter((name) => transcript.includes(name)),
    transcript,
  );
});

test('a configuration that needs sockets of systemd is looked at with --listen beside it', async () => {
  const files = scratchDirectory('check');
  const file = join(files.path, 'config.yaml');
  await writeFile(file, 'listen: imap+systemd://imap\n');
  const refused = await runProgram(['check', '--config', file, '--print-config']);
  const taken = await runProgram([
    'check',
    '--config',
    file,
    '--print-config',
    '--listen=imap://127.0.0.1:1',
  ]);
  await files.remove();
  assert.deepEqual([refused.code, taken.code], [2, 0]);
});

test('--print-config shows what would be looked at', async () => {
  const { code, out } = await runProgram(['check', '--print-config', '--workers=3']);
  assert.equal(code, 0);
  assert.match(out, /^workers: 3 {2}# --workers$/m);
});
