import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PASSWORD_VARIABLE, readAccount } from '../../src/cli/connection-options.js';
import { readTask, SEND_OPTIONS } from '../../src/cli/send-options.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';
import { runProgram } from './program.js';

const lines: readonly [args: string[], line: string][] = [
  [[], 'nothing to send: expected files, a Maildir, or --uid with --mailbox'],
  [['a', '--sever=x'], 'Unknown argument: sever'],
  [['a', '--password=x'], 'Unknown argument: password'],
  [['a', '--user'], 'Not enough arguments following: user'],
  [['a', '--json=no'], 'Argument unexpected for: json'],
  [['a'], 'server: expected imap://host:port or imaps://host:port, given nothing'],
];

describe('send: exit code 2 and one line', { concurrency: 2 }, () => {
  for (const [args, line] of lines) {
    test(line, async () => {
      const { code, out, err } = await runProgram(['send', ...args]);
      assert.deepEqual({ code, out, err }, { code: 2, out: '', err: `imap-send-proxy: ${line}\n` });
    });
  }
});

const server = 'imap://127.0.0.1:1';
const user = 'anna';

const accounts: readonly [given: Record<string, unknown>, line: string][] = [
  [
    { server: 'smtp://a.example' },
    'server: expected imap://host:port or imaps://host:port, given "smtp://a.example" (--server)',
  ],
  [{ server }, 'user: expected a login name, or --netrc'],
  [{ server, user }, `no password: expected --password-file, --netrc or ${PASSWORD_VARIABLE}`],
  [{ server, user: [user, 'bert'] }, 'user: expected to be given once (--user)'],
  [{ server, user: '' }, 'user: expected a value, given nothing (--user)'],
  [
    { server, user, 'password-file': '/nowhere' },
    'password-file: expected a readable file (no such file or directory), given "/nowhere" (--password-file)',
  ],
  [
    { server, user, 'password-file': '/dev/null' },
    'password-file: expected a file whose first line is the password, given "/dev/null" (--password-file)',
  ],
  [
    { server, netrc: '/nowhere' },
    'netrc: expected a readable file (no such file or directory), given "/nowhere" (--netrc)',
  ],
  [
    { server, netrc: '/dev/null' },
    'netrc: expected a file with a login and password for 127.0.0.1, given "/dev/null" (--netrc)',
  ],
  [
    { server, netrc: 'x', 'password-file': 'y' },
    'netrc: expected not to be set beside --password-file (--netrc)',
  ],
  [{ server, starttls: 'maybe' }, 'starttls: expected never, try or require, given "maybe" (--starttls)'],
  [
    { server: 'imaps://a.example', starttls: 'try' },
    'starttls: expected imap:// with it, imaps:// has TLS from the start (--starttls)',
  ],
  [{ server, ca: 'x' }, 'ca: expected TLS with it: imaps://, or --starttls (--ca)'],
  [{ server, insecure: true }, 'insecure: expected TLS with it: imaps://, or --starttls (--insecure)'],
  [
    { server: 'imaps://a.example', insecure: true, ca: 'x' },
    'insecure: expected not to be set beside --ca (--insecure)',
  ],
  [
    { server: 'imaps://a.example', ca: '/dev/null' },
    'ca: expected a PEM file with certificates, given "/dev/null" (--ca)',
  ],
];

describe('no connection:', () => {
  for (const [given, message] of accounts) {
    test(message, () => assert.throws(() => readAccount(given, {}), { name: 'ConfigError', message }));
  }
});

const set = (given: string) => `uid: expected a UID, or a set like 3001,3005:3009, given "${given}" (--uid)`;

const tasks: readonly [given: Record<string, unknown>, paths: string[], line: string][] = [
  [{ again: true }, ['a'], 'again: expected --uid with it (--again)'],
  [{ uid: '1' }, ['a'], 'uid: expected no files with it (--uid)'],
  [{ uid: '1' }, [], 'uid: expected --mailbox with it (--uid)'],
  ...['1:x', '0', '1,', '1:2:3', ',', 'a'].map((uid): [Record<string, unknown>, string[], string] => [
    { uid, mailbox: 'Out' },
    [],
    set(uid),
  ]),
];

