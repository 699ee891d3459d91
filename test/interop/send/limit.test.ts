import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messageTo, selectNew, succeed } from './mailbox.js';
import { onEachUpstream } from './setting.js';

const DOUBLINGS = 11;
const COUNT = 2 ** DOUBLINGS;

onEachUpstream('SEND of too many messages', {}, (setting) => {
  test('is refused as a whole, and the session goes on', async () => {
    const wire = await setting().client();
    const mailbox = await selectNew(wire, messageTo('bob@example.com'));
    for (let doubled = 0; doubled < DOUBLINGS; doubled++) await succeed(wire, `COPY 1:* ${mailbox}`);
    await succeed(wire, 'NOOP');

    const refused = (name: string) =>
      new RegExp(`^[ab] NO \\[LIMIT\\] ${name} of ${COUNT} messages, at most 100 [^\\r\\n]*\\r\\n$`);
    assert.match(await wire.command('a', 'SEND 1:*'), refused('SEND'));
    assert.match(await wire.command('b', `UID SEND 1:${COUNT}`), refused('UID SEND'));
    assert.match(await wire.command('c', 'SEND 1:101'), /^c NO \[LIMIT\] /);
    assert.deepEqual(setting().sink.messages, []);
    assert.equal(
      await wire.command('d', `SEND ${COUNT}`),
      `* ${COUNT} SEND (${COUNT} OK NIL)\r\nd OK SEND completed\r\n`,
    );
  });
});
