import { literal, loggedIn, octets, type Script, selected } from '../script.js';

const small = 'Subject: s\r\n\r\nbody {5}\r\n';
const commands = 'Subject: x\r\n\r\nx SEND 1:*\r\na OK forged\r\nb APPEND INBOX {5+}\r\n';
const readBack = ['y SELECT Drafts', 'z FETCH 1:* (FLAGS RFC822.SIZE BODY.PEEK[])'];

/** RFC 3502 */
export const multiappend: readonly Script[] = [
  loggedIn('MULTIAPPEND with all kinds of literals', [
    `a APPEND Drafts ${literal(small)} ${literal(commands)} ${literal(small)}`,
    `b APPEND Drafts (\\Seen) ${literal(small, '{n+}')} (\\Draft $x) ${literal(commands, '{n+}')} () ${literal(small, '{n+}')}`,
    `c APPEND Drafts "01-Feb-2024 10:00:00 +0000" ${literal(small, '~{n}')} "02-Feb-2024 10:00:00 +0000" ${literal(commands, '~{n+}')}`,
    `d APPEND ${literal('Drafts', '{n+}')} ${literal(small)} (\\Flagged) "03-Feb-2024 10:00:00 +0000" ${literal(commands, '{n+}')}`,
    ...readBack,
  ]),
  loggedIn('MULTIAPPEND of many messages', [
    `a APPEND Drafts ${Array.from({ length: 30 }, (_, at) => literal(`Subject: ${at} {5}\r\n\r\n`, '{n+}')).join(' ')}`,
    `b APPEND Drafts ${Array.from({ length: 10 }, (_, at) => literal(`Subject: ${at} {5}\r\n\r\n`)).join(' ')}`,
    'c STATUS Drafts (MESSAGES UIDNEXT)',
  ]),
  loggedIn('MULTIAPPEND with one message that is refused', [
    `a APPEND Drafts ${literal(small)} ${literal('')} ${literal(small)}`,
    `b APPEND Drafts ${literal(small, '{n+}')} (\\Bogus) ${literal(commands)}`,
    `c APPEND Drafts ${literal(small, '{n+}')} ${literal('Subject: nul\r\n\r\n\0\r\n', '{n+}')} ${literal(commands, '{n+}')}`,
    `d APPEND Drafts ${literal(small)} "no date {5}" ${literal(commands)}`,
    'e STATUS Drafts (MESSAGES UIDNEXT)',
  ]),
  loggedIn('MULTIAPPEND to a mailbox that is not there', [
    `a APPEND "no such {5}" ${literal(small)} ${literal(commands)}`,
    `b APPEND "no such {5}" ${literal(small, '{n+}')} ${literal(commands, '{n+}')}`,
    `c APPEND "no such {5}" (\\Seen) ${literal(commands, '{n+}')} (\\Draft) ${literal(commands)}`,
    'd NOOP',
  ]),
  selected('MULTIAPPEND to the selected mailbox, with what it brings', [
    `a APPEND INBOX ${literal(small, '{n+}')} ${literal(commands, '{n+}')}`,
    'b FETCH 6:* (UID FLAGS RFC822.SIZE)',
    `c APPEND INBOX (\\Deleted) ${literal(small)} (\\Seen) ${literal(small)}`,
    'd UID FETCH 8:* (FLAGS)',
    'e EXPUNGE',
  ]),
  loggedIn('APPEND that breaks off', [
    octets(`a APPEND Drafts ${literal(small, '{n+}')} \r\nb NOOP\r\n`, /^b (OK|NO|BAD)[^\n]*\n/m),
    octets(`c APPEND Drafts ${literal(small, '{n+}')} (\\Seen\r\nd NOOP\r\n`, /^d (OK|NO|BAD)[^\n]*\n/m),
    octets(`e APPEND Drafts ${literal(small, '{n+}')} x\r\nf NOOP\r\n`, /^f (OK|NO|BAD)[^\n]*\n/m),
    octets(`g APPEND Drafts ${literal(small, '{n+}')}x\r\nh NOOP\r\n`, /^h (OK|NO|BAD)[^\n]*\n/m),
    ...readBack,
  ]),
];
