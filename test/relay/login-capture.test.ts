import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Login } from '../../src/credentials.js';
import { dial, startImapPeer } from '../support/imap-peer.js';
import { startRelay } from './bare-relay.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const PLAIN = base64('\0anna\0s3cret');
const PLAIN_AUTHZID = base64('shared\0anna\0s3cret');
const XOAUTH2 = base64('user=anna\x01auth=Bearer t0ken\x01\x01');
const OAUTHBEARER = base64('n,a=anna,\x01host=localhost\x01port=143\x01auth=Bearer t0ken\x01\x01');

type Shown = { user: string; secret: string; method: string; authzid?: string } | undefined;

/** Credentials as they would be shown to the submission server. */
function shown(login: Login | undefined): Shown {
  if (login === undefined) return undefined;
  const { credentials, user, method } = login;
  switch (credentials?.kind) {
    case 'password': {
      const { authzid, password } = credentials;
      const secret = `${credentials.user}:${password.reveal()}`;
      return { user, method, secret, ...(authzid === undefined ? {} : { authzid }) };
    }
    case 'token':
      return { user, method, secret: `${credentials.user}:${credentials.token.reveal()}` };
    case undefined:
      return { user, method, secret: 'none' };
  }
}

const byLogin: Shown = { user: 'anna', method: 'LOGIN', secret: 'anna:s3cret' };
const byPlain: Shown = { user: 'anna', method: 'AUTHENTICATE PLAIN', secret: 'anna:s3cret' };
const byToken = (mechanism: string): Shown => ({
  user: 'anna',
  method: `AUTHENTICATE ${mechanism}`,
  secret: 'anna:t0ken',
});

