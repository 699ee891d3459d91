import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createWorld, heldSubmissions, storedMessages, until, type World } from './support/send-world.js';

/** So short that the test need not wait; so many ticks that upstream is touched. */
const KEEP_ALIVE_MS = 1;

const inProgress = (lines: readonly string[]): string[] => lines.filter((line) => line.startsWith('* OK'));
const touches = ({ journal }: World): number =>
  journal.slice(1).filter((what) => what.startsWith('LIST')).length;

describe('while SEND takes long, the client is told', () => {
  test('under its tag, how many outcomes of how many are known', async () => {
    const submissions = heldSubmissions();
    const world = createWorld({ submit: submissions.submit, keepAliveMs: KEEP_ALIVE_MS });
    const session = world.session({ mailbox: storedMessages(3) });
    const sending = world.send(session, { tag: 'tag"1' });
    const told = (line: string) => until(line, () => session.lines.at(-1) === line);
    await told('* OK [INPROGRESS ("tag\\"1" 0 3)] sending');
    await submissions.settle(102);
    await told('* OK [INPROGRESS ("tag\\"1" 1 3)] sending');
    await submissions.settle(101);
    await told('* OK [INPROGRESS ("tag\\"1" 2 3)] sending');
    await submissions.settle(103);
    await sending;
    assert.equal(session.lines.at(-1), '* 3 SEND (103 OK NIL)');
  });

  test('not after the last outcome, and not when the messages go out at once', async () => {
    const world = createWorld({ keepAliveMs: KEEP_ALIVE_MS });
    const session = world.session({ mailbox: storedMessages(1) });
    await world.send(session);
    const lines = session.lines.length;
    await holdUntil(10);
    assert.equal(session.lines.length, lines);

    const calm = createWorld({ keepAliveMs: 60_000 });
    const quick = calm.session({ mailbox: storedMessages(2) });
    await calm.send(quick);
    assert.deepEqual(inProgress(quick.lines), []);
  });
});

/** Runs another SEND for so many of its keep-alives. */
async function holdUntil(count: number): Promise<void> {
  const submissions = heldSubmissions();
  const world = createWorld({ submit: submissions.submit, keepAliveMs: KEEP_ALIVE_MS });
  const session = world.session({ mailbox: storedMessages(1) });
  const sending = world.send(session);
  await until('keep-alives', () => inProgress(session.lines).length >= count);
  await submissions.settle(101);
  await sending;
}

describe('while SEND takes long, upstream hears from us', () => {
  test('once in every 20 keep-alives, and with nothing that lets an EXPUNGE in', async () => {
    const submissions = heldSubmissions();
    const world = createWorld({ submit: submissions.submit, keepAliveMs: KEEP_ALIVE_MS });
    const session = world.session({ mailbox: storedMessages(2) });
    const sending = world.send(session, { set: '2' });
    await until('three touches', () => touches(world) === 3);
    await submissions.settle(102);
    await sending;
    const { journal } = world;
    const at = (nth: number) =>
      journal.map((what, index) => (what === 'LIST 2' ? index : -1)).filter((i) => i >= 0)[nth]!;
    for (const [from, to] of [
      [at(1), at(2)],
      [at(2), at(3)],
    ] as const) {
      assert.equal(inProgress(journal.slice(from, to)).length, 20);
    }
    assert.ok(journal.slice(at(1)).every((what) => /^(LIST 2|outcome 102|\* (OK|2 SEND).*)$/.test(what)));
  });

  test('with the number that the first message has by then', async () => {
    const submissions = heldSubmissions();
    const world = createWorld({ submit: submissions.submit, keepAliveMs: KEEP_ALIVE_MS });
    const mailbox = storedMessages(3);
    const session = world.session({
      mailbox,
      async upstream({ kind }, listener, answer) {
        const given = await answer();
        if (kind === 'BODY[]') listener.expunged?.(1);
        return given;
      },
    });
    const sending = world.send(session, { set: '3' });
    await until('a touch', () => touches(world) === 1);
    await submissions.settle(103);
    await sending;
    assert.ok(world.journal.includes('LIST 2'));
    assert.equal(session.lines.at(-1), '* 2 SEND (103 OK NIL)');
  });

  test('never while it is sending us a message, and the next message waits for its answer', async () => {
    const submissions = heldSubmissions();
    const world = createWorld({ submit: submissions.submit, keepAliveMs: KEEP_ALIVE_MS, parallel: 1 });
    const session = world.session({
      mailbox: storedMessages(4),
      // Long enough for a touch to fall due; a second FETCH during it would be a fault, and logged.
      async upstream(_request, _listener, answer) {
        if (world.journal.length > 1) await delay(40);
        return answer();
      },
    });
    const sending = world.send(session);
    for (const uid of [101, 102, 103, 104]) {
      const touched = touches(world);
      await until('a touch', () => touches(world) > touched);
      await submissions.settle(uid);
    }
    await sending;
    assert.deepEqual(
      world.logged.map(({ event }) => event),
      ['send', 'send', 'send', 'send'],
    );
    assert.equal(session.lines.filter((line) => line.includes('OK NIL')).length, 4);
  });

  test('and one that does not answer is not asked again before it does', async () => {
    const submissions = heldSubmissions();
    const world = createWorld({ submit: submissions.submit, keepAliveMs: KEEP_ALIVE_MS });
    let answerTouch = (): void => {};
    const session = world.session({
      mailbox: storedMessages(1),
      async upstream({ kind }, _listener, answer) {
        if (kind === 'RFC822.SIZE' && world.journal.length > 1) {
          await new Promise<void>((resolve) => {
            answerTouch = resolve;
          });
        }
        return answer();
      },
    });
    const sending = world.send(session);
    await until('many keep-alives', () => inProgress(session.lines).length > 60);
    assert.equal(touches(world), 1);
    await submissions.settle(101);
    await until('the outcome', () => session.lines.includes('* 1 SEND (101 OK NIL)'));
    // The client's next command would meet our FETCH.
    let answered = false;
    void sending.then(() => {
      answered = true;
    });
    await delay(10);
    assert.equal(answered, false);
    answerTouch();
    assert.equal((await sending).answer.status, 'OK');
    assert.deepEqual(
      world.logged.map(({ event }) => event),
      ['send'],
    );
  });

  test('a failure of it costs nothing that is known already', async () => {
    const submissions = heldSubmissions();
    const world = createWorld({ submit: submissions.submit, keepAliveMs: KEEP_ALIVE_MS });
    const session = world.session({
      mailbox: storedMessages(1),
      upstream: ({ kind }, _listener, answer) =>
        kind === 'RFC822.SIZE' && world.journal.length > 1 ? { kind: 'lost' } : answer(),
    });
    const sending = world.send(session);
    await until('a touch', () => touches(world) === 1);
    await submissions.settle(101);
    assert.equal((await sending).answer.status, 'OK');
  });
});
