import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { scratchDirectory } from '../support/scratch.js';
import { ANNA, BERT, message, sends, startMailSystem } from './support/mail-system.js';

const system = await startMailSystem();
const scratch = scratchDirectory('limits');
after(async () => {
  await system.stop();
  await scratch.remove();
});

const FOREIGN = '550 5.7.1 This login may not send as this address';
const foreign = (address: string, number = 1): string =>
  `* ${number} SEND (${number} NO ("MAIL FROM" "${address}" "${FOREIGN}"))`;
const NOPERM = `x NO [NOPERM] SEND: you may not send this, no message was sent (${FOREIGN})`;
const SENT = ['* 1 SEND (1 OK NIL)', 'x OK SEND completed'];

const resent = (by: string): string =>
  `Resent-From: ${by}\r\nResent-To: d@example.net\r\nResent-Date: Mon, 1 Jan 2024 00:00:00 +0000\r\n`;

describe('--sender-policy login', () => {
  const eve = 'eve@example.org';
  const table: readonly [name: string, text: string, lines: readonly string[]][] = [
    ['the login itself, in any case', message({ from: 'Anna@EXAMPLE.org' }), SENT],
    ['From', message({ from: eve }), [foreign(eve), NOPERM]],
    ['the envelope, which Sender decides', message({ header: `Sender: ${eve}\r\n` }), [foreign(eve), NOPERM]],
    [
      'From, although Sender and envelope are right',
      message({ from: eve, header: `Sender: ${ANNA.user}\r\n` }),
      [foreign(eve), NOPERM],
    ],
    ['who resends', message({ header: resent(eve) }), [foreign(eve), NOPERM]],
    ['not who wrote what is resent', message({ from: eve, header: resent(ANNA.user) }), SENT],
  ];
  for (const [name, text, lines] of table) {
    test(name, async (context) => {
      const scene = system.scene(context);
      const sink = await scene.sink();
      // The default, where the submission server does not learn who the client is.
      const proxy = await scene.proxy(sink.port, {});
      const client = await scene.client(proxy.port, await system.mailbox([text]));
      assert.deepEqual(await sends(client), lines);
      assert.equal(sink.messages.length, lines === SENT ? 1 : 0);
    });
  }
});

test('--sender-policy map: From, Sender and envelope, by a file that is read again when it changes', async (context) => {
  const scene = system.scene(context);
  const file = join(scratch.path, 'senders');
  const replace = (text: string): void => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  };
  replace('anna anna@example.org\n');
  const sink = await scene.sink();
  const flags = { 'sender-policy': 'map', 'sender-map': file, 'default-domain': 'example.org' };
  const proxy = await scene.proxy(sink.port, flags);
  const sales = 'sales@example.org';
  const mailbox = await system.mailbox([
    message(),
    message({ from: sales }),
    message({ from: sales, header: `Sender: ${ANNA.user}\r\n` }),
    message({ header: `Sender: ${sales}\r\n` }),
  ]);
  const client = await scene.client(proxy.port, mailbox);
  assert.deepEqual(await sends(client), [
    '* 1 SEND (1 OK NIL)',
    foreign(sales, 2),
    foreign(sales, 3),
    foreign(sales, 4),
    'x OK SEND completed',
  ]);

  replace('anna anna@example.org sales@example.org\n');
  await proxy.seen('sender-map-loaded');
  const allowed = [1, 2, 3, 4].map((number) => `* ${number} SEND (${number} OK NIL)`);
  assert.deepEqual(await sends(client, 'SEND 1:*', 'y'), [...allowed, 'y OK SEND completed']);

  replace('anna\n');
  const { cause } = await proxy.seen('sender-map-rejected');
  assert.equal(cause, `${file} line 1: expected a login and the addresses or @domains it may send as`);
  assert.deepEqual(await sends(client, 'SEND 1:*', 'z'), [...allowed, 'z OK SEND completed']);
});

describe('--submission-auth service', () => {
  const password = join(scratch.path, 'password');
  writeFileSync(password, 'relay secret\n');
  const flags = {
    'submission-auth': 'service',
    'submission-user': 'relay',
    'submission-password-file': password,
  };

  test('sends as the proxy, for the login that upstream knows', async (context) => {
    const scene = system.scene(context);
    const sink = await scene.sink({ users: { relay: 'relay secret' } });
    const proxy = await scene.proxy(sink.port, flags);
    const mailbox = await system.mailbox([message(), message({ from: BERT.user })]);
    const client = await scene.client(proxy.port, mailbox);
    assert.deepEqual(await sends(client), [
      '* 1 SEND (1 OK NIL)',
      foreign(BERT.user, 2),
      'x OK SEND completed',
    ]);
    assert.deepEqual(
      sink.messages.map(({ user, mailFrom }) => [user, mailFrom]),
      [['relay', ANNA.user]],
    );
  });

  test('a service login that is refused: not permitted, in the words of the server', async (context) => {
    const scene = system.scene(context);
    const sink = await scene.sink({ users: { relay: 'another' } });
    const proxy = await scene.proxy(sink.port, flags);
    const client = await scene.client(proxy.port, await system.mailbox([message()]));
    const words = '535 5.7.8 Authentication credentials invalid';
    assert.deepEqual(await sends(client), [
      `* 1 SEND (1 NO ("MAIL FROM" "${ANNA.user}" "${words}"))`,
      `x NO [NOPERM] SEND: you may not send this, no message was sent (${words})`,
    ]);
  });
});
