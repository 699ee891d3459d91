import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { Credentials } from '../../../src/credentials.js';
import type { Outcome } from '../../../src/outcome.js';
import { Secret } from '../../../src/secret.js';
import type { SubmitterOptions } from '../../../src/send/smtp/submitter.js';
import type { SubmissionIdentity } from '../../../src/send/submitter.js';
import type { Script, SmtpPeer } from '../../support/smtp-peer.js';
import { type SubmissionBench, submissionBench, textMessage } from '../../support/submission.js';

const message = (name: string) => textMessage(`Subject: ${name}\r\n\r\n`, from(name));
const from = (name: string) => ({ envelope: { from: `${name}@example.org`, to: ['bob@example.net'] } });
const none: SubmissionIdentity = { kind: 'none' };
const replay = (user: string, password: string, authzid?: string): SubmissionIdentity => {
  const credentials: Credentials = {
    kind: 'password',
    method: 'AUTHENTICATE PLAIN',
    user,
    password: new Secret(password),
    ...(authzid !== undefined && { authzid }),
  };
  return { kind: 'replay', credentials };
};

interface Bench extends Pick<SubmissionBench, 'peer' | 'submitter'> {
  send(name: string, identity?: SubmissionIdentity, handover?: () => Promise<void>): Promise<Outcome>;
}

interface BenchOptions extends Partial<SubmitterOptions> {
  readonly fault?: Script;
  readonly extensions?: readonly string[];
}

async function bench(
  test: TestContext,
  { fault, extensions = ['AUTH PLAIN'], ...options }: BenchOptions = {},
): Promise<Bench> {
  const { peer, submitter, submit } = await submissionBench(test, extensions, fault, options);
  return { peer, submitter, send: (name, identity, handover) => submit(message(name), handover, identity) };
}

const subjects = (peer: SmtpPeer) => peer.accepted.map((content) => /^Subject: (.*)$/m.exec(content)?.[1]);
const count = (peer: SmtpPeer, line: string) => peer.lines.filter((command) => command === line).length;

