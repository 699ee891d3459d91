import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Login } from '../../src/credentials.js';
import { Secret } from '../../src/secret.js';
import { identityFor } from '../../src/send/identity.js';
import {
  ACCEPTED,
  createWorld,
  heldSubmissions,
  refusedBy,
  stored,
  storedMessages,
  until,
} from './support/send-world.js';

/** Upstream does not say their size, and so several of them are not asked for together. */
const oneByOne = (count: number) => storedMessages(count).map((message) => ({ ...message, size: 0 }));

const okLine = (sequence: number, uid: number): string => `* ${sequence} SEND (${uid} OK NIL)`;

describe('SEND of several messages', () => {
  test('sends each, tells of each, and answers', async () => {
    const world = createWorld();
    const session = world.session({ mailbox: storedMessages(2) });
    const { answer } = await world.send(session);
    assert.deepEqual(session.lines, [okLine(1, 101), okLine(2, 102)]);
    assert.deepEqual(answer, { status: 'OK', text: 'SEND completed' });
  });

  test('UID SEND asks by UID, fetches by number and answers by its own name', async () => {
    const world = createWorld();
    const session = world.session({ mailbox: storedMessages(3) });
    const { answer } = await world.send(session, { name: 'UID SEND', set: '103,102' });
    assert.deepEqual(
      world.journal.filter((what) => /^(LIST|FETCH) /.test(what)),
      ['LIST 103,102', 'FETCH 2', 'FETCH 3'],
    );
    assert.deepEqual(session.lines, [okLine(2, 102), okLine(3, 103)]);
    assert.deepEqual(answer, { status: 'OK', text: 'UID SEND completed' });
  });

  test('answers OK when the set matched nothing', async () => {
    const world = createWorld();
    const session = world.session({ mailbox: [] });
    assert.deepEqual((await world.send(session)).answer, { status: 'OK', text: 'SEND completed' });
    assert.deepEqual(session.lines, []);
  });

  for (const order of permutations([101, 102, 103, 104])) {
    test(`tells in order, as soon as it can, of outcomes that come as ${order.join(' ')}`, async () => {
      const submissions = heldSubmissions();
      const world = createWorld({ submit: submissions.submit });
      const session = world.session({ mailbox: storedMessages(4) });
      const sending = world.send(session);
      const known = new Set<number>();
      for (const uid of order) {
        await submissions.settle(uid);
        known.add(uid);
        const tellable = [101, 102, 103, 104].findIndex((each) => !known.has(each));
        await until(`lines after ${uid}`, () => session.lines.length === (tellable < 0 ? 4 : tellable));
      }
      await sending;
      assert.deepEqual(session.lines, [okLine(1, 101), okLine(2, 102), okLine(3, 103), okLine(4, 104)]);
    });
  }

  test('submits so many at a time, with one more in hand', async () => {
    const submissions = heldSubmissions();
    const world = createWorld({ submit: submissions.submit, parallel: 3 });
    const sending = world.send(world.session({ mailbox: oneByOne(9) }));
    const order = [102, 101, 103, 104, 106, 105, 109, 107, 108];
    for (const [settled, uid] of order.entries()) {
      // As many as there can be: what more there is must show.
      await until('submissions', () => submissions.held.length === Math.min(3, 9 - settled));
      await until('a fetch', () => world.journal.includes(`FETCH ${Math.min(9, 4 + settled)}`));
      await submissions.settle(uid);
    }
    await sending;

    const running = { FETCH: 0, submit: 0, outcome: 0 };
    const peak = { submitted: 0, inHand: 0 };
    for (const what of world.journal) {
      const [word = ''] = what.split(' ');
      if (word in running) running[word as keyof typeof running]++;
      peak.submitted = Math.max(peak.submitted, running.submit - running.outcome);
      peak.inHand = Math.max(peak.inHand, running.FETCH - running.outcome);
    }
    assert.deepEqual(peak, { submitted: 3, inHand: 4 });
    assert.deepEqual(running, { FETCH: 9, submit: 9, outcome: 9 });
  });

  test('fetches the next while the one before it is submitted', async () => {
    const submissions = heldSubmissions();
    const world = createWorld({ submit: submissions.submit, parallel: 1 });
    const sending = world.send(world.session({ mailbox: oneByOne(3) }));
    for (const number of [1, 2]) {
      await until('the next fetch', () => world.journal.includes(`FETCH ${number + 1}`));
      assert.ok(!world.journal.includes(`outcome ${100 + number}`));
      await submissions.settle(100 + number);
    }
    await submissions.settle(103);
    await sending;
  });

  test('is OK when one of them went out', async () => {
    const world = createWorld({ submit: (uid) => (uid === 102 ? ACCEPTED : refusedBy('550 No')) });
    const { answer } = await world.send(world.session({ mailbox: storedMessages(3) }));
    assert.deepEqual(answer, { status: 'OK', text: 'SEND completed' });
  });

  test('the same octets twice go out once, and both lines say so', async () => {
    const world = createWorld();
    const twice = stored(101);
    const session = world.session({ mailbox: [twice, { ...twice, uid: 102 }] });
    await world.send(session);
    assert.equal(world.journal.filter((what) => what === 'submit 101').length, 1);
    assert.deepEqual(session.lines, [okLine(1, 101), okLine(2, 102)]);
  });

  test('logs every message: who, what, to whom, and the reply', async () => {
    const world = createWorld({
      submit: (uid) => (uid === 101 ? ACCEPTED : refusedBy('550 5.1.1 No such user')),
    });
    const mailbox = [stored(101, 'Message-ID: <one@example.org>\r\n'), stored(102), stored(103, '', 'a\0b')];
    await world.send(world.session({ mailbox }));
    const message = { session: 'session', user: 'anna@example.org', recipients: 1 };
    const envelope = (uid: number) => ({ from: 'anna@example.org', to: [`to-${uid}@example.net`] });
    assert.deepEqual(
      world.logged.map(({ event }) => event),
      ['send', 'send', 'send'],
    );
    const byUid = new Map(
      world.logged.map(({ fields: { ...fields } }) => {
        // As long as it took.
        if ('seconds' in fields) assert.equal(typeof fields.seconds, 'number');
        delete (fields as { seconds?: number }).seconds;
        return ['uid' in fields ? fields.uid : 0, fields];
      }),
    );
    assert.deepEqual(byUid.get(101), {
      ...message,
      uid: 101,
      outcome: 'accepted',
      reply: '250 2.0.0 Ok',
      command: undefined,
      parameter: undefined,
      messageId: '<one@example.org>',
      envelope: envelope(101),
      size: mailbox[0]?.octets.length,
    });
    assert.deepEqual(byUid.get(102), {
      ...message,
      uid: 102,
      outcome: 'refused',
      reply: '550 5.1.1 No such user',
      command: 'RCPT TO',
      parameter: 'x@example.net',
      messageId: undefined,
      envelope: envelope(102),
      size: mailbox[1]?.octets.length,
    });
    assert.deepEqual(byUid.get(103), {
      ...message,
      uid: 103,
      outcome: 'refused',
      reply: '554 5.6.0 The message contains NUL octets',
      command: 'DATA',
      parameter: '',
      messageId: undefined,
      envelope: undefined,
      recipients: undefined,
      size: mailbox[2]?.octets.length,
    });
  });
});