describe('no task:', () => {
  for (const [given, paths, message] of tasks) {
    test(message, () => assert.throws(() => readTask(given, paths), { name: 'ConfigError', message }));
  }
});

describe('send: what the options mean', () => {
  let files: Scratch;
  before(async () => {
    files = scratchDirectory('send-usage');
    await writeFile(join(files.path, 'password'), 'from a file\nnot this\n');
    await writeFile(join(files.path, 'netrc'), 'machine 127.0.0.1 login anna password netrc\n');
    await writeFile(join(files.path, 'ca.pem'), '-----BEGIN CERTIFICATE-----\n');
  });
  after(() => files.remove());

  const account = (given: Record<string, unknown>, environment = {}) => {
    const { password, ...rest } = readAccount(
      { server: 'imap://127.0.0.1', user: 'anna', ...given },
      environment,
    );
    return { ...rest, password: password.reveal() };
  };
  const local = { host: '127.0.0.1', port: 143, user: 'anna' };

  test('the password is in the environment, a file or a netrc', () => {
    const variable = { [PASSWORD_VARIABLE]: 'from outside' };
    const none = { ...local, tls: 'none', insecure: false };
    assert.deepEqual(account({}, variable), { ...none, password: 'from outside' });
    const file = { 'password-file': join(files.path, 'password') };
    assert.deepEqual(account(file, variable), { ...none, password: 'from a file' });
    const netrc = { netrc: join(files.path, 'netrc') };
    assert.deepEqual(account({ ...netrc, user: undefined }, variable), { ...none, password: 'netrc' });
    assert.throws(() => account({ ...netrc, user: 'bert' }), {
      message: /login and password for 127\.0\.0\.1/,
    });
  });

  test('TLS: from the start, by STARTTLS outside loopback, or as it is said', () => {
    const tls = (given: Record<string, unknown>) => {
      const { tls, ca, insecure, port } = account(given, { [PASSWORD_VARIABLE]: 'x' });
      return [tls, port, ca ?? insecure];
    };
    assert.deepEqual(tls({ server: 'imaps://mail.example.org' }), ['implicit', 993, false]);
    assert.deepEqual(tls({ server: 'imap://mail.example.org' }), ['require', 143, false]);
    assert.deepEqual(tls({ server: 'imap://mail.example.org:1', starttls: 'never' }), ['none', 1, false]);
    assert.deepEqual(tls({ starttls: 'try', insecure: true }), ['try', 143, true]);
    const ca = join(files.path, 'ca.pem');
    assert.deepEqual(tls({ starttls: 'require', ca }), ['require', 143, '-----BEGIN CERTIFICATE-----\n']);
  });

  test('the task', () => {
    assert.deepEqual(readTask({}, ['a', 'b']), { kind: 'files', paths: ['a', 'b'] });
    assert.deepEqual(readTask({ mailbox: 'Out' }, ['a']), { kind: 'files', paths: ['a'], mailbox: 'Out' });
    const uids = { kind: 'uids', set: '1,3:*', mailbox: 'Out' };
    assert.deepEqual(readTask({ mailbox: 'Out', uid: '1,3:*' }, []), { ...uids, again: false });
    assert.deepEqual(readTask({ mailbox: 'Out', uid: '1,3:*', again: true }, []), { ...uids, again: true });
  });
});

test('send --help and docs/send-command.md name every option and every exit code', async () => {
  const { code, out } = await runProgram(['send', '--help']);
  assert.equal(code, 0);
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const document = await readFile(join(root, 'docs/send-command.md'), 'utf8');
  const help = out.replaceAll(/\s+/g, ' ');
  for (const key of Object.keys(SEND_OPTIONS)) {
    assert.match(help, new RegExp(` --${key} `), key);
    assert.match(document, new RegExp(`^\\| \`--${key}[ \`]`, 'm'), key);
  }
  for (const exit of [0, 1, 2, 3, 75, 130]) {
    assert.match(help, new RegExp(`[:;] ${exit} [a-z]`), `${exit}`);
    assert.match(document, new RegExp(`^\\| ${exit} \\|`, 'm'), `${exit}`);
  }
  const known = new Set(['state', ...Object.keys(SEND_OPTIONS)].map((key) => `--${key}`));
  for (const [name] of document.matchAll(/--[a-z-]+[a-z]/g)) assert.ok(known.has(name), name);
});
