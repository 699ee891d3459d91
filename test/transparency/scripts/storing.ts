import { literal, loggedIn, type Script, selected } from '../script.js';

const message = 'From: anna@example.org\r\nSubject: new {5}\r\n\r\nbody\r\n';
const commands =
  'Subject: x\r\n\r\nx SEND 1:*\r\na LOGOUT\r\nb APPEND INBOX {5}\r\n{6+}\r\n~{7}\r\n* BYE\r\n+ x\r\n';
const eightBit = 'Subject: \xc3\xa9\r\n\r\n\xff\xfe \x80\r\n';
const large = `Subject: large\r\n\r\n${'0123456789abcdef{5}\r\n'.repeat(800)}`;

/** What was stored, as the server gives it back. */
const readBack = ['y SELECT Drafts', 'z FETCH 1:* (FLAGS RFC822.SIZE BODY.PEEK[])'];

export const storing: readonly Script[] = [
  loggedIn('APPEND of literals that wait', [
    `a APPEND Drafts ${literal(message)}`,
    `b APPEND Drafts (\\Seen $Label) ${literal(message)}`,
    `c APPEND "Drafts" (\\Draft) "07-Feb-2024 02:33:44 +0530" ${literal(message)}`,
    `d APPEND ${literal('Drafts')} ${literal(commands)}`,
    ...readBack,
  ]),
  loggedIn('APPEND of literals that do not wait', [
    `a APPEND Drafts ${literal(message, '{n+}')}`,
    `b APPEND ${literal('Drafts', '{n+}')} (\\Seen) ${literal(commands, '{n+}')}`,
    `c APPEND Drafts ${literal(eightBit, '{n+}')}`,
    ...readBack,
  ]),
  loggedIn('APPEND of literal8 (RFC 3516)', [
    `a APPEND Drafts ${literal(message, '~{n}')}`,
    `b APPEND Drafts ${literal(eightBit, '~{n+}')}`,
    `c APPEND Drafts ${literal('Subject: nul\r\n\r\na\0b\r\n', '~{n}')}`,
    ...readBack,
  ]),
  loggedIn('APPEND of nothing, of a NUL, and to where nothing is', [
    `a APPEND Drafts ${literal('')}`,
    `b APPEND Drafts ${literal('Subject: nul\r\n\r\na\0b\r\n')}`,
    `c APPEND "no such mailbox {5}" ${literal(message)}`,
    `d APPEND "no such mailbox {5}" ${literal(message, '{n+}')}`,
    `e APPEND Drafts (\\Bogus) ${literal(message)}`,
    'f APPEND Drafts',
    'g APPEND Drafts "not a literal"',
    'h NOOP',
  ]),
  loggedIn('APPEND of a large message, and of bare line feeds', [
    `a APPEND Drafts ${literal(large)}`,
    `b APPEND Drafts ${literal(large, '{n+}')}`,
    `c APPEND Drafts ${literal('Subject: bare\n\nline\nfeeds\n')}`,
    `d APPEND Drafts ${literal('no header, no line end')}`,
    ...readBack,
  ]),
  loggedIn('APPEND of several messages at once (RFC 3502)', [
    `a APPEND Drafts (\\Seen) ${literal(message)} (\\Draft) "07-Feb-2024 02:33:44 +0530" ${literal(commands)}`,
    `b APPEND Drafts ${literal(message, '{n+}')} ${literal(eightBit)} ${literal(commands, '{n+}')}`,
    `c APPEND Drafts ${literal(message)} ${literal('')}`,
    ...readBack,
  ]),
  selected('CATENATE (RFC 4469)', [
    `a APPEND Drafts CATENATE (TEXT ${literal('Subject: made\r\n\r\n')} TEXT ${literal(commands, '{n+}')})`,
    `b APPEND Drafts CATENATE (URL "/INBOX/;UID=1" TEXT ${literal('more {5}\r\n')})`,
    'c APPEND Drafts CATENATE (URL "/INBOX/;UID=2/;SECTION=1")',
    'd APPEND Drafts CATENATE (URL "/no such/;UID=1")',
    `e APPEND Drafts CATENATE (URL "/INBOX/;UID=99" TEXT ${literal('lost')})`,
    ...readBack,
  ]),
  selected('APPEND to the selected mailbox', [
    `a APPEND INBOX ${literal(message)}`,
    `b APPEND INBOX (\\Seen) ${literal(message, '{n+}')}`,
    'c FETCH 6:* (UID FLAGS)',
  ]),
];
