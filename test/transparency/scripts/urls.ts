import { literal, octets, type Script, withPassword } from '../script.js';

/** Dovecot takes any host, Cyrus its own. */
const url = (user: string, path: string, access: string): string =>
  `imap://${user.replace('@', '%40')}@cyrus.test/${path};URLAUTH=${access}`;

/** The last URL that the server made, in a quoted string (Dovecot) or a literal (Cyrus). */
const made = (received: string): string => /.*(imap:[^"\r\n]+:[0-9a-f]{42})/s.exec(received)?.[1] ?? '';

const withUrls = (name: string, steps: (user: string) => ReturnType<Script['steps']>): Script =>
  withPassword('secret', name, (user) => [
    `login LOGIN ${user} secret`,
    'select SELECT INBOX',
    ...steps(user),
  ]);

/** URLAUTH (RFC 4467), URLAUTH=BINARY (RFC 5524), URL-PARTIAL (RFC 5550). */
export const urls: readonly Script[] = [
  withUrls('GENURLAUTH, and URLFETCH of what it made', (user) => [
    `a GENURLAUTH "${url(user, 'INBOX/;UID=4', 'anonymous')}" INTERNAL`,
    (received) => `b URLFETCH "${made(received)}"`,
    `c GENURLAUTH ${literal(url(user, 'INBOX/;UID=2/;SECTION=2.HEADER', `user+${user}`))} INTERNAL`,
    (received) => `d URLFETCH ${literal(made(received), '{n+}')}`,
    `e GENURLAUTH ${literal(url(user, 'INBOX/;UID=3', 'authuser'), '{n+}')} INTERNAL`,
    (received) => `f URLFETCH ${literal(made(received), '{n+}')} "${made(received)}"`,
    'g FETCH 4 FLAGS',
  ]),
  withUrls('GENURLAUTH of several URLs, and URLFETCH in part, decoded and described', (user) => [
    `a GENURLAUTH "${url(user, 'INBOX/;UID=1', 'anonymous')}" INTERNAL ${literal(url(user, 'INBOX/;UID=2/;SECTION=1', 'anonymous'), '{n+}')} INTERNAL`,
    (received) => `b URLFETCH ("${made(received)}" BINARY)`,
    (received) => `c URLFETCH ("${made(received)}" BODYPARTSTRUCTURE)`,
    (received) => `d URLFETCH (${literal(made(received), '{n+}')} BODY BODYPARTSTRUCTURE)`,
    `e GENURLAUTH "${url(user, 'INBOX/;UID=1/;SECTION=TEXT/;PARTIAL=0.4', 'anonymous')}" INTERNAL`,
    (received) => `f URLFETCH "${made(received)}"`,
  ]),
  withUrls('URLFETCH of URLs that are not granted', (user) => [
    `a URLFETCH "${url(user, 'INBOX/;UID=1', `anonymous:internal:${'0'.repeat(42)}`)}"`,
    `b URLFETCH ${literal(url(user, 'INBOX/;UID=1', 'anonymous:internal:{5}'), '{n+}')}`,
    'c URLFETCH "/INBOX/;UID=1"',
    'd URLFETCH "http://example.org/ {5}"',
    'e URLFETCH',
    'f URLFETCH (',
    'g NOOP',
  ]),
  withUrls('RESETKEY, which takes grants back', (user) => [
    `a GENURLAUTH "${url(user, 'INBOX/;UID=1', 'anonymous')}" INTERNAL`,
    'b RESETKEY INBOX INTERNAL',
    (received) => `c URLFETCH "${made(received)}"`,
    'd RESETKEY',
    `e RESETKEY ${literal('INBOX')}`,
    'f RESETKEY "no such {5}" INTERNAL',
    'g RESETKEY INBOX BOGUS',
    `h GENURLAUTH "${url(user, 'INBOX/;UID=1', 'anonymous')}" BOGUS`,
  ]),
  withUrls('GENURLAUTH with wrong arguments', (user) => [
    octets('a GENURLAUTH\r\nb NOOP\r\n', /^b OK[^\n]*\n/m),
    `c GENURLAUTH "${url(user, 'INBOX/;UID=1', 'anonymous')}"`,
    'd GENURLAUTH "imap://nobody@cyrus.test/INBOX/;UID=1;URLAUTH=anonymous" INTERNAL',
    'e GENURLAUTH "/INBOX/;UID=1 {5}" INTERNAL',
    'f NOOP',
  ]),
];
