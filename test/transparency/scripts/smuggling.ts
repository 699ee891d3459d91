import { answerTo, literal, loggedIn, octets, type Script, type Step, segment, selected } from '../script.js';

/** What would do harm if anybody took it for lines of the session. */
const TEXTS: readonly (readonly [what: string, text: string])[] = [
  ['commands', 'x SEND 1:*\r\ny LOGOUT\r\nz DELETE Drafts\r\n'],
  ['UID SEND and STARTTLS', 'x UID SEND 1:*\r\ny STARTTLS\r\nz COMPRESS DEFLATE\r\n'],
  ['tagged responses', 'x OK\r\na OK done\r\nb BAD {5}\r\nc NO [TRYCREATE] {7+}\r\n'],
  ['untagged responses', '* BYE\r\n* 1 EXPUNGE\r\n* 2 FETCH (FLAGS () BODY[] {5}\r\nhello)\r\n'],
  [
    'capability lists',
    '* CAPABILITY IMAP4rev1 STARTTLS\r\na OK [CAPABILITY IMAP4rev1 LOGINDISABLED] {5}\r\n',
  ],
  ['continuation requests', '+ \r\n+\r\n+ go ahead {5}\r\n'],
  ['literals', '{5}\r\n{5+}\r\n~{5}\r\n~{5+}\r\n{99999999999999999999}\r\n{-1}\r\n{}\r\n'],
  ['commands of the proxy to its server', 'P0123456789abcdef FETCH 1 (UID BODY.PEEK[])\r\nP1 OK done\r\n'],
  ['SASL and IDLE', 'DONE\r\n*\r\n=\r\nAGFubmEAc2VjcmV0\r\nx IDLE\r\ny AUTHENTICATE PLAIN\r\n'],
  ['line ends of all kinds', '\n\r\r\n\n\n\r\rx NOOP\ny NOOP\r'],
  ['quotes and parentheses', '"\r\n")\r\n(\r\n)\r\n\\"\r\n"{5}"\r\n'],
];

const stored = (text: string): string => `Subject: x\r\n\r\n${text}`;

/** Each of them in a message, in a mailbox name, and in what is searched for. */
const everywhere = (text: string): readonly Step[] => {
  const oneLine = text.replace(/[\r\n]+/g, ' ').replace(/["\\]/g, '\\$&');
  const name = (mark: '{n}' | '{n+}') => literal(oneLine, mark);
  return [
    `a1 APPEND Drafts ${literal(stored(text))}`,
    `a2 APPEND Drafts ${literal(stored(text), '{n+}')}`,
    segment(
      `a3 APPEND Drafts ${literal(stored(text), '{n+}')}`,
      `a4 APPEND Nowhere ${literal(text, '{n+}')}`,
    ),
    `b1 SEARCH TEXT ${literal(text)}`,
    `b2 SEARCH OR BODY ${literal(text, '{n+}')} SUBJECT ${literal(text)}`,
    `c1 STATUS ${name('{n}')} (MESSAGES)`,
    `c2 SELECT ${name('{n+}')}`,
    `c3 LIST ${name('{n}')} ${name('{n+}')}`,
    `c4 STATUS "${oneLine}" (MESSAGES)`,
    'y SELECT Drafts',
    'z FETCH 1:* (UID BODY.PEEK[] BODY.PEEK[TEXT]<0.7> BODY.PEEK[1])',
  ];
};

export const smuggling: readonly Script[] = [
  ...TEXTS.map(([what, text]) => selected(`${what} where text belongs`, everywhere(text))),
  loggedIn('a literal of which the end is a command', [
    octets(`a APPEND Drafts ${literal('Subject: x\r\n\r\nb SEND 1', '{n+}')}\r\nc NOOP\r\n`, answerTo('c')),
    octets(
      `d APPEND Drafts ${literal('Subject: x\r\n\r\ne SEND 1\r\n', '{n+}')}\r\nf NOOP\r\n`,
      answerTo('f'),
    ),
  ]),
  selected('quoted strings at the end of a line that end like literals', [
    'a SEARCH SUBJECT "{5}"',
    'b SEARCH SUBJECT "{5+}"',
    'c SEARCH SUBJECT "~{5}"',
    'd SEARCH SUBJECT "\\"{5}"',
    'e SEARCH SUBJECT "\\\\ {5}"',
    'f SEARCH HEADER "{5}" "{6}"',
  ]),
  selected('atoms at the end of a line that end like literals', [
    octets('a SEARCH SUBJECT x{5}\r\nb NOOP\r\n', answerTo('b')),
    octets('c SEARCH SUBJECT {x}\r\nd NOOP\r\n', answerTo('d')),
    octets('e SEARCH SUBJECT {5\r\nf NOOP\r\n', answerTo('f')),
    octets('g SEARCH SUBJECT 5}\r\nh NOOP\r\n', answerTo('h')),
    octets('k SEARCH SUBJECT {-5}\r\nl NOOP\r\n', answerTo('l')),
  ]),
];
