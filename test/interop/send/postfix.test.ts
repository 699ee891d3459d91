import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startCyrus } from '../../support/cyrus.js';
import { startDovecot } from '../../support/dovecot.js';
import { type PostfixOptions, startPostfix } from '../../support/postfix.js';
import { startProxy } from '../../support/proxy.js';
import { Wire } from '../../support/wire.js';
import { messageTo, selectNew } from './mailbox.js';

const account = { user: 'anna@example.org', password: 'anna secret', token: 'token of anna' };

/** A client that is logged in, through a proxy that submits to a Postfix of its own. */
async function connect(
  t: TestContext,
  options: PostfixOptions,
  start: typeof startDovecot | typeof startCyrus,
) {
  const [upstream, postfix] = await Promise.all([start({ accounts: [account] }), startPostfix(options)]);
  const proxy = await startProxy({
    upstream: `imap://127.0.0.1:${upstream.port}`,
    submission: `smtp://127.0.0.1:${postfix.port}`,
  });
  const wire = await Wire.connect(proxy.port);
  t.after(async () => {
    wire.close();
    await proxy.stop();
    await Promise.all([upstream.stop(), postfix.stop()]);
  });
  await wire.line();
  const delivered = async () => {
    // A refused message stays in Postfix's queue directory until its connection ends.
    wire.close();
    await proxy.stop();
    return postfix.deliveries();
  };
  return { wire, delivered };
}

for (const [name, start] of [
  ['Dovecot', startDovecot],
  ['Cyrus', startCyrus],
] as const) {
  test(`mail of ${name} is submitted to Postfix with the client's own login`, async (t) => {
    const refuse = { 'eve@example.com': '550 5.1.1 User not found' };
    const { wire, delivered } = await connect(t, { refuse, senderMustBeLogin: true }, start);
    await wire.command('login', `LOGIN ${account.user} "${account.password}"`);
    const messages = [
      messageTo('bob@example.com'),
      messageTo('eve@example.com'),
      messageTo('carol@example.com').replace('anna@', 'eve@'),
      messageTo('dave@example.com, bob@example.com').replace('Hello.', '.a dot\r\n8 bit: \xc3\xa9'),
    ];
    await selectNew(wire, ...messages.map((message) => `Bcc: hidden@example.com\r\n${message}`));

    const lines = (await wire.command('a', 'SEND 1:4')).split('\r\n');
    assert.equal(lines.length, 6);
    assert.equal(lines[0], '* 1 SEND (1 OK NIL)');
    assert.match(
      String(lines[1]),
      /^\* 2 SEND \(2 NO \("RCPT TO" "eve@example\.com" "550 5\.1\.1 .*User not found"\)\)$/,
    );
    assert.match(String(lines[2]), /^\* 3 SEND \(3 NO \(".*" "553 5\.7\.1 .*not owned by user.*"\)\)$/);
    assert.equal(lines[3], '* 4 SEND (4 OK NIL)');
    assert.equal(lines[4], 'a OK SEND completed');

    const arrived = (await delivered()).map(
      ({ sender, recipient, content }) => `${sender} to ${recipient}: ${content}`,
    );
    const expected = [
      ['bob@example.com', messages[0]],
      ['hidden@example.com', messages[0]],
      ['dave@example.com', messages[3]],
      ['bob@example.com', messages[3]],
      ['hidden@example.com', messages[3]],
    ].map(([recipient, content]) => `anna@example.org to ${recipient}: ${content}`);
    const inUtf8 = expected.map((text) => Buffer.from(text, 'latin1').toString());
    assert.deepEqual(arrived.sort(), inUtf8.sort());
  });
}

test('a login that Postfix refuses is no permission to send', async (t) => {
  const options = { auth: { accounts: [{ user: account.user, password: 'another' }] } };
  const { wire, delivered } = await connect(t, options, startDovecot);
  await wire.command('login', `LOGIN ${account.user} "${account.password}"`);
  await selectNew(wire, messageTo('bob@example.com'), messageTo('eve@example.com'));
  const answer = await wire.command('a', 'SEND 1:2');
  assert.match(answer, /^\* 1 SEND \(1 NO \("MAIL FROM" ".*" "535 5\.7\.8 .*"\)\)\r\n\* 2 SEND \(2 NO /);
  assert.match(answer, /^a NO \[NOPERM\] .*\r\n/m);
  assert.ok(!answer.includes(account.password));
  assert.deepEqual(await delivered(), []);
});
