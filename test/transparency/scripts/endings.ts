import { connected, inAnyOrder, literal, loggedIn, octets, type Script, selected } from '../script.js';

const BYE = /^\* BYE[^\n]*\n/m;

export const endings: readonly Script[] = [
  connected('the client closes at once', [{ last: '' }]),
  connected('the client closes within its first command', [{ last: 'a NO' }]),
  connected('the client closes behind a command', ['a NOOP', { last: 'b CAPABILITY\r\n' }]),
  loggedIn('the client closes behind its login', [{ last: '' }]),
  selected('the client closes within a command', ['a NOOP', { last: 'b FETCH 1 FLA' }]),
  selected('the client closes behind LOGOUT', [{ last: 'a LOGOUT\r\n' }]),
  selected('the client closes behind a literal that it announced', [
    { last: `a APPEND Drafts ${literal('x', '{n+}')}` },
  ]),
  loggedIn('the client closes within a literal', [{ last: 'a APPEND Drafts {100+}\r\nSubject: x\r\n' }]),
  selected('the client closes while it waits for leave to send a literal', [
    octets('a APPEND Drafts {100}\r\n', /^\+[^\n]*\n/m),
    { last: 'Subject: x' },
  ]),
  selected('the client closes in IDLE', [octets('a IDLE\r\n', /^\+[^\n]*\n/m), { last: '' }]),
  connected('the client closes in AUTHENTICATE', [
    octets('a AUTHENTICATE PLAIN\r\n', /^\+[^\n]*\n/m),
    { last: '' },
  ]),
  connected('LOGOUT with commands behind it, before login', [
    octets('a LOGOUT\r\nb NOOP\r\nc NOOP\r\n', BYE),
  ]),
  selected('LOGOUT with commands behind it', [octets('a LOGOUT\r\nb FETCH 1 BODY[]\r\nc NOOP\r\n', BYE)]),
  inAnyOrder(
    selected('LOGOUT behind commands in the same segment', [
      octets('a FETCH 1:* (UID BODY.PEEK[])\r\nb NOOP\r\nc logout\r\n', BYE),
    ]),
  ),
];
