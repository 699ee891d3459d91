import {
  answerTo,
  connected,
  literal,
  loggedIn,
  octets,
  pipelined,
  type Script,
  selected,
  toProxy,
} from '../script.js';

/** Dovecot ends the session at the last of them. */
const bogus = (count: number) =>
  Array.from({ length: count }, (_, at) => octets(`t${at} BOGUS\r\n`, /^(t\d+ BAD|\* BYE)[^\n]*\n/m));

export const odd: readonly Script[] = [
  loggedIn('COMPRESS and STARTTLS, which the proxy refuses', [
    toProxy('c1 COMPRESS DEFLATE', 'c1 NO COMPRESS is not available through this proxy'),
    toProxy('c2 starttls', 'c2 BAD STARTTLS is not available'),
    toProxy('c3 ENABLE UIDONLY', 'c3 BAD UIDONLY is not available through this proxy'),
    'd NOOP',
  ]),
  connected('mechanisms that the proxy refuses', [
    toProxy('a1 AUTHENTICATE CRAM-MD5', 'a1 NO CRAM-MD5 is not available through this proxy'),
    toProxy('a2 authenticate gssapi', 'a2 NO GSSAPI is not available through this proxy'),
    'b NOOP',
  ]),
  selected('commands that are none', [
    octets('a\r\n', /^(a|\*) BAD[^\n]*\n/m),
    'b BOGUS',
    'c BOGUS with arguments {5',
    'd FETCH',
    'e UID',
    'f UID BOGUS 1',
    'g SELECT',
    'h NOOP now',
    `i BOGUS ${literal('refused')}`,
    'j LOGIN x y',
  ]),
  selected('lines that are no commands', [
    octets('\r\na NOOP\r\n', answerTo('a')),
    octets('*\r\nb NOOP\r\n', answerTo('b')),
    octets('"d" NOOP\r\ne NOOP\r\n', answerTo('e')),
    octets(' f NOOP\r\ng NOOP\r\n', answerTo('g')),
  ]),
  selected('spaces and line ends that are not as they should be', [
    octets('a NOOP\n', answerTo('a')),
    octets('b FETCH 1 FLAGS\n', answerTo('b')),
    octets('c NOOP \r\n', answerTo('c')),
    octets('d  NOOP\r\n', answerTo('d')),
    octets('e FETCH  1  FLAGS\r\n', answerTo('e')),
    octets('f NOOP\r\r\ng NOOP\r\n', answerTo('g')),
    octets('h FETCH 1\tFLAGS\r\n', answerTo('h')),
  ]),
  pipelined(
    'many commands in one segment',
    `${Array.from({ length: 60 }, (_, at) => `t${at} FETCH ${(at % 5) + 1} (UID FLAGS)\r\n`).join('')}z NOOP\r\n`,
    answerTo('z'),
  ),
  pipelined(
    'more commands in flight than the proxy remembers',
    `${Array.from({ length: 300 }, (_, at) => `t${at} NOOP\r\n`).join('')}z NOOP\r\n`,
    answerTo('z'),
  ),
  pipelined(
    'commands with and without literals in one segment',
    [
      'a STORE 1 +FLAGS (\\Seen)',
      `b APPEND Drafts ${literal('Subject: x\r\n\r\nc LOGOUT\r\n', '{n+}')}`,
      `c SEARCH SUBJECT ${literal('one', '{n+}')}`,
      'd FETCH 2:3 BODY.PEEK[]',
      'e CHECK',
      '',
    ].join('\r\n'),
    answerTo('e'),
  ),
  pipelined(
    'one tag for many commands',
    'a NOOP\r\na FETCH 1 FLAGS\r\na FETCH 2 FLAGS\r\nb NOOP\r\n',
    answerTo('b'),
  ),
  connected('too many bad commands', bogus(3)),
  loggedIn('too many bad commands after login', bogus(20)),
];
