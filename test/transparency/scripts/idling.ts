import { answerTo, inAnyOrder, loggedIn, octets, type Script, selected } from '../script.js';

const continuation = /^\+[^\n]*\n/m;

export const idling: readonly Script[] = [
  loggedIn('IDLE with nothing selected', [
    octets('a IDLE\r\n', continuation),
    octets('DONE\r\n', answerTo('a')),
    'b NOOP',
  ]),
  selected('IDLE ended by an empty line', [
    octets('a IDLE\r\n', continuation),
    octets('\r\n', answerTo('a')),
    'b NOOP',
  ]),
  selected('IDLE ended by DONE and a bare LF', [
    octets('a IDLE\r\n', continuation),
    octets('DONE\nb NOOP\r\n', answerTo('b')),
  ]),
  selected('IDLE ended by DONE with blanks', [
    octets('a IDLE\r\n', continuation),
    octets('DONE \r\n', answerTo('a')),
    octets('b IDLE\r\n', continuation),
    octets(' DONE\r\n', answerTo('b')),
    'c NOOP',
  ]),
  selected('IDLE ended by a line that looks like a command to the proxy', [
    octets('a IDLE\r\n', continuation),
    octets('b SEND 1:*\r\n', answerTo('a')),
    octets('c IDLE\r\n', continuation),
    octets('d STARTTLS\r\n', answerTo('c')),
    'e NOOP',
  ]),
  selected('IDLE ended by a line that ends like a literal', [
    octets('a IDLE\r\n', continuation),
    octets('DONE {5}\r\n', answerTo('a')),
    'b NOOP',
  ]),
  selected('IDLE with arguments, and IDLE in lower case', [
    octets('a IDLE now\r\n', /^(\+|a BAD)[^\n]*\n/m),
    octets('DONE\r\nb idle\r\n', /^(\+|\S+ BAD)[^\n]*\n/m),
    octets('done\r\nc NOOP\r\n', answerTo('c')),
  ]),
  inAnyOrder(
    selected('IDLE behind commands in the same segment, and commands behind DONE', [
      octets('a FETCH 1:* FLAGS\r\nb IDLE\r\n', continuation),
      octets('DONE\r\nc FETCH 1:* UID\r\nd NOOP\r\n', answerTo('d')),
    ]),
  ),
  selected('LOGOUT in place of DONE', [
    octets('a IDLE\r\n', continuation),
    octets('b LOGOUT\r\n', answerTo('a')),
    'c NOOP',
  ]),
];
