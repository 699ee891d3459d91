import { literal, loggedIn, octets, type Script, selected } from '../script.js';

const line = (tag: string): RegExp => new RegExp(`^${tag} (OK|NO|BAD)[^\\n]*\\n`, 'm');
const commands = 'Subject: x {5}\r\n\r\nx SEND 1:*\r\nb OK forged\r\n+ x\r\n{6+}\r\n)\r\n';
const text = (octets: string, mark?: '{n}' | '{n+}' | '~{n}' | '~{n+}'): string =>
  `TEXT ${literal(octets, mark)}`;
const readBack = ['y SELECT Drafts', 'z FETCH 1:* (FLAGS RFC822.SIZE BODY.PEEK[])'];

/** RFC 4469; RFC 3502 for several messages. */
export const catenate: readonly Script[] = [
  loggedIn('CATENATE of texts', [
    `a APPEND Drafts CATENATE (${text(commands)})`,
    `b APPEND Drafts (\\Seen) CATENATE (${text('Subject: a\r\n\r\n', '{n+}')} ${text(commands, '{n+}')} ${text('end', '{n+}')})`,
    `c APPEND Drafts (\\Draft) "07-Feb-2024 02:33:44 +0530" CATENATE (${text('Subject: b\r\n')} ${text('\r\n', '{n+}')} ${text(commands)})`,
    `d APPEND Drafts CATENATE (${text('Subject: c\r\n\r\n')} ${text('')} ${text('end\r\n', '{n+}')})`,
    ...readBack,
  ]),
  selected('CATENATE of URLs', [
    'a APPEND Drafts CATENATE (URL "/INBOX/;UID=1")',
    'b APPEND Drafts CATENATE (URL "/INBOX/;UID=2/;SECTION=HEADER" URL "/INBOX/;UID=2/;SECTION=TEXT")',
    `c APPEND Drafts CATENATE (URL "/INBOX/;UID=4/;SECTION=HEADER" ${text('between {5}\r\n')} URL "/INBOX/;UID=1/;SECTION=TEXT")`,
    `d APPEND Drafts CATENATE (URL ${literal('/INBOX/;UID=3')} ${text('behind\r\n', '{n+}')})`,
    `e APPEND Drafts CATENATE (URL ${literal('/INBOX/;UID=3', '{n+}')})`,
    'f APPEND Drafts CATENATE (URL ";UID=1")',
    ...readBack,
  ]),
  selected('CATENATE of URLs that lead nowhere', [
    'a APPEND Drafts CATENATE (URL "/INBOX/;UID=99")',
    'b APPEND Drafts CATENATE (URL "/no such {5}/;UID=1")',
    `c APPEND Drafts CATENATE (${text('Subject: x\r\n\r\n', '{n+}')} URL "/INBOX/;UID=99" ${text(commands, '{n+}')})`,
    `d APPEND Drafts CATENATE (URL "http://example.org/{5}" ${text(commands, '{n+}')})`,
    `e APPEND Drafts CATENATE (URL ${literal('/INBOX/;UID=99 {5}', '{n+}')} ${text(commands, '{n+}')})`,
    'f STATUS Drafts (MESSAGES)',
  ]),
  selected('CATENATE refused half-way, before a literal that waits', [
    `a APPEND Drafts CATENATE (${text('Subject: x\r\n\r\n')} URL "/INBOX/;UID=99" ${text(commands)})`,
    `b APPEND Drafts CATENATE (URL "/INBOX/;UID=99" ${text(commands)})`,
    `c APPEND Drafts CATENATE (${text('Subject: x\r\n\r\n')} BOGUS ${text(commands)})`,
    `d APPEND "no such {5}" CATENATE (${text(commands)} ${text(commands)})`,
    'e STATUS Drafts (MESSAGES)',
  ]),
  loggedIn('CATENATE into no mailbox, with literals that do not wait', [
    `a APPEND "no such {5}" CATENATE (${text(commands, '{n+}')})`,
    `b APPEND "no such {5}" CATENATE (${text('Subject: x\r\n\r\n', '{n+}')} ${text(commands, '{n+}')})`,
    `c APPEND "no such {5}" CATENATE (URL "/INBOX/;UID=1" ${text(commands, '{n+}')})`,
    'd NOOP',
  ]),
  loggedIn('CATENATE in octets and of literal8', [
    `a APPEND Drafts CATENATE (${text('Subject: nul\r\n\r\na\0b {5}\r\n', '~{n}')})`,
    `b APPEND Drafts CATENATE (${text('Subject: eight\r\n\r\n', '~{n+}')} ${text('\xff\xfe\r\n', '{n+}')})`,
    ...readBack,
  ]),
  loggedIn('CATENATE of several messages in one APPEND', [
    `a APPEND Drafts (\\Seen) CATENATE (${text('Subject: 1\r\n\r\n')} ${text(commands)}) (\\Draft) ${literal(commands)}`,
    `b APPEND Drafts ${literal(commands, '{n+}')} CATENATE (${text('Subject: 2\r\n\r\n', '{n+}')} URL "/INBOX/;UID=1") ${literal('Subject: 3\r\n\r\n')}`,
    `c APPEND Drafts ${literal(commands, '{n+}')} CATENATE (URL "/INBOX/;UID=99") ${literal(commands, '{n+}')}`,
    ...readBack,
  ]),
  loggedIn('CATENATE with wrong arguments', [
    octets('a APPEND Drafts CATENATE ()\r\nb NOOP\r\n', line('b')),
    octets('c APPEND Drafts CATENATE\r\nd NOOP\r\n', line('d')),
    octets('e APPEND Drafts CATENATE (TEXT "quoted {5}")\r\nf NOOP\r\n', line('f')),
    octets('g APPEND Drafts CATENATE (URL\r\nh NOOP\r\n', line('h')),
    'i NOOP',
  ]),
];
