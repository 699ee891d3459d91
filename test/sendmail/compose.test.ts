import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compose, senderHint } from '../../src/sendmail/compose.js';
import { readInput } from '../../src/sendmail/input.js';

const surroundings = {
  names: { aliases: { root: 'admin@example.org' }, domain: 'example.org' },
  from: 'anna@example.org',
  now: new Date('2026-11-23T22:00:00Z'),
  unique: 'one',
};
const nobody = { recipients: [] as string[], fromHeader: false };
const bob = { ...nobody, recipients: ['bob@example.com'] };
const header = { ...nobody, fromHeader: true };
const known = 'Message-ID: <1@example.org>\nDate: Mon, 1 Jan 2026 10:00:00 +0000\n';
const date = 'Date: Mon, 23 Nov 2026 22:00:00 +0000\r\n';

type Asked = Parameters<typeof compose>[1];

const composed = (text: string, asked: Asked, ignoreDots = true) =>
  compose(readInput(Buffer.from(text), ignoreDots), asked, surroundings);

/** What is in front of the lines that were given, and the lines after it, which stay as they are. */
const additions: readonly [what: string, text: string, asked: Asked, added: string][] = [
  ['nothing', `${known}From: anna@example.org\nTo: bob@example.com\n\nhello\n`, bob, ''],
  [
    'nothing, as addresses are the same in another case of the domain',
    `${known}From: anna@example.org\nTo: B <bob@EXAMPLE.com>\n\n`,
    bob,
    '',
  ],
  [
    'a sender, a date, a Message-ID',
    'To: bob@example.com\n\nhello\n',
    bob,
    `Message-ID: <one@example.org>\r\nFrom: anna@example.org\r\n${date}`,
  ],
  [
    'the sender of -f with the name of -F',
    `${known}To: bob@example.com\n\n`,
    { ...bob, sender: 'me@example.net', fullName: 'Me, "too"' },
    'From: "Me, \\"too\\"" <me@example.net>\r\n',
  ],
  [
    'a name beyond US-ASCII',
    `${known}To: bob@example.com\n\n`,
    { ...bob, fullName: 'Änna' },
    'From: =?UTF-8?B?w4RubmE=?= <anna@example.org>\r\n',
  ],
  [
    'recipients that the header does not name',
    `${known}From: anna@example.org\nTo: bob@example.com\n\n`,
    { ...nobody, recipients: ['bob@example.com', 'carol@example.com, Dave <dave@example.com>'] },
    'Bcc: carol@example.com,\r\n dave@example.com\r\n',
  ],
  [
    'those of arguments beside -t',
    `${known}From: anna@example.org\nTo: bob@example.com\n\n`,
    { ...header, recipients: ['bob@example.com', 'carol@example.com'] },
    'Bcc: carol@example.com\r\n',
  ],
  [
    'a recipient once',
    `${known}From: anna@example.org\n\n`,
    { ...nobody, recipients: ['bob@example.com', 'bob@EXAMPLE.com'] },
    'Bcc: bob@example.com\r\n',
  ],
  [
    'Sender, where From has several',
    `${known}From: a@example.org, b@example.org\nTo: bob@example.com\n\n`,
    { ...bob, sender: 'b@example.org' },
    'Sender: b@example.org\r\n',
  ],
  [
    'to a message that is sent again, its own fields',
    `Resent-From: anna@example.org\nResent-To: bob@example.com\n${known}From: eve@example.com\nTo: anna@example.org\n\n`,
    { ...nobody, recipients: ['bob@example.com', 'carol@example.com'] },
    `Resent-Date: Mon, 23 Nov 2026 22:00:00 +0000\r\nResent-Bcc: carol@example.com\r\n`,
  ],
];

describe('a message gets', () => {
  for (const [what, text, asked, added] of additions) {
    test(what, () => {
      assert.equal(composed(text, asked).octets.toString(), added + text.replaceAll('\n', '\r\n'));
    });
  }
});

const full = 'From: anna@example.org\nTo: bob@example.com\n';

const inputs: readonly [what: string, text: string, ignoreDots: boolean, ending: string][] = [
  ['CRLF stays, LF becomes CRLF', `${known}${full}\na\r\nb\n`, true, '\r\n\r\na\r\nb\r\n'],
  ['without -i, a dot ends it', `${known}${full}\na\n..\n.\nb\n`, false, '\r\n\r\na\r\n..\r\n'],
  ['with -i it does not', `${known}${full}\na\n.\nb\n`, true, '\r\n\r\na\r\n.\r\nb\r\n'],
  ['a line without an end gets one', `${known}${full}\na`, true, '\r\n\r\na\r\n'],
  ['no body', `${known}${full}`, true, 'bob@example.com\r\n\r\n'],
  ['no empty line', `${known}${full}Hello you\n`, true, 'bob@example.com\r\n\r\nHello you\r\n'],
  [
    'an mbox line is not part of it',
    `From anna Mon Nov 23 22:00:00 2026\n${known}${full}\na\n`,
    true,
    '\r\n\r\na\r\n',
  ],
  ['8-bit octets stay', `${known}${full}\n\xe9\n`, true, '\r\n\r\n\xc3\xa9\r\n'],
];