const logins: readonly [name: string, script: readonly string[], expected: Shown][] = [
  ['LOGIN with atoms', ['C: a LOGIN anna s3cret\r\n', 'S: a OK\r\n'], byLogin],
  ['LOGIN with quoted strings', ['C: a LOGIN "anna" "s3cret"\r\n', 'S: a OK\r\n'], byLogin],
  [
    'LOGIN with what has to be quoted',
    ['C: a login "an\\\\na" "s 3\\"cret"\r\n', 'S: a OK\r\n'],
    { user: 'an\\na', method: 'LOGIN', secret: 'an\\na:s 3"cret' },
  ],
  [
    'LOGIN with synchronizing literals',
    ['C: a LOGIN {4}\r\n', 'S: + go\r\n', 'C: anna {6}\r\n', 'S: + go\r\n', 'C: s3cret\r\n', 'S: a OK\r\n'],
    byLogin,
  ],
  [
    'LOGIN with non-synchronizing literals',
    ['C: a LOGIN {4+}\r\nanna {6+}\r\ns3cret\r\n', 'S: a OK\r\n'],
    byLogin,
  ],
  ['LOGIN octet by octet', [...'a LOGIN anna {6+}\r\ns3cret\r\n'].map((octet) => `c: ${octet}`), byLogin],
  ['PLAIN', ['C: a AUTHENTICATE PLAIN\r\n', 'S: + \r\n', `C: ${PLAIN}\r\n`, 'S: a OK\r\n'], byPlain],
  ['PLAIN with an initial response', [`C: a AUTHENTICATE PLAIN ${PLAIN}\r\n`, 'S: a OK\r\n'], byPlain],
  [
    'PLAIN on behalf of somebody',
    [`C: a authenticate plain ${PLAIN_AUTHZID}\r\n`, 'S: a OK\r\n'],
    { user: 'shared', method: 'AUTHENTICATE PLAIN', secret: 'anna:s3cret', authzid: 'shared' },
  ],
  [
    'LOGIN as a mechanism',
    [
      'C: a AUTHENTICATE LOGIN\r\n',
      'S: + VXNlcm5hbWU6\r\n',
      `C: ${base64('anna')}\r\n`,
      'S: + UGFzc3dvcmQ6\r\n',
      `C: ${base64('s3cret')}\r\n`,
      'S: a OK\r\n',
    ],
    { user: 'anna', method: 'AUTHENTICATE LOGIN', secret: 'anna:s3cret' },
  ],
  ['XOAUTH2', [`C: a AUTHENTICATE XOAUTH2 ${XOAUTH2}\r\n`, 'S: a OK\r\n'], byToken('XOAUTH2')],
  [
    'OAUTHBEARER',
    ['C: a AUTHENTICATE OAUTHBEARER\r\n', 'S: + \r\n', `C: ${OAUTHBEARER}\r\n`, 'S: a OK\r\n'],
    byToken('OAUTHBEARER'),
  ],
  [
    'a login that failed, then a good one',
    [
      'C: a LOGIN anna wrong\r\n',
      'S: a NO [AUTHENTICATIONFAILED]\r\n',
      'C: b LOGIN anna s3cret\r\n',
      'S: b OK\r\n',
    ],
    byLogin,
  ],
  [
    'SASL that was cancelled, then a good login',
    [
      'C: a AUTHENTICATE PLAIN\r\n',
      'S: + \r\n',
      'C: *\r\n',
      'S: a BAD cancelled\r\n',
      'C: b LOGIN anna s3cret\r\n',
      'S: b OK\r\n',
    ],
    byLogin,
  ],
  [
    'a token that was refused, with the error that has to be answered, then a good one',
    [
      `C: a AUTHENTICATE XOAUTH2 ${base64('user=anna\x01auth=Bearer old\x01\x01')}\r\n`,
      'S: + eyJzdGF0dXMiOiI0MDEifQ==\r\n',
      'C: \r\n',
      'S: a NO\r\n',
      `C: b AUTHENTICATE XOAUTH2 ${XOAUTH2}\r\n`,
      'S: b OK\r\n',
    ],
    byToken('XOAUTH2'),
  ],
  [
    'UNAUTHENTICATE forgets it',
    ['C: a LOGIN anna s3cret\r\n', 'S: a OK\r\n', 'C: b UNAUTHENTICATE\r\n', 'S: b OK\r\n'],
    undefined,
  ],
  [
    'a mechanism whose secret cannot be shown again',
    ['C: a AUTHENTICATE SCRAM-SHA-256\r\n', 'S: + \r\n', 'C: biwsbj1hbm5hLHI9eA==\r\n', 'S: a OK\r\n'],
    undefined,
  ],
  ['no login at all', [], undefined],
];

for (const [name, script, expected] of logins) {
  test(`what SEND can show the submission server: ${name}`, async (t) => {
    let login: Login | undefined;
    const peer = await startImapPeer();
    const relay = await startRelay({
      upstream: { port: peer.port },
      handler: {
        run: async (_command, session) => {
          ({ login } = session);
          return { answer: { status: 'OK', text: 'seen' } };
        },
      },
    });
    const client = await dial(relay.port);
    t.after(async () => {
      client.reset();
      await peer.close();
      await relay.drain(0);
    });
    const upstream = await peer.accept();
    await upstream.send('* OK ready\r\n');
    await client.expect('* OK ready\r\n');
    for (const step of script) {
      const octets = step.slice(3);
      const [from, to] = step.startsWith('S') ? [upstream, client] : [client, upstream];
      await from.send(octets);
      if (!step.startsWith('c')) await to.expect(octets);
    }
    if (script[0]?.startsWith('c')) {
      await upstream.expect(script.map((step) => step.slice(3)).join(''));
      await upstream.send('a OK\r\n');
      await client.expect('a OK\r\n');
    }
    await client.send('s SEND 1\r\n');
    await client.expect('s OK seen\r\n');
    assert.deepEqual(shown(login), expected);
    const logged = JSON.stringify(relay.logged);
    for (const secret of ['s3cret', 't0ken', 'wrong', PLAIN, XOAUTH2, OAUTHBEARER]) {
      assert.ok(!logged.includes(secret), `${secret} is logged`);
    }
  });
}
