import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Outcome } from '../../src/outcome.js';
import type { Seen } from '../../src/relay/handler.js';
import type { ScriptedCommandSession } from './support/scripted-command-session.js';
import { createWorld, heldSubmissions, stored, storedMessages, until } from './support/send-world.js';

const OKAY = (number: number): string => `* ${number} SEND (${100 + number} OK NIL)`;
const ENDING = (number: number): string =>
  `* ${number} SEND (${100 + number} NO ("MAIL FROM" "" "421 4.3.2 Not attempted: the session is ending"))`;

/** Tells the ledger what the relay tells at the end of a session, and waits until it has arrived. */
async function sessionEnds(
  world: ReturnType<typeof createWorld>,
  session: ScriptedCommandSession,
  seen: ((seen: Seen) => void) | undefined,
  how: Seen = 'no',
): Promise<void> {
  seen?.(how);
  // The next command of a session waits for it.
  await world.send(world.session({ id: session.id, mailbox: [] }));
}

describe('the client goes, or the proxy stops, in the middle of SEND', () => {
  test('messages being submitted are finished and recorded, no other is begun, and a retry is told', async () => {
    const submissions = heldSubmissions();
    const world = createWorld({ submit: submissions.submit, parallel: 2 });
    const mailbox = storedMessages(5);
    const session = world.session({ id: 'first', mailbox });
    const sending = world.send(session);
    await until(
      'a third message',
      () => submissions.held.length === 2 && world.journal.includes('FETCH 3:5'),
    );
    session.stop();
    await submissions.settle(102);
    await submissions.settle(101);
    const { answer, seen } = await sending;
    assert.deepEqual(session.lines, [OKAY(1), OKAY(2), ENDING(3), ENDING(4), ENDING(5)]);
    assert.equal(answer.status, 'OK');
    assert.equal(world.openFiles, 0);
    await sessionEnds(world, session, seen);

    const retry = world.session({ id: 'second', mailbox });
    const retrying = world.send(retry);
    for (const uid of [103, 104, 105]) await submissions.settle(uid);
    await retrying;
    assert.deepEqual(retry.lines, [1, 2, 3, 4, 5].map(OKAY));
    assert.deepEqual(
      world.journal.filter((what) => what.startsWith('submit')),
      [101, 102, 103, 104, 105].map((uid) => `submit ${uid}`),
    );
    const repeated = world.logged.filter(({ fields }) => 'repeated' in fields && fields.repeated);
    assert.deepEqual(
      repeated.map(({ fields }) => 'uid' in fields && fields.uid),
      [101, 102],
    );
  });

  test('before the first message: none is attempted', async () => {
    const world = createWorld();
    const session = world.session({ mailbox: storedMessages(2) });
    session.stop();
    const { answer } = await world.send(session);
    assert.deepEqual(session.lines, [ENDING(1), ENDING(2)]);
    const text =
      'SEND: not possible now, no message was sent (421 4.3.2 Not attempted: the session is ending)';
    assert.deepEqual(answer, { status: 'NO', code: 'UNAVAILABLE', text });
    assert.deepEqual(world.journal.slice(0, 2), ['LIST 1:*', ENDING(1)]);
  });

  test('while a message is fetched: it is read to its end, so that upstream stays in step, and not submitted', async () => {
    const world = createWorld();
    const session: ScriptedCommandSession = world.session({
      mailbox: storedMessages(2),
      async upstream({ kind }, _listener, answer) {
        if (kind === 'BODY[]') session.stop();
        return answer();
      },
    });
    await world.send(session);
    assert.deepEqual(session.lines, [ENDING(1), ENDING(2)]);
    assert.ok(!world.journal.includes('submit 101'));
    assert.equal(world.openFiles, 0);
  });

  test('while another session submits the same message: it is not waited for', async () => {
    const submissions = heldSubmissions();
    const world = createWorld({ submit: submissions.submit });
    const mailbox = storedMessages(1);
    const first = world.send(world.session({ id: 'first', mailbox }));
    await until('the submission', () => submissions.held.length === 1);
    const second = world.session({ id: 'second', mailbox });
    const waiting = world.send(second);
    await until('the second fetch', () => world.journal.filter((what) => what === 'FETCH 1').length === 2);
    second.stop();
    await waiting;
    assert.deepEqual(second.lines, [ENDING(1)]);
    assert.equal(submissions.held.length, 1);
    await submissions.settle(101);
    assert.equal((await first).answer.status, 'OK');
    assert.equal(world.openFiles, 0);
  });
});

describe('two sessions with the same message', () => {
  test('it goes out once, and both are told', async () => {
    const submissions = heldSubmissions();
    const world = createWorld({ submit: submissions.submit });
    const mailbox = storedMessages(1);
    const sessions = ['one', 'two'].map((id) => world.session({ id, mailbox }));
    const sending = sessions.map((session) => world.send(session));
    await until('both', () => world.journal.filter((what) => what === 'FETCH 1').length === 2);
    await submissions.settle(101);
    await Promise.all(sending);
    assert.deepEqual(
      sessions.map(({ lines }) => lines),
      [[OKAY(1)], [OKAY(1)]],
    );
    assert.equal(world.journal.filter((what) => what === 'submit 101').length, 1);
  });

  test('it goes out twice for two logins', async () => {
    const world = createWorld();
    const mailbox = storedMessages(1);
    for (const user of ['anna', 'bert']) {
      await world.send(world.session({ id: user, mailbox, login: { user, method: 'LOGIN' } }));
    }
    assert.equal(world.journal.filter((what) => what === 'submit 101').length, 2);
  });
});

