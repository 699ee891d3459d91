import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { isSaslText, loginFromSasl, passwordLogin } from '../../src/imap/sasl.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** `user|how|user that is shown|secret|authzid`, or `user|how` when nothing can be shown, or undefined. */
function login(mechanism: string, lines: readonly string[]): string | undefined {
  const found = loginFromSasl(mechanism, lines);
  if (found === undefined) return undefined;
  const { user, method, credentials } = found;
  if (credentials === undefined) return `${user}|${method}`;
  assert.equal(credentials.method, method);
  const shown =
    credentials.kind === 'password'
      ? [credentials.password.reveal(), credentials.authzid ?? '']
      : [credentials.token.reveal(), ''];
  return [user, method, credentials.user, ...shown].join('|');
}

const known: readonly (readonly [mechanism: string, texts: readonly string[], login: string])[] = [
  ['PLAIN', ['\0anna\0secret'], 'anna|AUTHENTICATE PLAIN|anna|secret|'],
  ['PLAIN', ['boss\0anna\0secret'], 'boss|AUTHENTICATE PLAIN|anna|secret|boss'],
  ['PLAIN', ['anna\0anna\0secret'], 'anna|AUTHENTICATE PLAIN|anna|secret|'],
  ['PLAIN', ['\0b\xfccher\0\u20ac'], 'b\xfccher|AUTHENTICATE PLAIN|b\xfccher|\u20ac|'],
  ['PLAIN', ['\0anna\0'], 'anna|AUTHENTICATE PLAIN|anna||'],
  ['LOGIN', ['anna', 'secret'], 'anna|AUTHENTICATE LOGIN|anna|secret|'],
  ['LOGIN', ['anna', ''], 'anna|AUTHENTICATE LOGIN|anna||'],
  ['XOAUTH2', ['user=anna\x01auth=Bearer t0k=\x01\x01'], 'anna|AUTHENTICATE XOAUTH2|anna|t0k=|'],
  ['XOAUTH2', ['auth=bearer  t\x01user=anna\x01\x01'], 'anna|AUTHENTICATE XOAUTH2|anna|t|'],
  ['OAUTHBEARER', ['n,a=anna,\x01auth=Bearer t\x01\x01'], 'anna|AUTHENTICATE OAUTHBEARER|anna|t|'],
  [
    'OAUTHBEARER',
    ['y,a=a=2Cb=3Dc,\x01host=x\x01port=1\x01auth=Bearer t\x01\x01'],
    'a,b=c|AUTHENTICATE OAUTHBEARER|a,b=c|t|',
  ],
  ['SCRAM-SHA-256', ['n,,n=anna,r=x', 'c=biws,r=xy,p=z'], 'anna|AUTHENTICATE SCRAM-SHA-256'],
  ['SCRAM-SHA-1', ['y,a=bo=2Css,n=anna,r=x', 'c=eSws,r=xy,p=z', ''], 'bo,ss|AUTHENTICATE SCRAM-SHA-1'],
  ['CRAM-MD5', ['an na 0123456789abcdef0123456789abcdef'], 'an na|AUTHENTICATE CRAM-MD5'],
];

const unknown: readonly (readonly [why: string, mechanism: string, texts: readonly string[]])[] = [
  ['nothing', 'PLAIN', []],
  ['no password', 'PLAIN', ['\0anna']],
  ['a NUL too many', 'PLAIN', ['\0anna\0secret\0']],
  ['no user', 'PLAIN', ['anna\0\0secret']],
  ['two responses', 'PLAIN', ['\0boss\0wrong', '\0anna\0secret']],
  ['one response', 'LOGIN', ['anna']],
  ['three responses', 'LOGIN', ['boss', 'anna', 'secret']],
  ['no user', 'LOGIN', ['', 'secret']],
  ['two users', 'XOAUTH2', ['user=boss\x01user=anna\x01auth=Bearer t\x01\x01']],
  ['two users in two cases', 'XOAUTH2', ['user=boss\x01USER=anna\x01auth=Bearer t\x01\x01']],
  ['two tokens', 'XOAUTH2', ['user=anna\x01auth=Bearer t\x01auth=Bearer u\x01\x01']],
  ['no user', 'XOAUTH2', ['user=\x01auth=Bearer t\x01\x01']],
  ['no token', 'XOAUTH2', ['user=anna\x01auth=Basic t\x01\x01']],
  ['an answer to an error', 'XOAUTH2', ['user=anna\x01auth=Bearer t\x01\x01', '']],
  ['two users', 'OAUTHBEARER', ['n,a=boss,a=anna,\x01auth=Bearer t\x01\x01']],
  ['no user', 'OAUTHBEARER', ['n,,\x01auth=Bearer t\x01\x01']],
  ['a user with an escape that is none', 'OAUTHBEARER', ['n,a=anna=2,\x01auth=Bearer t\x01\x01']],
  ['a user with an escape that is none', 'SCRAM-SHA-1', ['n,,n=anna=2c,r=x', 'c=biws,r=xy,p=z']],
  ['a user elsewhere', 'OAUTHBEARER', ['n,,\x01user=anna\x01auth=Bearer t\x01\x01']],
  [
    'a first message that was passed over',
    'SCRAM-SHA-1',
    ['n,,n=boss,r=x', 'n,,n=anna,r=x', 'c=biws,r=xy,p=z'],
  ],
  ['one response', 'SCRAM-SHA-1', ['n,,n=anna,r=x']],
  ['four responses', 'SCRAM-SHA-1', ['n,,n=anna,r=x', 'c=biws,r=xy,p=z', '', '']],
  ['channel binding', 'SCRAM-SHA-1', ['p=tls-unique,,n=anna,r=x', 'c=biws,r=xy,p=z']],
  ['no digest', 'CRAM-MD5', ['anna']],
  ['a mechanism that is not known', 'EXTERNAL', ['anna']],
];

suite('who a SASL exchange says the client is', () => {
  for (const [mechanism, texts, expected] of known) {
    test(`${mechanism} ${JSON.stringify(texts)}, with and without an initial response`, () => {
      const lines = texts.map(base64);
      assert.equal(login(mechanism, ['', ...lines]), expected);
      assert.equal(login(mechanism, ['=', ...lines]), expected);
      assert.equal(login(mechanism, lines), expected);
    });
  }
  for (const [why, mechanism, texts] of unknown) {
    test(`${mechanism}: ${why}`, () => assert.equal(login(mechanism, ['', ...texts.map(base64)]), undefined));
  }
  for (const line of ['*', 'AGFubmEAc2VjcmV', 'AGFubmE=AGFubmE=', 'AGFubmEA c2VjcmV0', 'AGFubmEAc2VjcmV0=']) {
    test(`${line} is not strict base64`, () => assert.equal(login('PLAIN', ['', line]), undefined));
  }
  test('without a user there is no login', () => {
    assert.equal(passwordLogin('LOGIN', '', 'secret'), undefined);
  });
});

test('what may be in a line of a SASL exchange', () => {
  for (const text of ['', 'AGFu+/==\r\n', '*\n', '\r'])
    assert.equal(isSaslText(Buffer.from(text)), true, text);
  for (const text of ['a b', 'a\tb', '{5+}', '"', '\0', '-']) {
    assert.equal(isSaslText(Buffer.from(text)), false, text);
  }
});
