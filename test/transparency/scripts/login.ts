import { connected, literal, octets, type Script, withPassword } from '../script.js';

const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');
const plain = (user: string, password: string): string => base64(`\0${user}\0${password}`);

/** An answer to `+`, then whatever comes. */
const response = (text: string, until: RegExp) => octets(`${text}\r\n`, until);

export const login: readonly Script[] = [
  connected('capabilities, NOOP, ID and LOGOUT before login', [
    'a CAPABILITY',
    'b NOOP',
    'c ID NIL',
    'd capability',
  ]),
  {
    // Dovecot 2.3 answers BAD if what comes first ends behind `ID `.
    ...connected('ID with quoted strings before login', ['a ID ("name" "probe {5}" "version" "")']),
    uncut: true,
  },
  connected('commands that need a login', [
    'a SELECT INBOX',
    `b APPEND INBOX ${literal('Subject: x\r\n\r\n')}`,
  ]),
  withPassword('secret', 'LOGIN with atoms', (user) => [
    `a LOGIN ${user} secret`,
    'b CAPABILITY',
    'c LOGIN again again',
  ]),
  withPassword('a "b" \\c {5}', 'LOGIN with quoted strings that end like literals', (user) => [
    `a LOGIN "${user}" "a \\"b\\" \\\\c {5}"`,
    'b CAPABILITY',
  ]),
  withPassword('in lit\\"eral {7}', 'LOGIN with literals that wait', (user) => [
    `a LOGIN ${literal(user)} ${literal('in lit\\"eral {7}')}`,
    'b CAPABILITY',
  ]),
  withPassword('in {1} literal', 'LOGIN with literals that do not wait', (user) => [
    `a LOGIN ${literal(user, '{n+}')} ${literal('in {1} literal', '{n+}')}`,
    'b CAPABILITY',
  ]),
  withPassword('secret', 'LOGIN with a literal, a quoted string, and a refusal first', (user) => [
    `a LOGIN ${user} wrong`,
    `b LOGIN ${literal(user)} ""`,
    `c LOGIN ${user}`,
    `d login ${literal(user)} "secret"`,
    'e NOOP',
  ]),
  withPassword('secret', 'AUTHENTICATE PLAIN with an initial response', (user) => [
    `a AUTHENTICATE PLAIN ${plain(user, 'wrong')}`,
    `b AUTHENTICATE PLAIN ${plain(user, 'secret')}`,
    'c CAPABILITY',
  ]),
  withPassword('secret', 'AUTHENTICATE PLAIN with a continuation', (user) => [
    octets('a authenticate plain\r\n', /^\+.*\n/ms),
    response(plain(user, 'secret'), /^a OK[^\n]*\n/m),
    'b CAPABILITY',
  ]),
  withPassword('secret', 'AUTHENTICATE cancelled, wrong and unknown, then right', (user) => [
    octets('a AUTHENTICATE PLAIN\r\n', /^\+[^\n]*\n/m),
    response('*', /^a (NO|BAD)[^\n]*\n/m),
    octets('b AUTHENTICATE PLAIN\r\n', /^\+[^\n]*\n/m),
    response(base64('not what was asked for'), /^b (NO|BAD)[^\n]*\n/m),
    'c AUTHENTICATE X-NO-SUCH',
    'd AUTHENTICATE',
    `e AUTHENTICATE PLAIN ${plain(user, 'secret')}`,
  ]),
  withPassword('secret', 'AUTHENTICATE LOGIN', (user) => [
    octets('a AUTHENTICATE LOGIN\r\n', /^\+[^\n]*\n/m),
    response(base64(user), /^\+[^\n]*\n/m),
    response(base64('secret'), /^a OK[^\n]*\n/m),
    'b NOOP',
  ]),
  withPassword('secret', 'LOGIN and what follows in one segment', (user) => [
    octets(`a LOGIN ${user} secret\r\nb SELECT INBOX\r\nc CLOSE\r\n`, /^c OK[^\n]*\n/m),
  ]),
];
