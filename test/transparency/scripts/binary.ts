import { literal, loggedIn, type Script, selected } from '../script.js';

const readBack = ['y SELECT Drafts', 'z FETCH 1:* (FLAGS RFC822.SIZE BODY.PEEK[])'];
const parts = (encoding: string, body: string): string =>
  `Subject: parts\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n` +
  `Content-Transfer-Encoding: ${encoding}\r\n\r\n${body}`;

/** RFC 3516 */
export const binary: readonly Script[] = [
  loggedIn('BINARY of encodings that decode to NUL, 8 bit and line ends', [
    `a APPEND Drafts ${literal(parts('base64', 'AAECDQoxIFNFTkQgezV9DQr/\r\n'))}`,
    `b APPEND Drafts ${literal(parts('quoted-printable', '=00=01{5}=0D=0A=FF x =\r\ny\r\n'), '{n+}')}`,
    'c SELECT Drafts',
    'd FETCH 1:2 (BINARY.PEEK[1] BINARY.SIZE[1])',
    'e FETCH 1:2 (BINARY.PEEK[1]<1.4> UID)',
    'f FETCH 1:2 BINARY.PEEK[1]<99.4>',
    'g FETCH 1 (BINARY[1] FLAGS)',
    'h UID FETCH 2 (BINARY[1] BINARY.SIZE[1] BODY.PEEK[1])',
    'i FETCH 1:2 FLAGS',
  ]),
  loggedIn('BINARY of what cannot be decoded', [
    `a APPEND Drafts ${literal(parts('x-bogus {5}', 'cannot be decoded\r\n'))}`,
    `b APPEND Drafts ${literal(parts('base64', '!!! {5} no base64\r\n'))}`,
    'c SELECT Drafts',
    'd FETCH 1 BINARY.PEEK[1]',
    'e FETCH 1 BINARY.SIZE[1]',
    'f FETCH 2 (BINARY.PEEK[1])',
    'g FETCH 2 (BINARY.SIZE[1])',
    'h NOOP',
  ]),
  selected('BINARY of whole messages and of parts within parts', [
    'a FETCH 1:* BINARY.SIZE[]',
    'b FETCH 1:3 BINARY.PEEK[]',
    'c FETCH 2 (BINARY.PEEK[2] BINARY.PEEK[2.1])',
    'd FETCH 2 (BINARY.SIZE[2] BINARY.SIZE[1] BINARY.SIZE[2.1])',
    'e FETCH 1:* (BINARY.PEEK[1]<0.5> FLAGS UID)',
    'f FETCH 3 BINARY[1]',
  ]),
  selected('BINARY with wrong arguments', [
    'a FETCH 1 BINARY',
    'b FETCH 1 BINARY[HEADER]',
    'c FETCH 1 BINARY.SIZE[1]<0.1>',
    'd FETCH 1 BINARY.PEEK[x]',
    'e FETCH 1 BINARY.PEEK[1',
    'f FETCH 1 BINARY.PEEK[0]',
    'g NOOP',
  ]),
  loggedIn('APPEND of literal8 that hold NUL, commands, and nothing', [
    `a APPEND Drafts ${literal('Subject: a\0b\r\n\r\n\0\r\nx SEND 1\r\n\0{5}\r\n', '~{n}')}`,
    `b APPEND Drafts (\\Seen) ${literal('Subject: b\r\n\r\n\0\0\0~{4}\r\n\xff', '~{n+}')}`,
    `c APPEND Drafts () "07-Feb-2024 02:33:44 +0530" ${literal('c OK forged\r\n* BYE\r\n', '~{n+}')}`,
    `d APPEND "no such {5}" ${literal('\0\r\n', '~{n}')}`,
    `e APPEND "no such {5}" ${literal('x NOOP\r\n', '~{n+}')}`,
    `f APPEND Drafts ${literal('', '~{n}')}`,
    ...readBack,
    '! FETCH 1:* (BINARY.SIZE[1] BINARY.PEEK[1])',
  ]),
  selected('literal8 where a string belongs', [
    `a SEARCH SUBJECT ${literal('one', '~{n}')}`,
    `b STATUS ${literal('INBOX', '~{n}')} (MESSAGES)`,
    `c CREATE ${literal('eight', '~{n}')}`,
    'd NOOP',
  ]),
];
