import { type FailClosed, failClosed, failClosedBeforeLogin, literal, octets } from './script.js';

const BYE = /^\* BYE[^\n]*\n/m;
const ends = (...steps: readonly string[]) => octets(steps.join(''), BYE);

const LITERAL = 'cannot tell where this literal ends, closing';
const UNEXPECTED = 'server sent an unexpected continuation request, closing';
const DISPUTED = 'a tag cannot have +, closing';
const NOT_BASE64 = 'an answer in AUTHENTICATE must be base64, closing';
const AFTER_IDLE = 'a literal cannot follow IDLE, closing';

/** Where servers differ, or one may: docs/transparency.md has the rules. */
export const closings: readonly FailClosed[] = [
  failClosed('an atom that ends like a literal', LITERAL, [ends('a SEARCH SUBJECT x{5+}\r\nb SEND 1\r\n')]),
  failClosed('a literal behind a command without arguments', LITERAL, [
    ends(`a NOOP ${literal('b SEND 1\r\n', '{n+}')}\r\n`),
  ]),
  failClosed('a literal within a quoted string', LITERAL, [ends('a SEARCH SUBJECT "x {5+}\r\nhello\r\n')]),
  failClosed('a literal behind a bare line feed', LITERAL, [ends('a SEARCH SUBJECT {5+}\nhello\r\n')]),
  failClosed('a literal of more octets than 32 bits count', LITERAL, [
    ends('a APPEND Drafts {4294967296+}\r\n'),
  ]),
  failClosed('a literal without a number', LITERAL, [ends('a APPEND Drafts {+}\r\n')]),
  failClosed('a literal and a carriage return alone', LITERAL, [ends('a SEARCH SUBJECT {5+}\rx\r\n')]),
  failClosed('a literal in a line without a tag', LITERAL, [ends(' SEARCH SUBJECT {5+}\r\nhello\r\n')]),
  failClosed('a literal behind IDLE', LITERAL, [ends('a IDLE {5+}\r\nhello\r\n')]),
  failClosed('a literal where DONE belongs', AFTER_IDLE, [
    octets('a IDLE\r\n', /^\+[^\n]*\n/m),
    ends('DONE {5+}\r\nhello\r\n'),
  ]),
  failClosedBeforeLogin('a response that is no base64', NOT_BASE64, [
    octets('a AUTHENTICATE PLAIN\r\n', /^\+[^\n]*\n/m),
    ends('b LOGIN x y\r\n'),
  ]),
  failClosedBeforeLogin('a literal behind AUTHENTICATE', LITERAL, [
    ends('a AUTHENTICATE PLAIN {5+}\r\nhello\r\n'),
  ]),
  failClosedBeforeLogin('a literal in ID before login', LITERAL, [ends('a ID ("name" {5+}\r\nhello)\r\n')]),
  failClosed('+ for a tag', DISPUTED, [ends('+ NOOP\r\n')]),
  failClosed('+ in a tag', DISPUTED, [ends('a+ NOOP\r\n')]),
];

/** Where one of them does what the proxy did not expect. */
export const dovecotClosings: readonly FailClosed[] = [
  failClosed('braces that announce nothing', UNEXPECTED, [ends('a SEARCH SUBJECT {5} x\r\n')]),
];
