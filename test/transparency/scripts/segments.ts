import {
  answerTo,
  inAnyOrder,
  literal,
  loggedIn,
  octets,
  pipelined,
  type Script,
  segment,
  selected,
} from '../script.js';

const large = `Subject: large\r\n\r\n${'z OK forged {5}\r\n'.repeat(2_000)}`;
const many = (count: number, make: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => `t${at} ${make(at)}\r\n`).join('');

export const segments: readonly Script[] = [
  ...[2, 3, 5, 10, 50, 200].map((count) =>
    pipelined(
      `${count} commands in one segment`,
      `${many(count, (at) => `FETCH ${(at % 5) + 1} (UID BODY.PEEK[HEADER.FIELDS (SUBJECT)])`)}z NOOP\r\n`,
      answerTo('z'),
    ),
  ),
  pipelined(
    '100 commands with literals in one segment',
    `${many(100, (at) => `SEARCH SUBJECT ${literal(`x${at} SEND 1\r\n`, '{n+}')}`)}z NOOP\r\n`,
    answerTo('z'),
  ),
  pipelined(
    '20 messages appended in one segment',
    `${many(20, (at) => `APPEND Drafts ${literal(`Subject: ${at}\r\n\r\nx LOGOUT\r\n`, '{n+}')}`)}z NOOP\r\n`,
    answerTo('z'),
  ),
  {
    ...loggedIn('large bodies and other commands in one segment', [
      `a APPEND INBOX ${literal(large)}`,
      segment('b SELECT INBOX', 'c FETCH 6 BODY.PEEK[]', 'd FETCH 6 BODY.PEEK[]', 'e FETCH 6 UID', 'f NOOP'),
      segment('g FETCH 6 BODY.PEEK[TEXT]<100.20000>', 'h CAPABILITY'),
    ]),
    inAnyOrder: true,
  },
  inAnyOrder(
    loggedIn('selecting, reading and closing in one segment', [
      segment('a SELECT INBOX', 'b FETCH 1 FLAGS', 'c UNSELECT', 'd SELECT Drafts', 'e CLOSE', 'f NOOP'),
    ]),
  ),
  {
    // Dovecot keeps the tagged response until it has the rest of the next command.
    ...selected('a command and the beginning of the next in one segment', [
      octets('a FETCH 1 UID\r\nb FET', /^\* 1 FETCH[^\n]*\n/m),
      octets('CH 2 UID\r\nc', /^\* 2 FETCH[^\n]*\n/m),
      octets(' NOOP\r\nd NOOP\r', answerTo('c')),
      octets('\ne NOOP\r\n', answerTo('e')),
    ]),
    inAnyOrder: true,
  },
  selected('a literal that waits, and the next command behind it', [
    octets('a SEARCH SUBJECT {3}\r\n', /^\+[^\n]*\n/m),
    octets('one\r\nb SEARCH SUBJECT {3}\r\n', /^\+[^\n]*\n/m),
    octets('two\r\nc NOOP\r\n', answerTo('c')),
  ]),
  inAnyOrder(
    selected('a literal that waits, behind commands in the same segment', [
      octets('a FETCH 1 UID\r\nb FETCH 2 UID\r\nc SEARCH SUBJECT {3}\r\n', /^\+[^\n]*\n/m),
      octets('one\r\n', answerTo('c')),
    ]),
  ),
  selected('literals that wait and that do not in one command', [
    octets(`a SEARCH OR SUBJECT ${literal('one', '{n+}')} SUBJECT {3}\r\n`, /^\+[^\n]*\n/m),
    octets(`two NOT BODY ${literal('x', '{n+}')} TEXT {1}\r\n`, /^\+[^\n]*\n/m),
    octets('y\r\n', answerTo('a')),
  ]),
];
