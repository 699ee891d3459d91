import { literal, loggedIn, type Script, selected } from '../script.js';

const long = 'word {5} '.repeat(60);
const message = (body: string, type = 'text/plain; charset=utf-8'): string =>
  `From: a@example.org\r\nSubject: s {5}\r\nMIME-Version: 1.0\r\nContent-Type: ${type}\r\n\r\n${body}\r\n`;

/** What FETCH can say of a message beyond RFC 9051. */
export const messageData: readonly Script[] = [
  loggedIn('PREVIEW and SNIPPET of texts that are hard to quote (RFC 8970)', [
    `a APPEND Drafts ${literal(message('"quoted" \\ and {5}'))}`,
    `b APPEND Drafts ${literal(message('\xc3\xa9t\xc3\xa9 {6}\r\na OK forged\r\n* BYE'))}`,
    `c APPEND Drafts ${literal(message('\xff\xfe broken'), '{n+}')}`,
    `d APPEND Drafts ${literal(message(long), '{n+}')}`,
    `e APPEND Drafts ${literal(message('<html><body><p>one {5}</p>&lt;two</body>', 'text/html'))}`,
    `f APPEND Drafts ${literal(message('', 'image/png'))}`,
    'g SELECT Drafts',
    'h FETCH 1:* PREVIEW',
    'i UID FETCH 1:* (PREVIEW (LAZY) FLAGS)',
    'j FETCH 1:* (SNIPPET (FUZZY))',
    'k FETCH 1:* (PREVIEW (LAZY=FUZZY))',
    'l FETCH 1 (PREVIEW (BOGUS))',
  ]),
  selected('identities of messages, where they are, and when they came', [
    'a FETCH 1:* (EMAILID THREADID)',
    'b FETCH 1:3 (SAVEDATE UID)',
    'c FETCH 1:* (DIGEST.SHA1 RFC822.SIZE)',
    'd FETCH 1:* (MAILBOXES MAILBOXIDS)',
    'e FETCH 1:3 (RFC822.FILESIZE RFC822.SHA1 FOLDER UIDVALIDITY)',
    'f FETCH 1 (CID BASECID)',
    'g FETCH 1 (X-MAILBOX X-REAL-UID)',
    'h UID SEARCH EMAILID M00000000',
    'i SEARCH THREADID T0',
  ]),
  selected('FETCH of header fields kept by the server, and of odd sections', [
    'a FETCH 1:* (BODY.PEEK[HEADER.FIELDS (FROM SUBJECT DATE)] MODSEQ)',
    'b FETCH 1 (ENVELOPE X-BOGUS)',
    'c FETCH 1:* (RFC822.HEADER RFC822.HEADER.LINES (SUBJECT))',
    'd FETCH 1:* (RFC822.HEADER.LINES.NOT (SUBJECT FROM))',
    'e FETCH 1:2 (RFC822.HEADER.LINES (TO) RFC822.TEXT.PEEK)',
    'f FETCH 3 (RFC822.PEEK)',
    'g FETCH 1:* FLAGS',
  ]),
];