describe('as whom mail is submitted', () => {
  const credentials = {
    kind: 'password',
    method: 'LOGIN',
    user: 'anna',
    password: new Secret('secret'),
  } as const;
  const login: Login = { user: 'anna', method: 'LOGIN', credentials };
  const withoutSecret: Login = { user: 'anna', method: 'AUTHENTICATE SCRAM-SHA-256' };
  const table = [
    ['user', login, { kind: 'replay', credentials }],
    ['user', withoutSecret, undefined],
    ['user', undefined, undefined],
    ['impersonate', withoutSecret, { kind: 'impersonate', user: 'anna' }],
    ['impersonate', undefined, undefined],
    ['service', undefined, { kind: 'service' }],
    ['none', undefined, { kind: 'none' }],
  ] as const;
  for (const [auth, given, identity] of table) {
    const who = given === undefined ? 'nobody' : given.credentials ? 'a login' : 'a login without its secret';
    test(`${auth}, ${who}: ${identity?.kind ?? 'not at all'}`, () => {
      assert.deepEqual(identityFor(auth, given), identity);
    });
  }

  test('a login that cannot be shown may not send, and nothing is fetched', async () => {
    const world = createWorld({ auth: 'user' });
    const { answer } = await world.send(world.session({ mailbox: storedMessages(1) }));
    assert.deepEqual([answer.status, answer.code], ['NO', 'NOPERM']);
    assert.deepEqual(world.journal, ['LIST 1:*']);
  });
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((others) => [item, ...others]),
  );
}
