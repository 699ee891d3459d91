import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readArguments } from '../../src/sendmail/arguments.js';
import { FLAGS, HELP } from '../../src/sendmail/flags.js';

const plain = {
  kind: 'send',
  recipients: [],
  fromHeader: false,
  ignoreDots: false,
  queue: false,
  verbose: false,
};
const bob = { recipients: ['bob@example.com'] };
const dots = { ignoreDots: true };

/** As the programs are documented to pass them; those that Debian has also run, in the other files beside this one. */
const vectors: readonly [program: string, line: string, expected: object][] = [
  ['mutt', '-oem -oi -- bob@example.com', { ...bob, ...dots }],
  [
    'mutt, use_envelope_from',
    '-oem -oi -f anna@example.org -- bob@example.com',
    { ...bob, ...dots, sender: 'anna@example.org' },
  ],
  [
    'mutt, use_8bitmime and DSN',
    '-oem -oi -B8BITMIME -N failure,delay -R hdrs -- bob@example.com',
    { ...bob, ...dots },
  ],
  ['aerc', '-oi bob@example.com', { ...bob, ...dots }],
  ['alpine', '-oem -t -oi', { ...dots, fromHeader: true }],
  ['alpine, mail.rc style', '-odb -oem -oi -t', { ...dots, fromHeader: true }],
  [
    'git send-email',
    '-i bob@example.com carol@example.com',
    { ...dots, recipients: ['bob@example.com', 'carol@example.com'] },
  ],
  [
    'git send-email, envelopeSender',
    '-f anna@example.org -i bob@example.com',
    { ...bob, ...dots, sender: 'anna@example.org' },
  ],
  ['cron', '-FCronDaemon -i -B8BITMIME -oem root', { recipients: ['root'], ...dots, fullName: 'CronDaemon' }],
  [
    'cron, of Red Hat',
    '-FCronDaemon -i -odi -oem -oi -t -f root',
    { ...dots, fromHeader: true, fullName: 'CronDaemon', sender: 'root' },
  ],
  ['anacron', '-FAnacron -odi root', { recipients: ['root'], fullName: 'Anacron' }],
  [
    'Emacs, message-send-mail-with-sendmail',
    '-oi -f anna@example.org -t',
    { ...dots, fromHeader: true, sender: 'anna@example.org' },
  ],
  [
    'Emacs, sendmail-send-it',
    '-f anna@example.org -oi -odb -t',
    { ...dots, fromHeader: true, sender: 'anna@example.org' },
  ],
  ['bsd-mailx', '-i -- bob@example.com', { ...bob, ...dots }],
  [
    'bsd-mailx -r',
    '-i -r anna@example.org -- bob@example.com',
    { ...bob, ...dots, sender: 'anna@example.org' },
  ],
  [
    's-nail',
    '-i -m -v -r anna@example.org -- bob@example.com',
    { ...bob, ...dots, sender: 'anna@example.org', verbose: true },
  ],
  [
    'heirloom mailx',
    '-i -f anna@example.org bob@example.com',
    { ...bob, ...dots, sender: 'anna@example.org' },
  ],
  ['PHP', '-t -i', { ...dots, fromHeader: true }],
  ['PHP with -f', '-t -i -fanna@example.org', { ...dots, fromHeader: true, sender: 'anna@example.org' }],
  ['nodemailer', '-i -f anna@example.org bob@example.com', { ...bob, ...dots, sender: 'anna@example.org' }],
  ['smartd, by mail', '-bm -oi -- bob@example.com', { ...bob, ...dots }],
  ['letters together', '-ti', { ...dots, fromHeader: true }],
  [
    'the last with a value',
    '-tifanna@example.org',
    { ...dots, fromHeader: true, sender: 'anna@example.org' },
  ],
  ['a long option of Sendmail', '-O IgnoreDots=true bob@example.com', { ...bob, ...dots }],
  ['options behind recipients', 'bob@example.com -i', { ...bob, ...dots }],
  ['a recipient like an option', '-- -i', { recipients: ['-i'] }],
  ['an account', '-a work -t', { account: 'work', fromHeader: true }],
  [
    'another file',
    '-C /etc/a.yaml --queue -t',
    { accountFile: '/etc/a.yaml', fromHeader: true, queue: true },
  ],
  ['an empty name', '-F|| bob@example.com', { ...bob }],
];

describe('the arguments of', () => {
  for (const [program, line, expected] of vectors) {
    test(`${program}: ${line}`, () => {
      const argv = line.split(' ').flatMap((word) => (word === '-F||' ? ['-F', ''] : [word]));
      assert.deepEqual(readArguments(argv), { ...plain, ...expected });
    });
  }
});

const others: readonly [line: string, expected: object][] = [
  ['-q', { kind: 'flush', verbose: false }],
  ['-qf -v', { kind: 'flush', verbose: true }],
  ['-bp', { kind: 'list', verbose: false }],
  ['-b p', { kind: 'list', verbose: false }],
  ['--help -z', { kind: 'help' }],
  ['--version', { kind: 'version' }],
];

describe('other than sending:', () => {
  for (const [line, expected] of others) {
    test(line, () => assert.deepEqual(readArguments(line.split(' ')), expected));
  }
});

const refusals: readonly [line: string, text: string][] = [
  ['-bs', '-bs: it takes no SMTP on standard input: give the message and its recipients'],
  ['-odb -oem -bs', '-bs: it takes no SMTP on standard input: give the message and its recipients'],
  ['-bd -q30m', '-bd: it is no daemon'],
  ['-bi', '-bi: it has no alias database: aliases are in the account file'],
  ['-bv bob@example.com', '-bv: it cannot verify recipients'],
  ['-bz', '-bz: unknown mode, see --help'],
  ['-q30m', '-q30m: it is no daemon, and -q sends all that is kept'],
  ['-q bob@example.com', '-q and -bp take no recipients'],
  ['-i', 'no recipients: name them, or use -t'],
  ['-t -f', '-f needs a value: see --help'],
  ['-f <> bob@example.com', '-f with an empty sender: SEND has none, and its bounces would go nowhere'],
  ['-z', 'unknown option -z: see --help'],
  ['--later', 'unknown option --later: see --help'],
];

describe('refused:', () => {
  for (const [line, text] of refusals) {
    test(line, () => assert.deepEqual(readArguments(line.split(' ')), { kind: 'refused', text }));
  }
});

test('--help has every letter, and no other', () => {
  const shown = new Set([...HELP.matchAll(/(?<=\s)-([A-Za-z])(?=\s)/g)].map(([, letter]) => letter));
  assert.deepEqual([...shown].sort(), Object.keys(FLAGS).sort());
});
