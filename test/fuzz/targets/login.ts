import assert from 'node:assert/strict';
import type { Login } from '../../../src/credentials.js';
import { LoginCapture } from '../../../src/gate/login-capture.js';
import { announcesAstring, readAstrings } from '../../../src/imap/astring.js';
import { cutsOf } from '../cuts.js';
import type { Target } from '../target.js';

/**
 * Two astrings in latin1, strictly by RFC 9051 §9, but for a bare LF behind `{n}`: a literal that is here was granted.
 * Undefined when that is not what is there.
 */
function strictStrings(text: string): [user: string, password: string] | undefined {
  const found: string[] = [];
  let rest = text;
  while (found.length < 2) {
    const [quoted, content] = /^ "((?:[^"\\\r\n]|\\["\\])*)"/.exec(rest) ?? [];
    const [atom, word] = /^ ([^\0-\x20()"{%*\\\x7f-\xff]+)/.exec(rest) ?? [];
    const [mark, size] = /^ \{(\d{1,9})(?:\+?\}\r|\})\n/.exec(rest) ?? [];
    const literal = mark === undefined ? undefined : rest.slice(mark.length, mark.length + Number(size));
    if (literal !== undefined && literal.length < Number(size)) return undefined;
    const value = content?.replace(/\\(.)/g, '$1') ?? word ?? literal;
    if (value === undefined) return undefined;
    found.push(value);
    rest = rest.slice((quoted ?? atom ?? `${mark}${literal}`).length);
  }
  return rest === '\r\n' ? (found as [string, string]) : undefined;
}

const utf8 = (octets: string): string => Buffer.from(octets, 'latin1').toString('utf8');

function secretOf(login: Login): string | undefined {
  const { credentials } = login;
  if (credentials === undefined) return undefined;
  return (credentials.kind === 'password' ? credentials.password : credentials.token).reveal();
}

/** All that a capture says, for each way of cutting what the client sends; it must be the same for all. */
function captured(mechanism: string | undefined, octets: Buffer): Login | undefined {
  const said = [...cutsOf(octets)].map((pieces) => {
    const capture = new LoginCapture(mechanism);
    for (const piece of pieces) capture.keep(piece);
    return capture.take();
  });
  const text = said.map((login) => JSON.stringify([login, login && secretOf(login)]));
  assert.equal(new Set(text).size, 1, text.join(' or '));
  return said[0];
}

function checkLogin(octets: Buffer): void {
  const login = captured(undefined, octets);
  const strict = strictStrings(octets.toString('latin1'));
  if (strict !== undefined)
    assert.deepEqual(
      readAstrings(octets, 2)?.map((value) => value.toString('latin1')),
      strict,
    );
  if (strict !== undefined && login !== undefined) {
    assert.deepEqual([login.user, secretOf(login)], strict.map(utf8));
  }
  // Where it believes in a literal, two strings can come of what was sent so far.
  const text = octets.toString('latin1');
  const size = Number(/\{(\d{1,2})\+?\}\r\n$/.exec(text)?.[1] ?? Number.NaN);
  if (Number.isNaN(size) || !announcesAstring(octets, 2)) return;
  const begun = text + 'x'.repeat(size);
  assert.ok(strictStrings(`${begun}\r\n`) ?? strictStrings(`${begun} y\r\n`), 'no literal can come there');
}

/** Who the responses name, each decoded alone, in the notation of the mechanism (RFC 4616, RFC 5802, RFC 7628). */
function checkSasl(mechanism: string, octets: Buffer): void {
  const login = captured(mechanism, octets);
  if (login === undefined) return;
  assert.notEqual(login.user, '');
  const lines = octets.toString('latin1').split(/\r?\n/).slice(0, -1);
  const said = lines.map((line) => Buffer.from(line.trim(), 'base64').toString('utf8'));
  const all = said.join('\n');
  const secret = secretOf(login);
  switch (mechanism) {
    case 'PLAIN': {
      const [authzid, user, password] = (said.at(-1) as string).split('\0');
      assert.deepEqual([login.user, login.credentials?.user, secret], [authzid || user, user, password]);
      return;
    }
    case 'LOGIN':
      assert.deepEqual([login.user, secret], said.slice(-2));
      return;
    case 'XOAUTH2':
      assert.ok(all.toLowerCase().includes('user=') && all.includes(`=${login.user}`));
      assert.ok(secret !== undefined && all.includes(secret));
      return;
    case 'OAUTHBEARER':
      assert.equal(all.split('\x01')[0]?.split(',')[1], `a=${asSaslName(login.user)}`);
      return;
    default:
      assert.ok(all.includes(login.user) || all.includes(asSaslName(login.user)), 'a name that was not sent');
  }
}

const asSaslName = (name: string): string => name.replace(/=/g, '=3D').replace(/,/g, '=2C');
const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');

/** A line with a mechanism, or `LOGIN` and a blank, and what a client sends behind it. */
export const login: Target = {
  name: 'login',
  seeds: [
    '- anna secret\r\n',
    '- "an\\"na" {6}\r\nsecret\r\n',
    '- {4+}\r\nanna "se cret"\r\n',
    `PLAIN ${base64('\0anna\0secret')}\r\n`,
    `PLAIN\r\n${base64('boss\0anna\0secret')}\r\n`,
    `LOGIN\r\n${base64('anna')}\r\n${base64('secret')}\r\n`,
    `XOAUTH2 ${base64('user=anna\x01auth=Bearer t0ken\x01\x01')}\r\n`,
    `OAUTHBEARER ${base64('n,a=anna=2C,\x01host=x\x01auth=Bearer t0ken\x01\x01')}\r\n`,
    `OAUTHBEARER ${base64('n,a=anna=2,\x01auth=Bearer t\x01\x01')}\r\n`,
    `SCRAM-SHA-256\r\n${base64('n,a=boss,n=an=3Dna,r=fyko')}\r\n${base64('c=biws,r=fyko,p=x')}\r\n`,
    `CRAM-MD5\r\n${base64(`anna ${'0123456789abcdef'.repeat(2)}`)}\r\n`,
  ],
  dictionary: [
    ...[
      '\r\n',
      '\n',
      ' ',
      '"',
      '\\',
      '{',
      '}',
      '{4}\r\n',
      '{4+}\r\n',
      '=',
      '==',
      '*',
      '\0',
      '\xe4',
      'A',
      '-',
    ],
    ...['PLAIN', 'LOGIN', 'XOAUTH2', 'OAUTHBEARER', 'SCRAM-SHA-1', 'CRAM-MD5'],
    ...[
      '\0',
      'anna',
      '\0anna\0secret',
      'user=boss\x01',
      'auth=Bearer t\x01',
      'n,a=boss,',
      'n,,n=anna,r=x',
      'c=biws',
    ].map(base64),
  ],
  check(input) {
    const [, mechanism = '', rest = ''] = /^([A-Z0-9-]*)(.*)$/s.exec(input.toString('latin1')) ?? [];
    const octets = Buffer.from(rest, 'latin1');
    if (mechanism === '-') checkLogin(octets);
    else checkSasl(mechanism, octets);
  },
};
