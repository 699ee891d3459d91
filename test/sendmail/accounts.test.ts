import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ACCOUNT_KEYS } from '../../src/sendmail/account-file.js';
import { readAccounts, spoolDirectory } from '../../src/sendmail/accounts.js';
import { loginOf } from '../../src/sendmail/login.js';
import { certificates } from '../support/certs.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

const document = readFileSync(new URL('../../../docs/sendmail.md', import.meta.url), 'utf8');
const [, sample = ''] = /^```yaml\n(.*?)^```$/ms.exec(document) ?? [];

describe('accounts', () => {
  let files: Scratch;
  before(() => {
    files = scratchDirectory('accounts');
  });
  after(() => files.remove());

  const write = (name: string, text: string, mode = 0o600): string => {
    const path = join(files.path, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, mode);
    return path;
  };
  const accounts = (text: string, environment = {}) =>
    readAccounts({ HOME: files.path, ...environment }, write('a.yaml', text));
  const one = (lines: string): string =>
    `accounts:\n  a:\n    url: imap://127.0.0.1:143\n    user: anna\n${lines}`;
  const password = (lines: string, environment: Record<string, string> = {}): string => {
    const all = { HOME: files.path, ...environment };
    return loginOf(accounts(one(lines)).named('a'), all).password.reveal();
  };

  const choices: readonly [sender: string | undefined, account: string][] = [
    ['anna@example.org', 'home'],
    ['ANNA@Work.Example', 'home'],
    ['anna@WORK.example', 'work'],
    ['whoever@anna.example', 'home'],
    ['eve@example.com', 'home'],
    [undefined, 'home'],
  ];
  for (const [sender, account] of choices) {
    test(`the sample of docs/sendmail.md has ${account} for ${sender}`, () => {
      assert.equal(accounts(sample).forSender(sender).name, account);
    });
  }

  test('the document has each key', () => {
    const [, table = ''] = /\n\| `default`([\s\S]*?)\n\n/.exec(document) ?? [];
    const keys = [...table.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, key]) => key);
    assert.deepEqual(keys.sort(), ['accounts', 'queue', ...ACCOUNT_KEYS].sort());
  });

  test('the file of the user, where XDG has it', () => {
    const path = write('xdg/imap-send-proxy/accounts.yaml', one(''));
    const { forSender } = readAccounts(
      { HOME: '/nowhere', XDG_CONFIG_HOME: join(files.path, 'xdg') },
      undefined,
    );
    assert.equal(forSender('a@example.org').entry.user, 'anna', path);
    assert.equal(spoolDirectory({ HOME: '/home/a' }), '/home/a/.local/state/imap-send-proxy/spool');
    assert.equal(spoolDirectory({ HOME: '/home/a', XDG_STATE_HOME: '/s' }), '/s/imap-send-proxy/spool');
  });

  test('a password from each place, in this order', () => {
    const file = write('password', 'from file\nsecond line\n');
    const netrc = 'machine 127.0.0.1 login bert password no\nmachine 127.0.0.1 login anna password';
    write('.netrc', `${netrc} home\n`);
    const other = write('netrc', `${netrc} other\n`);
    const variable = { IMAP_SEND_PASSWORD: 'from variable' };
    assert.equal(
      password(`    password-command: echo "from  command"; echo x\n    password-file: ${file}\n`, variable),
      'from  command',
    );
    assert.equal(password(`    password-file: ~/password\n    netrc: ${other}\n`, variable), 'from file');
    assert.equal(password(`    netrc: ${other}\n`, variable), 'other');
    assert.equal(password('', variable), 'from variable');
    assert.equal(password(''), 'home');
  });

  test('the environment alone', () => {
    const environment = {
      HOME: '/nowhere',
      IMAP_SEND_URL: 'imap://localhost',
      IMAP_SEND_USER: 'anna',
      IMAP_SEND_MAILBOX: 'Out',
    };
    const { name, entry } = readAccounts(environment, undefined).forSender('whoever@example.org');
    assert.deepEqual([name, entry.mailbox], ['environment', 'Out']);
    const login = loginOf({ name, entry }, { ...environment, IMAP_SEND_PASSWORD: 'p' });
    assert.deepEqual([login.host, login.port, login.tls, login.user], ['localhost', 143, 'none', 'anna']);
  });

  test('TLS as the URL and starttls say', async () => {
    const { ca } = await certificates();
    const environment = { HOME: files.path, IMAP_SEND_PASSWORD: 'p' };
    const tls = (url: string, lines = '') => {
      const text = one(lines).replace('imap://127.0.0.1:143', url);
      const login = loginOf(accounts(text).named('a'), environment);
      return [login.tls, login.port, login.insecure, login.ca !== undefined];
    };
    assert.deepEqual(tls('imaps://a.example'), ['implicit', 993, false, false]);
    assert.deepEqual(tls('imap://a.example'), ['require', 143, false, false]);
    assert.deepEqual(tls('imap://a.example:1143', '    starttls: try\n    insecure: true\n'), [
      'try',
      1143,
      true,
      false,
    ]);
    assert.deepEqual(tls('imaps://a.example', `    ca: ${write('ca.pem', ca.cert)}\n`), [
      'implicit',
      993,
      false,
      true,
    ]);
  });

  const wrong: readonly [text: string, message: RegExp, environment?: Record<string, string>][] = [
    ['accounts: {', /^.*a\.yaml: no YAML: /],
    ['accounts: {}', /a\.yaml: accounts: expected an account$/],
    [one('    passwort: x\n'), /a\.yaml: accounts\.a: Unrecognized key: "passwort"$/],
    [one('    password: x\n'), /Unrecognized key: "password"$/],
    [`default: b\n${one('')}`, /a\.yaml: default: no account b$/],
    [
      one('').replace('imap://127.0.0.1:143', 'smtp://a'),
      /^account a: url: expected imap:\/\/host:port or imaps:\/\/host:port$/,
    ],
    [one('    insecure: true\n'), /^account a: url: expected TLS with ca or insecure$/],
    [
      one('    starttls: never\n').replace('imap:', 'imaps:'),
      /^account a: starttls: expected imap:\/\/ with it$/,
    ],
    [one('    password-file: /nowhere\n'), /^account a: password-file: no such file$/],
    [one('    password-file: /dev/null\n'), /^\/dev\/null: others can read it/],
    [one('    password-command: echo\n'), /^account a: password-command: its first line is no password$/],
    [one('    netrc: /nowhere\n'), /^account a: no password: .*, nor 127\.0\.0\.1 in \/nowhere$/],
  ];
  for (const [text, message, environment = {}] of wrong) {
    test(`wrong: ${message.source}`, () => {
      const all = { HOME: files.path, ...environment };
      assert.throws(() => loginOf(accounts(text).named('a'), all), {
        name: 'SendmailError',
        exit: 78,
        message,
      });
    });
  }

  test('none, none of that name, none for a sender', () => {
    const fails = (call: () => unknown, message: RegExp) =>
      assert.throws(call, { name: 'SendmailError', exit: 78, message });
    fails(
      () => readAccounts({ HOME: '/nowhere' }, undefined).forSender('a@b.example'),
      /^no account: there is no \/nowhere/,
    );
    fails(() => readAccounts({ HOME: '/nowhere' }, '/nowhere/a.yaml'), /^\/nowhere\/a\.yaml: no such file$/);
    fails(() => accounts(one('')).named('b'), /^no account b in /);
    const two = sample.replace('default: home\n', '');
    fails(
      () => accounts(two).forSender('eve@example.com'),
      /^no account for eve@example\.com in .*: from or default/,
    );
  });

  test('a password command that fails is for another try', () => {
    assert.throws(() => password('    password-command: exit 3\n'), {
      exit: 75,
      message: 'account a: password-command failed (3)',
    });
  });

  test('files that others could read or change are not used', () => {
    const open = write('open.yaml', one(''), 0o664);
    assert.throws(() => readAccounts({}, open), { exit: 78, message: /others can change it: chmod go-w / });
    write('readable', 'secret\n', 0o640);
    assert.throws(() => password('    password-file: ~/readable\n'), {
      exit: 78,
      message: /others can read it: chmod go= /,
    });
    write('netrc', 'machine 127.0.0.1 login anna password x\n', 0o644);
    assert.throws(() => password('    netrc: ~/netrc\n'), { exit: 78, message: /others can read it/ });
  });
});
