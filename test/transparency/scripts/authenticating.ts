import { answerTo, connected, literal, octets, type Script, withPassword } from '../script.js';

const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');
const plain = (user: string, password: string): string => base64(`\0${user}\0${password}`);
const continuation = /^\+[^\n]*\n/m;
const begin = (tag: string, mechanism: string) =>
  octets(`${tag} AUTHENTICATE ${mechanism}\r\n`, /^(\+|\w+ (NO|BAD))[^\n]*\n/m);
const reply = (text: string, tag: string) => octets(`${text}\r\n`, answerTo(tag));

export const authenticating: readonly Script[] = [
  connected('AUTHENTICATE cancelled again and again', [
    begin('a', 'PLAIN'),
    reply('*', 'a'),
    begin('b', 'LOGIN'),
    octets(`${base64('anna')}\r\n`, continuation),
    reply('*', 'b'),
    'c NOOP',
  ]),
  withPassword('secret', 'AUTHENTICATE with an initial response of no octets', (user) => [
    octets('a AUTHENTICATE PLAIN =\r\n', answerTo('a')),
    `b AUTHENTICATE PLAIN ${plain(user, 'secret')}`,
    'c NOOP',
  ]),
  withPassword('secret', 'AUTHENTICATE with an empty line for a response', (user) => [
    begin('a', 'PLAIN'),
    reply('', 'a'),
    begin('b', 'plain'),
    reply(plain(user, 'secret'), 'b'),
    'c NOOP',
  ]),
  withPassword('secret', 'AUTHENTICATE with an authorization identity', (user) => [
    `a AUTHENTICATE PLAIN ${base64(`${user}\0${user}\0secret`)}`,
    'b CAPABILITY',
  ]),
  withPassword('secret', 'AUTHENTICATE for somebody else', (user) => [
    `a AUTHENTICATE PLAIN ${base64(`boss@example.org\0${user}\0secret`)}`,
    'b NOOP',
  ]),
  withPassword('secret', 'AUTHENTICATE LOGIN with an initial response', (user) => [
    octets(`a AUTHENTICATE LOGIN ${base64(user)}\r\n`, continuation),
    reply(base64('secret'), 'a'),
    'b NOOP',
  ]),
  withPassword('{5}', 'AUTHENTICATE with a password that looks like a literal', (user) => [
    begin('a', 'PLAIN'),
    reply(plain(user, '{5}'), 'a'),
    'b CAPABILITY',
  ]),
  withPassword('secret', 'AUTHENTICATE and its response in one segment', (user) => [
    octets(`a AUTHENTICATE PLAIN\r\n${plain(user, 'secret')}\r\n`, answerTo('a')),
    'b NOOP',
  ]),
  withPassword('secret', 'a response that ends in a bare LF', (user) => [
    begin('a', 'PLAIN'),
    octets(`${plain(user, 'secret')}\n`, answerTo('a')),
    'b NOOP',
  ]),
  connected('AUTHENTICATE without a mechanism, and with two', [
    'a AUTHENTICATE',
    'b AUTHENTICATE X-ONE X-TWO',
  ]),
  withPassword('secret', 'LOGIN in lower case, with more blanks', (user) => [
    `a login  ${user}  "secret"`,
    'b NOOP',
  ]),
  withPassword('secret', 'LOGIN with a quoted name and a literal password that does not wait', (user) => [
    `a LOGIN "${user}" ${literal('secret', '{n+}')}`,
    'b CAPABILITY',
  ]),
  withPassword('', 'LOGIN with an empty literal password', (user) => [
    `a LOGIN ${user} ${literal('')}`,
    `b LOGIN ${user} ""`,
  ]),
  withPassword('x\\"y', 'LOGIN with escapes in the password', (user) => [
    `a LOGIN ${user} "x\\\\\\"y"`,
    'b NOOP',
  ]),
  connected('LOGIN with too few and too many arguments', ['a LOGIN anna', 'b LOGIN a b c']),
  connected('LOGIN with a literal behind too many arguments', [`a LOGIN a b ${literal('c')}`, 'b NOOP']),
  withPassword('secret', 'LOGIN with literals that hold commands', (user) => [
    `a LOGIN ${literal('b LOGIN x y\r\nc SEND 1:*\r\n')} ${literal('d LOGOUT\r\n')}`,
    `e LOGIN ${user} ${literal('secret')}`,
    'f NOOP',
  ]),
];
