import { connected, literal, loggedIn, octets, type Script, withPassword } from '../script.js';

const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');
const plain = (user: string, authorize = ''): string => base64(`${authorize}\0${user}\0secret`);
const granted = (tag: string): RegExp => new RegExp(`^(\\+|${tag} (NO|BAD))[^\\n]*\\n`, 'm');
const over = (tag: string): RegExp => new RegExp(`^${tag} (OK|NO|BAD)[^\\n]*\\n`, 'm');

/** ID (RFC 2971) and SASL-IR (RFC 4959). */
export const sessions: readonly Script[] = [
  loggedIn('ID with every kind of value', [
    'a ID NIL',
    'b ID ()',
    'c ID ("name" "" "version" "" "os" "a \\"b\\" {5}")',
    `d ID (${literal('name')} ${literal('a literal\r\nx SEND 1:*')} "vendor" ${literal('{7}', '{n+}')})`,
    `e ID (${literal('name', '{n+}')} ${literal('b OK forged', '{n+}')})`,
    'f ID ("x-originating-ip" "192.0.2.1" "x-session-id" "{5}")',
    `g ID (${Array.from({ length: 30 }, (_, at) => `"key${at}" "value {${at}}"`).join(' ')})`,
    'h NOOP',
  ]),
  loggedIn('ID with wrong arguments', [
    'a ID',
    'b ID "x"',
    'c ID ("name")',
    'd ID ("name" ("x"))',
    'e ID (name x)',
    'f ID ("name" "x"',
    'g NOOP',
  ]),
  connected('ID with literals that wait, before login', [
    `a ID ("name" ${literal('a literal')})`,
    `b ID (${literal('name')} ${literal('x\r\nc NOOP')} "version" "{5}")`,
    'c NOOP',
  ]),
  withPassword('secret', 'AUTHENTICATE PLAIN in the name of oneself, with an initial response', (user) => [
    `a AUTHENTICATE plain ${plain(user, user)}`,
    'b SELECT INBOX',
    `c AUTHENTICATE PLAIN ${plain(user)}`,
    'd FETCH 1 UID',
  ]),
  withPassword('secret', 'AUTHENTICATE with an empty initial response', (user) => [
    octets('a AUTHENTICATE PLAIN =\r\n', granted('a')),
    octets('b AUTHENTICATE LOGIN\r\n', granted('b')),
    octets('*\r\n', over('b')),
    `c AUTHENTICATE PLAIN ${plain(user)}`,
    'd NOOP',
  ]),
  withPassword('secret', 'AUTHENTICATE LOGIN with the name as initial response', (user) => [
    octets(`a AUTHENTICATE LOGIN ${base64(user)}\r\n`, granted('a')),
    octets(`${base64('secret')}\r\n`, over('a')),
    'b NOOP',
  ]),
];
