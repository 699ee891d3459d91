import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messageTo, selectNew, succeed } from './mailbox.js';
import { onEachUpstream, type Setting } from './setting.js';
import { createStall } from './stalling-sink.js';

const names = (count: number): string[] => Array.from({ length: count }, (_, at) => `m${at + 1}@example.com`);

/**
 * So many are submitted and fetched ahead; those behind them are fetched when the first is done. The last of them is too
 * large to come together with others, which do.
 */
const AHEAD = 5;
const LARGE = `${'x'.repeat(76)}\r\n`.repeat(1_000);

const stall = createStall();

onEachUpstream('SEND, while another session changes the mailbox', stall.options, (setting, upstream) => {
  /** Eight messages, selected by a client of the proxy and by another session. */
  async function eight({ client, elsewhere }: Setting, enable?: string) {
    const [wire, other] = await Promise.all([client(), elsewhere()]);
    if (enable !== undefined) await succeed(wire, `ENABLE ${enable}`);
    const messages = names(8).map((name, at) => messageTo(name, at + 1 === AHEAD ? LARGE : undefined));
    const mailbox = await selectNew(wire, ...messages);
    await succeed(other, `SELECT ${mailbox}`);
    return { wire, other, mailbox, before: setting().sink.messages.length };
  }

  const arrivedSince = (before: number): string[] =>
    setting()
      .sink.messages.slice(before)
      .flatMap(({ recipients }) => recipients)
      .sort();

  test('sends what the client means when a message before it is gone', async () => {
    const { wire, other, before } = await eight(setting());
    await succeed(other, 'STORE 1,3 +FLAGS.SILENT (\\Deleted)');
    await succeed(other, 'EXPUNGE');
    // The client does not know yet that 1 and 3 are gone.
    assert.match(
      await wire.command('a', 'SEND 2'),
      /^\* 2 SEND \(2 OK NIL\)\r\n(\* .*\r\n)*a OK SEND completed\r\n$/m,
    );
    const answer = await wire.command('b', 'UID SEND 4:5');
    assert.match(answer, /^b OK UID SEND completed\r\n$/m);
    // Numbers in the answer are those that the client knows when it reads them.
    const expunged = (answer.slice(0, answer.indexOf(' SEND (')).match(/EXPUNGE/g) ?? []).length;
    assert.deepEqual(answer.match(/^\* \d+ SEND .*$/gm), [
      `* ${4 - expunged} SEND (4 OK NIL)`,
      `* ${5 - expunged} SEND (5 OK NIL)`,
    ]);
    assert.deepEqual(arrivedSince(before), ['m2@example.com', 'm4@example.com', 'm5@example.com']);
  });

  test('gives a message that goes away meanwhile a line of its own', async () => {
    const { wire, other, before } = await eight(setting());
    const end = stall.begin();
    wire.send('a SEND 1:8\r\n');
    await stall.waiting(AHEAD - 1);
    await succeed(other, 'STORE 2,7 +FLAGS.SILENT (\\Deleted)');
    await succeed(other, 'EXPUNGE');
    end();
    const answer = await wire.answer('a');
    // Cyrus goes on showing messages to sessions that do not know yet that they are gone.
    const gone = 'NO ("DATA" "" "554 5.6.0 The message is no longer in the mailbox")';
    const seventh = upstream === 'Dovecot' ? gone : 'OK NIL';
    assert.deepEqual(
      answer.match(/^\* \d+ SEND .*$/gm),
      names(8).map((_, at) => `* ${at + 1} SEND (${at + 1} ${at + 1 === 7 ? seventh : 'OK NIL'})`),
    );
    assert.match(answer, /^a OK SEND completed\r\n$/m);
    const expected = names(8).filter((_, at) => at + 1 !== 7 || upstream === 'Cyrus');
    assert.deepEqual(arrivedSince(before), expected);

    assert.equal((await succeed(wire, 'NOOP')).match(/^\* \d+ EXPUNGE\r$/gm)?.length, 2);
    assert.equal(await wire.command('b', 'SEND 2'), '* 2 SEND (3 OK NIL)\r\nb OK SEND completed\r\n');
  });

  for (const enabled of [undefined, 'CONDSTORE', 'QRESYNC']) {
    test(`passes on flags that change meanwhile, with ${enabled ?? 'nothing'} enabled`, async () => {
      const { wire, other, before } = await eight(setting(), enabled);
      const end = stall.begin();
      wire.send('a SEND 1:8\r\n');
      await stall.waiting(AHEAD - 1);
      await succeed(other, 'STORE 1,6,8 +FLAGS.SILENT (\\Flagged)');
      end();
      const answer = `${await wire.answer('a')}${await succeed(wire, 'NOOP')}`;
      assert.deepEqual(
        answer.match(/^\* \d+ SEND .*$/gm),
        names(8).map((_, at) => `* ${at + 1} SEND (${at + 1} OK NIL)`),
      );
      const changed = [...answer.matchAll(/^\* (\d+) FETCH \(.*FLAGS \(.*\\Flagged/gm)].map(([, at]) => at);
      assert.deepEqual([...new Set(changed)], ['1', '6', '8']);
      // Nothing of our own FETCH shows.
      assert.doesNotMatch(answer, /BODY|RFC822/);
      if (enabled === 'QRESYNC') {
        for (const [line] of answer.matchAll(/^\* \d+ FETCH .*$/gm)) assert.match(line, /UID \d+/);
      }
      assert.deepEqual(arrivedSince(before), names(8));
    });
  }

  test('passes on VANISHED, and counts with it', async () => {
    const { wire, other, before } = await eight(setting(), 'QRESYNC');
    const end = stall.begin();
    wire.send('a UID SEND 3:8\r\n');
    await stall.waiting(AHEAD - 1);
    await succeed(other, 'STORE 1,2 +FLAGS.SILENT (\\Deleted)');
    await succeed(other, 'EXPUNGE');
    end();
    const first = await wire.answer('a');
    const second = await wire.command('b', 'UID SEND 8');
    const told = `${first}${second.slice(0, second.indexOf(' SEND '))}`.includes('VANISHED');
    assert.match(second, told ? /^\* 6 SEND \(8 OK NIL\)\r$/m : /^\* 8 SEND \(8 OK NIL\)\r$/m);
    assert.match(`${first}${second}${await succeed(wire, 'NOOP')}`, /^\* VANISHED 1:2\r$/m);
    assert.equal(arrivedSince(before).length, 7);
  });

  test('tells of new messages, and does not send them', async () => {
    const { wire, other, mailbox, before } = await eight(setting());
    const end = stall.begin();
    wire.send('a SEND 1:*\r\n');
    await stall.waiting(AHEAD - 1);
    await succeed(other, `COPY 1:2 ${mailbox}`);
    end();
    const answer = await wire.answer('a');
    assert.equal(answer.match(/^\* \d+ SEND \(\d+ OK NIL\)\r$/gm)?.length, 8);
    assert.match(`${answer}${await succeed(wire, 'NOOP')}`, /^\* 10 EXISTS\r$/m);
    assert.deepEqual(arrivedSince(before), names(8));
  });
});
