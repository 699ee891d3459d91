import { answerTo, literal, loggedIn, octets, type Script, segment } from '../script.js';

const message = 'From: anna@example.org\r\nSubject: new\r\n\r\nbody\r\n';
const readBack = ['y SELECT Drafts', 'z FETCH 1:* (FLAGS RFC822.SIZE BODY.PEEK[TEXT])'];
const sized = (size: number): string => `${message}${'x'.repeat(size - message.length - 2)}\r\n`;

export const appending: readonly Script[] = [
  loggedIn('APPEND with flags in all forms', [
    `a APPEND Drafts () ${literal(message)}`,
    `b APPEND Drafts (\\seen \\ANSWERED \\Flagged \\Deleted \\Draft) ${literal(message)}`,
    `c APPEND Drafts ($Forwarded keyword $MDNSent NonJunk) ${literal(message, '{n+}')}`,
    `f APPEND Drafts (\\Recent) ${literal(message)}`,
    ...readBack,
  ]),
  loggedIn('APPEND with dates in all forms', [
    `a APPEND Drafts " 7-Feb-2024 02:33:44 +0530" ${literal(message)}`,
    `b APPEND Drafts "07-feb-1969 23:59:59 -1200" ${literal(message, '{n+}')}`,
    `c APPEND Drafts "07-Feb-2024" ${literal(message)}`,
    `d APPEND Drafts "" ${literal(message)}`,
    `e APPEND Drafts "x {5}" ${literal(message)}`,
    `f APPEND Drafts ${literal('07-Feb-2024 02:33:44 +0530')} ${literal(message)}`,
    `g APPEND Drafts () "07-Feb-2024 02:33:44 +0000" ${literal(message)}`,
    'y SELECT Drafts',
    'z FETCH 1:* (FLAGS RFC822.SIZE)',
  ]),
  loggedIn('APPEND to mailboxes that are not there, with literals that wait', [
    `a APPEND Nowhere ${literal(message)}`,
    `b APPEND "Nowhere/else" (\\Seen) ${literal(message)}`,
    `c APPEND ${literal('Nowhere {5}')} ${literal(message)}`,
    `d APPEND "" ${literal(message)}`,
    `e APPEND "&broken" ${literal(message)}`,
    `f APPEND ${literal('')} ${literal(message)}`,
    'g CREATE Nowhere',
    `h APPEND Nowhere ${literal(message)}`,
  ]),
  loggedIn('APPEND to mailboxes that are not there, with literals that do not wait', [
    segment(`a APPEND Nowhere ${literal(message, '{n+}')}`, 'a2 NOOP'),
    segment(`b APPEND Nowhere (\\Seen) ${literal('x SEND 1:*\r\ny LOGOUT\r\n', '{n+}')}`, 'b2 NOOP'),
    segment(`c APPEND ${literal('Nowhere {5}', '{n+}')} ${literal(message, '{n+}')}`, 'c2 NOOP'),
    'd NOOP',
  ]),
  loggedIn('APPEND of more octets than numbers count', [
    octets('a APPEND Drafts {99999999999999999999}\r\n', /^(a (NO|BAD)|\* BYE)[^\n]*\n/m),
    'b NOOP',
  ]),
  loggedIn('APPEND over the size that the server takes', [
    octets('a APPEND Drafts {210000}\r\n', answerTo('a')),
    'b NOOP',
    // Dovecot refuses it and reads it to its end; Cyrus says BYE.
    octets('c APPEND Drafts {210000+}\r\n', /^(c NO|\* BYE)[^\n]*\n/m),
    octets(`${'x SEND 1\r\n'.repeat(21_000)}\r\nd NOOP\r\n`, answerTo('d')),
  ]),
  loggedIn('APPEND of empty literals', [
    `a APPEND Drafts ${literal('', '{n+}')}`,
    `b APPEND Drafts (\\Seen) ${literal('')}`,
    `c APPEND Drafts ${literal('', '~{n}')}`,
    'd NOOP',
  ]),
  ...[4096, 4097, 8191, 8192, 65536].map((size) =>
    loggedIn(`APPEND of ${size} octets`, [
      `a APPEND Drafts ${literal(sized(size))}`,
      `b APPEND Drafts ${literal(sized(size), '{n+}')}`,
      'y SELECT Drafts',
      'z FETCH 1:* (RFC822.SIZE BODY.PEEK[])',
    ]),
  ),
  loggedIn('APPEND of literals that end within a line', [
    `a APPEND Drafts ${literal('Subject: x')}`,
    `b APPEND Drafts ${literal('Subject: x\r')}`,
    `c APPEND Drafts ${literal('Subject: x\r\n\r\nends in {5}')}`,
    `d APPEND Drafts ${literal('Subject: x\r\n\r\nends in {5+}\r\n', '{n+}')}`,
    `e APPEND Drafts ${literal('{5}\r\n')}`,
    `f APPEND Drafts ${literal('\r\n')}`,
    ...readBack,
  ]),
  loggedIn('APPEND with more behind the literal', [
    `a APPEND Drafts ${literal(message)} `,
    `b APPEND Drafts ${literal(message)}x`,
    `c APPEND Drafts ${literal(message)} "x {5}"`,
    `d APPEND Drafts ${literal(message, '{n+}')} (\\Seen)`,
    `e APPEND Drafts ${literal(message)} ${literal(message)}`,
    'f NOOP',
    ...readBack,
  ]),
  loggedIn('APPEND without what it needs', [
    'a APPEND',
    'b APPEND ',
    'c APPEND Drafts ()',
    'd APPEND Drafts (',
  ]),
];