describe('standard input:', () => {
  for (const [what, text, ignoreDots, ending] of inputs) {
    test(what, () => {
      const octets = composed(text, bob, ignoreDots).octets.toString('latin1');
      assert.ok(octets.startsWith('Message-ID: <1@example.org>\r\n'), octets);
      assert.ok(octets.endsWith(ending), octets);
    });
  }

  test('no header at all', () => {
    const { octets } = composed('hello: you\n see\nHello\n'.slice(16), bob);
    assert.equal(
      octets.toString(),
      `Message-ID: <one@example.org>\r\nFrom: anna@example.org\r\n${date}Bcc: bob@example.com\r\n\r\nHello\r\n`,
    );
  });
});

const locals: readonly [field: string, becomes: string][] = [
  ['From: root (Cron Daemon)', 'From: admin@example.org (Cron Daemon)'],
  ['From: root', 'From: admin@example.org'],
  ['From: Charlie Root <root>', 'From: Charlie Root <admin@example.org>'],
  ['From: www-data', 'From: www-data@example.org'],
  ['From: "root" <anna@example.org>', 'From: "root" <anna@example.org>'],
];

describe('a local name becomes an address:', () => {
  for (const [field, becomes] of locals) {
    test(field, () => {
      const { octets, recipients } = composed(`${field}\nTo: root\n\n`, { ...nobody, recipients: ['root'] });
      assert.ok(octets.toString().includes(`${becomes}\r\nTo: admin@example.org\r\n`), octets.toString());
      assert.deepEqual(recipients, ['admin@example.org']);
    });
  }
});

test('a long list stays folded when a local name in it becomes an address', () => {
  const others = Array.from({ length: 60 }, (_, index) => `recipient${index}@example.com`).join(',\n ');
  const { octets, recipients } = composed(`${known}From: root\nTo: ${others},\n root\n\nhello\n`, header);
  assert.equal(recipients.at(-1), 'admin@example.org');
  for (const line of octets.toString().split('\r\n')) assert.ok(line.length <= 78, line);
});

const refusals: readonly [text: string, asked: Asked, exit: number, message: string][] = [
  [
    full.replace('bob@', 'bob@example.com, carol@'),
    bob,
    65,
    'the header also names carol@example.com, and SEND would send to them: name them, or use -t',
  ],
  [
    `${full}Bcc: dave@example.com\n`,
    bob,
    65,
    'the header also names dave@example.com, and SEND would send to them: name them, or use -t',
  ],
  [
    full,
    { ...bob, sender: 'eve@example.org' },
    65,
    '-f eve@example.org is not the sender that the header names, anna@example.org, from whom it would be sent',
  ],
  [
    `${full}Sender: eve@example.org\n`,
    { ...bob, sender: 'anna@example.org' },
    65,
    '-f anna@example.org is not the sender that the header names, eve@example.org, from whom it would be sent',
  ],
  ['From: anna@example.org\n', header, 65, 'The message has no recipients'],
  [full.replace('bob@', 'bob@@'), bob, 65, 'not an address in the To field: bob@@example.com'],
  [full, { ...bob, recipients: ['bob at home'] }, 64, 'not an address: bob at home'],
  [
    full,
    { ...bob, sender: 'a@example.org, b@example.org' },
    64,
    '-f a@example.org, b@example.org: not an address',
  ],
  [`${full}From: eve@example.org\n`, bob, 65, 'The message has 2 From fields'],
  [
    'From: a@example.org, b@example.org\nTo: bob@example.com\n',
    bob,
    65,
    'Several addresses in From need a Sender field',
  ],
];

describe('refused:', () => {
  for (const [text, asked, exit, message] of refusals) {
    test(message, () => {
      assert.throws(() => composed(`${text}\n`, asked), { name: 'SendmailError', exit, message });
    });
  }
});

test('a message without a sender needs an account that has one', () => {
  const { from: _, ...without } = surroundings;
  const input = readInput(Buffer.from('To: bob@example.com\n\n'), true);
  assert.throws(() => compose(input, bob, without), { exit: 65, message: 'no From field, and no -f' });
});

const hints: readonly [text: string, asked: Asked, hint: string | undefined][] = [
  [full, { ...bob, sender: 'eve@example.org' }, 'eve@example.org'],
  [`${full}Sender: s@example.org\n`, bob, 's@example.org'],
  [full, bob, 'anna@example.org'],
  [`${full}Resent-From: r@example.org\n`, bob, 'r@example.org'],
  ['From: root\n', bob, undefined],
];

describe('the account is chosen by', () => {
  for (const [text, asked, hint] of hints) {
    test(`${hint}`, () => assert.equal(senderHint(readInput(Buffer.from(`${text}\n`), true), asked), hint));
  }
});