/** A promise to be resolved from outside. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

describe('a connection', () => {
  it('carries message after message without RSET', async (test) => {
    const { peer, send } = await bench(test);
    for (const name of ['a', 'b', 'c']) assert.equal((await send(name)).kind, 'accepted');
    assert.deepEqual([peer.connections, subjects(peer), count(peer, 'RSET')], [1, ['a', 'b', 'c'], 0]);
  });

  it('is reset after a refusal, in one go with MAIL where the server can', async (test) => {
    let refused = false;
    const fault: Script = ({ line }) => {
      if (line.startsWith('MAIL')) refused = line === 'MAIL FROM:<bad@example.org>';
      if (!refused || !/^(MAIL|RCPT|DATA)/.test(line)) return undefined;
      return line.startsWith('MAIL') ? '550 5.7.1 No\r\n' : '503 5.5.1 No sender\r\n';
    };
    for (const extensions of [[], ['PIPELINING']]) {
      const { peer, send } = await bench(test, { fault, extensions });
      assert.deepEqual([(await send('bad')).kind, (await send('good')).kind], ['refused', 'accepted']);
      assert.deepEqual([peer.connections, count(peer, 'RSET')], [1, 1]);
    }
  });

  it('is ended with QUIT when nobody has used it for a while', async (test) => {
    const { peer, send } = await bench(test, { idle: 1 });
    await send('a');
    await until(() => peer.open === 0);
    assert.equal(peer.lines.at(-1), 'QUIT');
    await send('b');
    assert.equal(peer.connections, 2);
  });

  it('is ended after so many messages', async (test) => {
    const { peer, send } = await bench(test, { messagesPerConnection: 2 });
    for (const name of ['a', 'b', 'c']) await send(name);
    await until(() => peer.open === 1);
    assert.deepEqual([peer.connections, count(peer, 'QUIT')], [2, 1]);
  });

  it('is ended after as many messages as the server allows (RFC 9422)', async (test) => {
    const { peer, send } = await bench(test, { extensions: ['LIMITS MAILMAX=1'] });
    for (const name of ['a', 'b', 'c']) assert.equal((await send(name)).kind, 'accepted');
    assert.equal(peer.connections, 3);
  });
});

describe('a connection that died while it was idle is replaced, once', () => {
  const table: Readonly<Record<string, Script>> = {
    'closed at once': ({ line, connection }) =>
      line === '.' && connection === 1 ? { send: '250 Ok\r\n', next: 'close' } : undefined,
    '421 at once': ({ line, connection }) =>
      line === '.' && connection === 1 ? '250 Ok\r\n421 4.4.2 Idle\r\n' : undefined,
    'closed when MAIL comes': ({ line, connection, earlier }) =>
      line.startsWith('MAIL') && connection === 1 && earlier === 1 ? 'close' : undefined,
    'reset when MAIL comes': ({ line, connection, earlier }) =>
      line.startsWith('MAIL') && connection === 1 && earlier === 1 ? 'reset' : undefined,
    '421 when MAIL comes': ({ line, connection, earlier }) =>
      line.startsWith('MAIL') && connection === 1 && earlier === 1 ? '421 4.4.2 Idle\r\n' : undefined,
  };
  for (const [name, fault] of Object.entries(table)) {
    for (const extensions of [[], ['PIPELINING']]) {
      it(`${name}, ${extensions[0] ?? 'without PIPELINING'}`, async (test) => {
        const { peer, send } = await bench(test, { fault, extensions });
        assert.deepEqual([(await send('a')).kind, (await send('b')).kind], ['accepted', 'accepted']);
        assert.deepEqual([peer.connections, subjects(peer)], [2, ['a', 'b']]);
      });
    }
  }

  it('and so is one whose RSET fails', async (test) => {
    const fault: Script = ({ line }) => {
      if (line === 'RSET') return '503 5.5.1 What?\r\n';
      return line === 'MAIL FROM:<bad@example.org>' ? '550 5.7.1 No\r\n' : undefined;
    };
    const { peer, send } = await bench(test, { fault });
    assert.deepEqual([(await send('bad')).kind, (await send('good')).kind], ['refused', 'accepted']);
    assert.deepEqual([peer.connections, subjects(peer)], [2, ['good']]);
    await until(() => peer.open === 1);
  });

  it('the second one is the answer', async (test) => {
    const fault: Script = ({ line, connection, earlier }) =>
      line.startsWith('MAIL') && (connection > 1 || earlier > 0) ? 'close' : undefined;
    const { peer, send } = await bench(test, { fault });
    assert.deepEqual([(await send('a')).kind, (await send('b')).kind], ['accepted', 'lost']);
    assert.equal(peer.connections, 2);
  });

  it('a server that is gone is unavailable', async (test) => {
    const { peer, send } = await bench(test);
    await send('a');
    await peer.close();
    const outcome = await send('b');
    assert.deepEqual(outcome.kind === 'unavailable' && outcome.cause, 'connection');
    assert.deepEqual(subjects(peer), ['a']);
  });

  it('but never once RCPT was answered', async (test) => {
    const fault: Script = ({ line, earlier }) =>
      line.startsWith('RCPT') && earlier > 0 ? 'close' : undefined;
    const { peer, send } = await bench(test, { fault });
    assert.deepEqual([(await send('a')).kind, (await send('b')).kind], ['accepted', 'lost']);
    assert.equal(peer.connections, 1);
  });
});

describe('messages at the same time', () => {
  it('have at most so many connections, and wait for one in order', async (test) => {
    const { peer, send } = await bench(test, { connections: 2 });
    const doors = new Map(['a', 'b', 'c', 'd'].map((name) => [name, gate()]));
    const begun: string[] = [];
    const sent = [...doors].map(([name, door]) =>
      send(name, none, async () => {
        begun.push(name);
        await door.opened;
      }),
    );
    await until(() => begun.length === 2);
    assert.deepEqual([begun.toSorted(), peer.connections], [['a', 'b'], 2]);
    doors.get('a')?.open();
    await until(() => begun.length === 3);
    assert.equal(begun[2], 'c');
    for (const door of doors.values()) door.open();
    const outcomes = await Promise.all(sent);
    assert.ok(outcomes.every(({ kind }) => kind === 'accepted'));
    assert.deepEqual([begun[3], peer.connections], ['d', 2]);
  });

  it('try a wrong password once', async (test) => {
    const fault: Script = ({ line }) => (line.startsWith('AUTH') ? '535 5.7.8 No\r\n' : undefined);
    const { peer, send } = await bench(test, { fault });
    const alice = replay('alice', 'wrong');
    const outcomes = await Promise.all(['a', 'b', 'c', 'd'].map((name) => send(name, alice)));
    const senders = outcomes.map((outcome) => outcome.kind === 'unavailable' && outcome.refusal.parameter);
    assert.deepEqual(senders, ['a@example.org', 'b@example.org', 'c@example.org', 'd@example.org']);
    assert.equal(peer.lines.filter((line) => line.startsWith('AUTH')).length, 1);
    await send('e', alice);
    assert.equal(peer.lines.filter((line) => line.startsWith('AUTH')).length, 2, 'later it is tried again');
  });

  it('a connection that cannot be made frees the place', async (test) => {
    const { send } = await bench(test, {
      connections: 1,
      fault: ({ line }) => (line === '' ? '554 No\r\n' : undefined),
    });
    const outcomes = await Promise.all(['a', 'b', 'c'].map((name) => send(name)));
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      Array(3).fill('unavailable'),
    );
  });
});

describe('logins', () => {
  it('share a connection only if they are the same to the last octet', async (test) => {
    const { peer, send } = await bench(test, { service: { user: 'proxy', password: new Secret('s') } });
    const identities: SubmissionIdentity[] = [
      none,
      replay('alice', 'one'),
      replay('alice', 'two'),
      replay('bob', 'one'),
      replay('alice', 'one', 'bob'),
      { kind: 'service' },
      { kind: 'impersonate', user: 'alice' },
      { kind: 'impersonate', user: 'bob' },
    ];
    for (const identity of identities) assert.equal((await send('x', identity)).kind, 'accepted');
    assert.equal(peer.connections, identities.length);
    for (const identity of identities) assert.equal((await send('x', identity)).kind, 'accepted');
    assert.equal(peer.connections, identities.length);
    const plain = peer.lines
      .filter((line) => line.startsWith('AUTH PLAIN '))
      .map((line) =>
        Buffer.from(line.slice('AUTH PLAIN '.length), 'base64').toString().replaceAll('\0', '/'),
      );
    assert.deepEqual(plain, [
      '/alice/one',
      '/alice/two',
      '/bob/one',
      'bob/alice/one',
      '/proxy/s',
      'alice/proxy/s',
      'bob/proxy/s',
    ]);
  });

  it('a service login that is not configured is a fault of ours', async (test) => {
    const { send } = await bench(test);
    await assert.rejects(send('x', { kind: 'service' }), /no service login/);
  });
});

describe('closing', () => {
  it('ends idle connections with QUIT', async (test) => {
    const { peer, send, submitter } = await bench(test);
    await send('a');
    await send('b', replay('alice', 'one'));
    await submitter.close();
    await until(() => peer.open === 0);
    assert.equal(count(peer, 'QUIT'), 2);
  });

  it('waits for messages that are under way or wait for a connection, and takes no new ones', async (test) => {
    const { peer, send, submitter } = await bench(test, { connections: 1 });
    const door = gate();
    const handedOver = gate();
    const underWay = send('a', none, () => {
      handedOver.open();
      return door.opened;
    });
    const waiting = send('b');
    await handedOver.opened;
    const closed = submitter.close();
    const late = await send('c');
    assert.equal(late.kind, 'unavailable');
    door.open();
    assert.deepEqual([(await underWay).kind, (await waiting).kind], ['accepted', 'accepted']);
    await closed;
    assert.deepEqual([subjects(peer), count(peer, 'QUIT')], [['a', 'b'], 1]);
  });

  it('does not wait for a server that does not answer QUIT', async (test) => {
    const { peer, send, submitter } = await bench(test, {
      timeouts: { command: 300 },
      fault: ({ line }) => (line === 'QUIT' ? 'stall' : undefined),
    });
    await send('a');
    await submitter.close();
    assert.equal(count(peer, 'QUIT'), 1);
  });

  it('twice is as good as once', async (test) => {
    const { submitter } = await bench(test);
    await Promise.all([submitter.close(), submitter.close()]);
  });
});
