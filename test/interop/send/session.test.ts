import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Wire } from '../../support/wire.js';
import { messageTo, selectNew, succeed } from './mailbox.js';
import { onEachUpstream } from './setting.js';

const userNotFound = (address: string) => (address === 'john@example.com' ? '550 User not found' : undefined);

onEachUpstream('SEND and UID SEND', { onRecipient: userNotFound }, (setting, upstream) => {
  test("are answered as in the memo's session", async () => {
    const { sink } = setting();
    const wire = await setting().client();
    const messages = ['carol', 'john', 'eve'].map((name) => messageTo(`${name}@example.com`));
    await selectNew(wire, ...messages.map((message) => `Bcc: hidden@example.com\r\n${message}`));
    assert.equal(
      await wire.command('A003', 'SEND 1:3'),
      [
        '* 1 SEND (1 OK NIL)',
        '* 2 SEND (2 NO ("RCPT TO" "john@example.com" "550 User not found"))',
        '* 3 SEND (3 OK NIL)',
        'A003 OK SEND completed',
        '',
      ].join('\r\n'),
    );
    const arrived = sink.messages.map(({ mailFrom, recipients, content, user }) => ({
      mailFrom,
      recipients,
      content: content.toString('latin1'),
      user,
    }));
    const sent = (recipient: string, content: string | undefined) => ({
      mailFrom: 'anna@example.org',
      recipients: [recipient, 'hidden@example.com'],
      content,
      user: 'anna@example.org',
    });
    // They are submitted in parallel.
    arrived.sort((a, b) => a.content.localeCompare(b.content));
    assert.deepEqual(arrived, [sent('carol@example.com', messages[0]), sent('eve@example.com', messages[2])]);
  });

  test('are answered NO when nothing went out', async () => {
    const wire = await setting().client();
    await selectNew(wire, messageTo('john@example.com'), 'Subject: no sender\r\nTo: a@example.com\r\n\r\n');
    assert.equal(
      await wire.command('a', 'UID SEND 1:2'),
      '* 1 SEND (1 NO ("RCPT TO" "john@example.com" "550 User not found"))\r\n' +
        '* 2 SEND (2 NO ("MAIL FROM" "" "550 5.1.7 The message has no From field"))\r\n' +
        'a NO UID SEND failed, no message was accepted\r\n',
    );
  });

  test('leave flags as they are', async () => {
    const wire = await setting().client();
    await selectNew(wire, messageTo('a@example.com'), messageTo('john@example.com'));
    await succeed(wire, 'STORE 1 +FLAGS (\\Flagged keyword)');
    const flags = async () => (await succeed(wire, 'FETCH 1:2 FLAGS')).replace(/^ok OK.*/m, '');
    const before = await flags();
    assert.match(before, /keyword/);
    assert.doesNotMatch(before, /Seen/);
    await wire.command('a', 'SEND 1:2');
    assert.equal(await flags(), before);
  });

  test('take sets in every notation, and send each message once, in ascending order', async () => {
    const wire = await setting().client();
    await selectNew(wire, ...['a', 'b', 'c', 'd'].map((name) => messageTo(`${name}@example.com`)));
    await succeed(wire, 'STORE 1 +FLAGS.SILENT (\\Deleted)');
    await succeed(wire, 'EXPUNGE');
    const answered = async (command: string) => {
      const answer = await wire.command('a', command);
      assert.match(answer, /^a OK (UID )?SEND completed\r\n/m);
      return [...answer.matchAll(/^\* (\d+) SEND \((\d+) OK NIL\)\r\n/gm)].map(
        ([, at, uid]) => `${at}=${uid}`,
      );
    };
    assert.deepEqual(await answered('SEND *'), ['3=4']);
    assert.deepEqual(await answered('send 3,1:2,2:*'), ['1=2', '2=3', '3=4']);
    assert.deepEqual(await answered('UID SEND 4,2'), ['1=2', '3=4']);
    assert.deepEqual(await answered('uid Send 1:3'), ['1=2', '2=3']);
    assert.deepEqual(await answered('UID SEND *'), ['3=4']);
    assert.deepEqual(await answered('UID SEND 99'), []);
  });

  test('wait for commands before them, and commands behind them wait', async () => {
    const wire = await setting().client();
    await selectNew(wire, messageTo('a@example.com'), messageTo('b@example.com'));
    wire.send(
      'a STORE 1 +FLAGS.SILENT (\\Deleted)\r\nb EXPUNGE\r\nc SEND 1\r\nd STORE 1 +FLAGS.SILENT (\\Deleted)\r\n' +
        'e EXPUNGE\r\nf UID SEND 1:*\r\ng NOOP\r\n',
    );
    const events = (await wire.answer('g'))
      .replace(/^\* (?!\d+ (EXPUNGE|SEND)\b).*\r\n/gm, '')
      .replace(/^([a-g] OK) (?!(UID )?SEND).*\r\n/gm, '$1\r\n');
    assert.equal(
      events,
      'a OK\r\n* 1 EXPUNGE\r\nb OK\r\n* 1 SEND (2 OK NIL)\r\nc OK SEND completed\r\n' +
        'd OK\r\n* 1 EXPUNGE\r\ne OK\r\nf OK UID SEND completed\r\ng OK\r\n',
    );
  });

  test('send from a mailbox that is read-only', async () => {
    const wire = await setting().client();
    const mailbox = await selectNew(wire, messageTo('a@example.com'));
    await succeed(wire, `EXAMINE ${mailbox}`);
    assert.equal(await wire.command('a', 'SEND 1'), '* 1 SEND (1 OK NIL)\r\na OK SEND completed\r\n');
  });

  test('are refused by the server where FETCH is, in words for SEND', async () => {
    const wire = await setting().client();
    const refused = async (tag: string, command: string) => {
      const answer = await wire.command(tag, command);
      assert.match(answer, new RegExp(`^${tag} (NO|BAD) [^\\r\\n]*\\r\\n$`));
      assert.doesNotMatch(answer, /FETCH/i);
    };
    await refused('a', 'SEND 1');
    await refused('b', 'UID SEND 1');
    await selectNew(wire);
    await refused('c', 'SEND 1');
    await selectNew(wire, messageTo('a@example.com'));
    await refused('d', 'SEND 2');
    await succeed(wire, 'CLOSE');
    await refused('e', 'SEND 1');
    await refused('f', 'SEND $');
  });

  test('are refused before login', async () => {
    const wire = await Wire.connect(setting().proxy.port);
    await wire.line();
    assert.match(await wire.command('a', 'SEND 1'), /^a (NO|BAD) [^\r\n]*\r\n$/);
    wire.close();
  });

  test('are refused without a sequence set, and the session goes on', async () => {
    const wire = await setting().client();
    await selectNew(wire, messageTo('a@example.com'));
    for (const argument of ['', ' ', ' 0', ' 1,', ' 1:', ' x', ' 1 2', ' "1"', ' {1+}\r\n1', ' 4294967296']) {
      assert.match(await wire.command('a', `SEND${argument}`), /^a BAD [^\r\n]*\r\n$/, argument);
      assert.match(await wire.command('b', `UID SEND${argument}`), /^b BAD [^\r\n]*\r\n$/, argument);
    }
    assert.equal(await wire.command('c', 'SEND 1'), '* 1 SEND (1 OK NIL)\r\nc OK SEND completed\r\n');
  });

  if (upstream === 'Dovecot') {
    test('take $, the result of SEARCH RETURN (SAVE)', async () => {
      const wire = await setting().client();
      await selectNew(wire, ...['a', 'b', 'c'].map((name) => messageTo(`${name}@example.com`)));
      await succeed(wire, 'STORE 2:3 +FLAGS.SILENT (\\Flagged)');
      wire.send('a UID SEARCH RETURN (SAVE) FLAGGED\r\nb SEND $\r\n');
      assert.match(
        await wire.answer('b'),
        /^a OK .*\r\n\* 2 SEND \(2 OK NIL\)\r\n\* 3 SEND \(3 OK NIL\)\r\nb OK SEND completed\r\n$/,
      );
      await succeed(wire, 'SEARCH RETURN (SAVE) ANSWERED');
      assert.equal(await wire.command('c', 'UID SEND $'), 'c OK UID SEND completed\r\n');
    });
  }
});
