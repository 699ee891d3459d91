import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Wire } from '../../support/wire.js';
import { messageTo, selectNew, succeed } from './mailbox.js';
import { onEachUpstream } from './setting.js';
import { createStall } from './stalling-sink.js';

const stall = createStall();

onEachUpstream('SEND again', stall.options, (setting) => {
  const arrivedSince = (before: number): number => setting().sink.messages.length - before;

  /** A client that sent SEND, and a message that waits for the answer to its final dot. */
  async function sending(): Promise<{ wire: Wire; mailbox: string; before: number; end: () => void }> {
    const wire = await setting().client();
    const mailbox = await selectNew(wire, messageTo('bob@example.com'));
    const before = setting().sink.messages.length;
    const end = stall.begin();
    wire.send('a SEND 1\r\n');
    await stall.waiting(1);
    return { wire, mailbox, before, end };
  }

  const answer = '* 1 SEND (1 OK NIL)\r\nb OK SEND completed\r\n';

  test('on a new session, after the connection was lost, gives the same answer and sends nothing', async () => {
    const { wire, mailbox, before, end } = await sending();
    wire.reset();
    end();
    await setting().proxy.seen('session-closed');
    const again = await setting().client();
    await succeed(again, `SELECT ${mailbox}`);
    assert.equal(await again.command('b', 'SEND 1'), answer);
    assert.equal(arrivedSince(before), 1);
    await succeed(again, 'NOOP');
    assert.equal(await again.command('b', 'SEND 1'), answer);
    assert.equal(arrivedSince(before), 2);
  });

  test('while the lost session is still sending, waits for its outcome', async () => {
    const { wire, mailbox, before, end } = await sending();
    wire.reset();
    const again = await setting().client();
    await succeed(again, `SELECT ${mailbox}`);
    again.send('b SEND 1\r\n');
    // It cannot be answered yet: what the session says next is held back, too.
    again.send('c NOOP\r\n');
    end();
    assert.match(
      await again.answer('c'),
      /^\* 1 SEND \(1 OK NIL\)\r\nb OK SEND completed\r\n(\* .*\r\n)*c OK /,
    );
    assert.equal(arrivedSince(before), 1);
  });

  test('with the next command of the same session is another message', async () => {
    const { wire, before, end } = await sending();
    end();
    await wire.answer('a');
    assert.equal(await wire.command('b', 'UID SEND 1'), answer.replace('OK SEND', 'OK UID SEND'));
    assert.equal(arrivedSince(before), 2);
  });

  test('in two sessions at once goes out once, and both get the outcome', async () => {
    const { wire, mailbox, before, end } = await sending();
    const other = await setting().client();
    await succeed(other, `SELECT ${mailbox}`);
    other.send('b SEND 1\r\n');
    end();
    assert.equal(await wire.answer('a'), answer.replace('b OK', 'a OK'));
    assert.equal(await other.answer('b'), answer);
    assert.equal(arrivedSince(before), 1);
    await Promise.all([succeed(wire, 'NOOP'), succeed(other, 'NOOP')]);
    assert.equal(await other.command('b', 'SEND 1'), answer);
    assert.equal(arrivedSince(before), 2);
  });
});

const full = (address: string) => (address === 'full@example.com' ? '452 4.2.2 Mailbox full' : undefined);

onEachUpstream('SEND again, after a refusal', { onRecipient: full }, (setting) => {
  test('asks the submission server again', async () => {
    const wire = await setting().client();
    await selectNew(wire, messageTo('full@example.com'));
    const asked = () => setting().sink.commands.filter((line) => line.includes('full@example.com')).length;
    const refused = '* 1 SEND (1 NO ("RCPT TO" "full@example.com" "452 4.2.2 Mailbox full"))\r\n';
    for (const times of [1, 2]) {
      assert.equal(
        await wire.command('a', 'SEND 1'),
        `${refused}a NO SEND failed, no message was accepted\r\n`,
      );
      assert.equal(asked(), times);
    }
  });
});