describe('the client saw the answer', () => {
  test('the same message sent again, on purpose, goes out again', async () => {
    const world = createWorld();
    const mailbox = storedMessages(2);
    for (const round of [1, 2, 3]) {
      const session = world.session({ mailbox });
      const { seen } = await world.send(session);
      assert.deepEqual(session.lines, [OKAY(1), OKAY(2)]);
      seen?.('yes');
      assert.equal(world.journal.filter((what) => what === 'submit 102').length, round);
    }
  });

  test('the next SEND of the session waits until the ledger knows', async () => {
    const inner = createWorld().ledger;
    let tell = (): void => {};
    const told = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const world = createWorld({
      ledger: {
        ...inner,
        async acknowledge(key, session) {
          await told;
          await inner.acknowledge(key, session);
        },
      },
    });
    const mailbox = storedMessages(1);
    const first = await world.send(world.session({ mailbox }));
    first.seen?.('yes');
    const again = world.send(world.session({ mailbox }));
    // Another session need not wait for this.
    await world.send(world.session({ id: 'other', mailbox: [] }));
    assert.equal(world.journal.filter((what) => what.startsWith('LIST')).length, 2);
    tell();
    await again;
    assert.equal(world.journal.filter((what) => what === 'submit 101').length, 2);
  });
});

test('an unknown outcome of an earlier SEND is told, does not keep others from going out, and is forgotten once it was seen', async () => {
  const unknown: Outcome = {
    kind: 'unknown',
    refusal: { command: 'DATA', parameter: '', reply: '451 4.4.2 outcome unknown' },
  };
  const outcomes: Outcome[] = [unknown];
  const world = createWorld({
    parallel: 1,
    submit: async (_uid, handover) => {
      await handover();
      return outcomes.shift() ?? { kind: 'accepted', reply: '250 Ok' };
    },
  });
  const mailbox = storedMessages(2);
  const first = world.session({ id: 'first', mailbox });
  await sessionEnds(world, first, (await world.send(first)).seen);

  const told = '* 1 SEND (101 NO ("DATA" "" "451 4.4.2 outcome unknown"))';
  const second = world.session({ id: 'second', mailbox });
  const { answer, seen } = await world.send(second);
  assert.deepEqual(second.lines, [told, OKAY(2)]);
  assert.equal(answer.status, 'OK');
  seen?.('yes');

  const third = world.session({ id: 'second', mailbox });
  await world.send(third);
  assert.deepEqual(third.lines, [OKAY(1), OKAY(2)]);
});

test('a client that closed its connection in order after an unknown outcome can send the message again', async () => {
  for (const [how, lines] of [
    ['perhaps', [OKAY(1), OKAY(2)]],
    ['no', ['* 1 SEND (101 NO ("DATA" "" "451 4.4.2 outcome unknown"))', OKAY(2)]],
  ] as const) {
    const refusal = { command: 'DATA', parameter: '', reply: '451 4.4.2 outcome unknown' } as const;
    const outcomes: Outcome[] = [
      { kind: 'accepted', reply: '250 Ok' },
      { kind: 'unknown', refusal },
    ];
    const submitted: number[] = [];
    const world = createWorld({
      parallel: 1,
      submit: async (uid, handover) => {
        submitted.push(uid);
        await handover();
        return outcomes.pop() ?? { kind: 'accepted', reply: '250 Ok' };
      },
    });
    const mailbox = storedMessages(2);
    const first = world.session({ id: 'first', mailbox: mailbox.slice(0, 1) });
    await sessionEnds(world, first, (await world.send(first)).seen, how);
    const second = world.session({ id: 'second', mailbox });
    await world.send(second);
    assert.deepEqual(second.lines, lines);
    assert.equal(submitted.filter((uid) => uid === 101).length, how === 'perhaps' ? 2 : 1);
  }
});

test('numbers in lines follow what is expunged while messages are fetched', async () => {
  const submissions = heldSubmissions();
  const world = createWorld({ submit: submissions.submit });
  const mailbox = [stored(101), stored(102), stored(103)];
  const session = world.session({
    mailbox,
    async upstream({ kind, set }, listener, answer) {
      const given = await answer();
      if (kind === 'BODY[]' && set === '2' && mailbox.length === 3) {
        listener.expunged?.(1);
        mailbox.shift();
      }
      return given;
    },
  });
  const sending = world.send(session, { set: '2,3' });
  for (const uid of [102, 103]) await submissions.settle(uid);
  await sending;
  assert.deepEqual(session.lines, ['* 1 SEND (102 OK NIL)', '* 2 SEND (103 OK NIL)']);
});
