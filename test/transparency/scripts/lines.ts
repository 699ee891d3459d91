import { answerTo, inAnyOrder, loggedIn, octets, type Script, selected } from '../script.js';

const noop = (line: string, tag: string) => octets(`${line}${tag} NOOP\r\n`, answerTo(tag));

const TAGS: readonly string[] = [
  ..."!#$&',-./0:;<=>?@[^_`|}~".split(''),
  'P0123456789abcdef',
  'P1',
  'OK',
  'BAD',
  'BYE',
  'SEND',
  'NOOP',
  'CAPABILITY',
  '1.2.3',
  't'.repeat(100),
];

/** One that is no tag costs one bad command; Dovecot allows 20, Cyrus 10. */
const NO_TAGS: readonly string[] = ['*', '(', '"a"', '%', '\\', '{5}', 'a{', '\xe9'];

export const lines: readonly Script[] = [
  selected('tags of all characters there are', [
    ...TAGS.map((tag) => octets(`${tag} FETCH 1 UID\r\n`, answerTo(tag))),
  ]),
  loggedIn('a tag that Cyrus takes and Dovecot does not', [
    octets('] NOOP\r\n', /^(\] OK|\* BAD)[^\n]*\n/m),
    'a NOOP',
  ]),
  ...[NO_TAGS.slice(0, 4), NO_TAGS.slice(4)].map((tags, at) =>
    loggedIn(`tags that are none, ${at + 1}`, [...tags.map((tag, n) => noop(`${tag} NOOP\r\n`, `n${n}`))]),
  ),
  loggedIn('one tag for one command after the other', ['a NOOP', 'a NOOP', 'a LIST "" %', 'a NOOP']),
  loggedIn('a tag of 101 octets', [`${'t'.repeat(101)} NOOP`, 'a NOOP']),
  loggedIn('a tag of 1,500 octets', [octets(`${'t'.repeat(1_500)} NOOP\r\na NOOP\r\n`, answerTo('a'))]),
  loggedIn('no tag at all', [noop('NOOP\r\n', 'a'), noop(' NOOP\r\n', 'b'), noop('\tNOOP\r\n', 'c')]),
  loggedIn('tags alone on their line', [noop('a\r\n', 'b'), noop('c \r\n', 'd'), noop('e\t\r\n', 'f')]),
  loggedIn('empty lines before, between and behind commands', [
    octets('\r\na NOOP\r\n\r\nb NOOP\r\n\r\nc NOOP\r\n', answerTo('c')),
  ]),
  inAnyOrder(
    loggedIn('bare line feeds for all line ends', [
      octets('a NOOP\nb LIST "" %\nc SELECT INBOX\nd FETCH 1:* (FLAGS)\n', answerTo('d')),
      octets('e SEARCH SUBJECT "x {5}"\n', answerTo('e')),
    ]),
  ),
  loggedIn('bare line feeds that are no line ends to all', [noop('\n', 'a'), noop('\n\n', 'b')]),
  loggedIn('bare carriage returns', [
    octets('a NOOP\rb NOOP\r\nc NOOP\r\n', answerTo('c')),
    octets('\rd NOOP\r\ne NOOP\r\n', answerTo('e')),
    octets('f \rNOOP\r\ng NOOP\r\n', answerTo('g')),
  ]),
  loggedIn('a carriage return in a quoted string', [
    octets('a STATUS "x\ry" (MESSAGES)\r\nb NOOP\r\n', answerTo('b')),
  ]),
  loggedIn('NUL, 8-bit and other control octets', [
    octets('a NO\0OP\r\nb NOOP\r\n', answerTo('b')),
    octets('c \xff\xfe\r\nd NOOP\r\n', answerTo('d')),
    octets('e STATUS "\x01\x7f" (MESSAGES)\r\nf NOOP\r\n', answerTo('f')),
    octets('g STATUS "a\0b" (MESSAGES)\r\nh NOOP\r\n', answerTo('h')),
  ]),
  selected('tabs and blanks in all places', [
    octets('a\tNOOP\r\nb NOOP\r\n', answerTo('b')),
    octets('c NOOP\t\r\nd NOOP\r\n', answerTo('d')),
    octets('e FETCH 1  (FLAGS   UID)  \r\nf NOOP\r\n', answerTo('f')),
    octets('g FETCH 1 ( FLAGS UID )\r\nh NOOP\r\n', answerTo('h')),
  ]),
  selected('commands in mixed case', [
    'a NoOp',
    'b fEtCh 1 (fLaGs bOdY.pEeK[tExT])',
    'c uId FeTcH 1 Uid',
    'd sEaRcH aLl',
    'e StAtUs iNbOx (mEsSaGeS)',
    'f cApAbIlItY',
  ]),
];
