import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Dovecot, startDovecot } from '../support/dovecot.js';
import { type RunningProxy, startProxy } from '../support/proxy.js';
import { type Sink, startSink } from '../support/sink.js';
import { Wire } from '../support/wire.js';
import { answerListing, message } from './sending.js';
import { scriptedSession } from './session.js';

const user = 'anna@example.org';
const password = 'tr0ub4dor';
const token = 'anna.t0ken';
const quoted = { user: 'berta@example.org', password: 'two words, "quoted" and \\' };
/** Knows Anna's mailbox, but the submission server knows another password. */
const stale = { user: 'clara@example.org', password: 'old' };

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('--submission-auth user shows the submission server the login that Dovecot took', () => {
  let dovecot: Dovecot;
  let sink: Sink;
  let proxy: RunningProxy;

  before(async () => {
    dovecot = await startDovecot({ accounts: [{ user, password, token }, quoted, stale], oauth: true });
    sink = await startSink({
      users: { [user]: password, [quoted.user]: quoted.password, [stale.user]: 'new' },
      tokens: { [user]: token },
    });
    proxy = await startProxy({
      upstream: `imap://127.0.0.1:${dovecot.port}`,
      submission: `smtp://127.0.0.1:${sink.port}`,
    });
    for (const account of [user, quoted.user, stale.user]) {
      await dovecot.deliver(account, 'INBOX', message(`from ${account}`));
    }
  });

  after(async () => {
    await proxy?.stop();
    await sink?.stop();
    await dovecot?.stop();
  });

  /** Sends the lines one after the other, each when the one before is answered, then SEND in the INBOX. */
  async function sendAfter(lines: readonly string[]): Promise<string> {
    const client = await Wire.connect(proxy.port);
    await client.until(/^\* OK [^\n]*\n/);
    for (const line of lines) {
      client.send(`${line}\r\n`);
      await client.until(/(^|\n)(\+|x (OK|NO|BAD)) [^\n]*\n/);
    }
    await client.command('b', 'SELECT INBOX');
    const answer = await client.command('c', 'SEND 1');
    // Shows that the answer was seen: the next SEND of the message is a new one.
    await client.command('d', 'NOOP');
    client.close();
    return answer;
  }

  const SENT = /^\* 1 SEND \(1 OK NIL\)\r\nc OK SEND completed\r\n$/;

  const logins: readonly [name: string, lines: readonly string[], as: string][] = [
    ['LOGIN with atoms', [`x LOGIN ${user} ${password}`], user],
    [
      'LOGIN with quoted strings',
      [`x LOGIN "${quoted.user}" "two words, \\"quoted\\" and \\\\"`],
      quoted.user,
    ],
    [
      'LOGIN with synchronizing literals',
      [`x LOGIN {${user.length}}`, `${user} {${password.length}}`, password],
      user,
    ],
    [
      'LOGIN with non-synchronizing literals',
      [
        `x LOGIN {${quoted.user.length}+}\r\n${quoted.user} {${quoted.password.length}+}\r\n${quoted.password}`,
      ],
      quoted.user,
    ],
    ['PLAIN', ['x AUTHENTICATE PLAIN', base64(`\0${user}\0${password}`)], user],
    ['PLAIN with an initial response', [`x AUTHENTICATE PLAIN ${base64(`\0${user}\0${password}`)}`], user],
    ['the mechanism LOGIN', ['x AUTHENTICATE LOGIN', base64(user), base64(password)], user],
    ['XOAUTH2', [`x AUTHENTICATE XOAUTH2 ${base64(`user=${user}\x01auth=Bearer ${token}\x01\x01`)}`], user],
    [
      'OAUTHBEARER',
      [
        'x AUTHENTICATE OAUTHBEARER',
        base64(`n,a=${user},\x01host=localhost\x01auth=Bearer ${token}\x01\x01`),
      ],
      user,
    ],
    ['a good login after a wrong one', [`x LOGIN ${user} wrong`, `x LOGIN ${user} ${password}`], user],
  ];

  for (const [name, lines, as] of logins) {
    test(name, async () => {
      const before = sink.messages.length;
      assert.match(await sendAfter(lines), SENT);
      assert.deepEqual(
        sink.messages.slice(before).map((received) => received.user),
        [as],
      );
    });
  }

  test('a login that the submission server does not know: NO [NOPERM], and nothing is sent', async () => {
    const before = sink.messages.length;
    const answer = await sendAfter([`x LOGIN ${stale.user} ${stale.password}`]);
    assert.match(
      answer,
      /^\* 1 SEND \(1 NO \("MAIL FROM" "[^"]*" "535 5\.7\.8 [^"]*"\)\)\r\nc NO \[NOPERM\] /,
    );
    assert.equal(sink.messages.length, before);
  });

  test('no log line holds a password or a token', () => {
    const logged = JSON.stringify(proxy.logged);
    assert.ok(proxy.logged.some(({ event }) => event === 'send'));
    const secrets = [
      password,
      token,
      quoted.password,
      'two words',
      base64(`\0${user}\0${password}`),
      'wrong',
    ];
    for (const secret of secrets) assert.ok(!logged.includes(secret), secret);
    assert.ok(!logged.includes('Hello'), 'the body of a message');
  });
});

test('PREAUTH shows no login: NO [NOPERM], and nothing is fetched', async (t) => {
  const { client, upstream } = await scriptedSession(t, { 'submission-auth': 'user' });
  await upstream.send('* PREAUTH ready\r\n');
  await client.expect('* PREAUTH ready\r\n');
  await client.send('a SEND 1\r\n');
  await answerListing(upstream, '1', [message('one')]);
  await client.expectLine(/^a NO \[NOPERM\] /);
  assert.equal(upstream.pending, '');
});

for (const mechanism of [
  'SCRAM-SHA-256',
  'CRAM-MD5',
  'EXTERNAL',
  'ANONYMOUS',
  'SCRAM-SHA-256-PLUS',
  'GSSAPI',
]) {
  test(`a login that could not be shown is refused: ${mechanism}`, async (t) => {
    const { client, upstream, play } = await scriptedSession(t, { 'submission-auth': 'user' });
    await play('S: * OK ready\r\n');
    await client.send(`a AUTHENTICATE ${mechanism}\r\n`);
    await client.expectLine(/^a NO /);
    assert.equal(upstream.pending, '');
  });
}
