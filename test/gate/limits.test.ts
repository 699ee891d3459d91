import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  MAX_CAPABILITY_LINE,
  MAX_COMMAND_HEAD,
  MAX_CREDENTIALS,
  MAX_FETCH_LINE,
  MAX_IN_FLIGHT,
  MAX_LOCAL_COMMAND,
} from '../../src/imap/limits.js';
import { GateCaller } from '../support/gate-caller.js';

/** A session in which the client is logged in, and what each side sends comes in pieces of `piece` octets. */
function session(piece: number) {
  const caller = new GateCaller({
    secure: true,
    startTls: false,
    allowCleartextLogin: false,
    replayLogin: true,
  });
  const sendAs = (side: 'client' | 'server') => (octets: string) => {
    for (let at = 0; at < octets.length; at += piece) {
      caller[side](Buffer.from(octets.slice(at, at + piece), 'latin1'));
    }
  };
  sendAs('server')('* PREAUTH ready\r\n');
  caller.journal.note('begin');
  const passed = () =>
    caller.journal.text
      .split('= begin')[1]
      ?.trim()
      .replace(/x{99,}/g, 'x…');
  return { caller, client: sendAs('client'), server: sendAs('server'), passed };
}

/** All at once, and in pieces: the limits are the same. */
const PIECES = [Number.POSITIVE_INFINITY, 1000];

/** `start`, so many `x`, `end`: `length` octets. */
const padded = (start: string, length: number, end: string): string =>
  start + 'x'.repeat(length - start.length - end.length) + end;

/** A sequence set of `length` octets. */
const setOf = (length: number): string => (length % 2 === 1 ? '1' : '10') + ',1'.repeat((length - 1) / 2);

for (const piece of PIECES) {
  suite(piece === 1000 ? 'limits, in pieces' : 'limits, at once', () => {
    test('the head of a command: what is longer passes unread', () => {
      const { client, passed } = session(piece);
      client(`${'x'.repeat(MAX_COMMAND_HEAD)} SEND 1\r\n`);
      assert.equal(passed(), 'U: x… SEND 1');
    });

    test('commands in flight: one more waits', () => {
      const { client, server, passed } = session(piece);
      const commands = [...Array(MAX_IN_FLIGHT + 1).keys()].map((number) => `t${number} NOOP\r\n`);
      client(commands.join(''));
      assert.equal(passed(), `U: ${commands.slice(0, -1).join('').trim()}`);
      server('t7 OK done\r\n');
      assert.ok(passed()?.endsWith(`U: ${commands.at(-1)?.trim()}`));
    });

    test('a command of ours: at the limit it is read, one over it is refused', () => {
      const { client, passed } = session(piece);
      client(`a SEND ${setOf(MAX_LOCAL_COMMAND - ' \r\n'.length)}\r\n`);
      assert.match(passed() ?? '', /^= take a SEND 1/);
      const { client: next, passed: then } = session(piece);
      next(`a SEND ${setOf(MAX_LOCAL_COMMAND - ' \r\n'.length + 1)}\r\n`);
      assert.equal(then(), 'P: a BAD SEND expects one sequence set');
    });

    test('ENABLE: at the limit it is read, one over it is refused', () => {
      const { client, passed } = session(piece);
      client(`a ENABLE${padded(' ', MAX_LOCAL_COMMAND, '')}\n`);
      assert.equal(passed(), 'U: a ENABLE x…');
      const { client: next, passed: then } = session(piece);
      next(`a ENABLE${padded(' ', MAX_LOCAL_COMMAND + 1, ' UIDONLY')}\n`);
      assert.equal(then(), 'P: a BAD ENABLE is too long');
    });

    test('a capability list: at the limit it is changed, one over it ends the session', () => {
      const { server, passed } = session(piece);
      server(`${padded('* CAPABILITY ', MAX_CAPABILITY_LINE, '')}\n`);
      assert.equal(passed(), 'P: * CAPABILITY x… SEND');
      for (const start of ['* CAPABILITY ', '* OK [CAPABILITY ']) {
        const { server: next, passed: then } = session(piece);
        next(`${padded(start, MAX_CAPABILITY_LINE + 1, '')}\n`);
        assert.equal(then(), '= fail capability-list-too-long');
      }
    });

    test('a FETCH line of ours: at the limit it is read, one over it ends the session', () => {
      for (const [length, verdict] of [
        [MAX_FETCH_LINE, 'P: * 1 FETCH (X x…)\r\n\n= fetched 1 uid 7 size 1 inline undefined'],
        [MAX_FETCH_LINE + 1, '= fail broken-fetch-answer'],
      ] as const) {
        const { caller, server, passed } = session(piece);
        caller.fetch('RFC822.SIZE');
        server(`${padded('* 1 FETCH (UID 7 RFC822.SIZE 1 X ', length, ')')}\n`);
        assert.equal(passed(), verdict);
      }
    });

    test('the line that ends our FETCH: at the limit it is read, one over it ends the session', () => {
      for (const [length, verdict] of [
        [MAX_FETCH_LINE, '= fetch-done OK x…'],
        [MAX_FETCH_LINE + 1, '= fail broken-fetch-answer'],
      ] as const) {
        const { caller, server, passed } = session(piece);
        caller.fetch('BODY[]');
        server(`${padded('P1 OK ', length, '')}\n`);
        assert.equal(passed(), verdict);
      }
    });

    test('an answer to a login: one that is too long passes, and its words are not kept', () => {
      for (const [length, reply] of [
        [MAX_CAPABILITY_LINE, 'NO x…'],
        [MAX_CAPABILITY_LINE + 1, 'NO'],
      ] as const) {
        const { client, server, passed } = session(piece);
        client('a LOGIN anna secret\r\n');
        server(`${padded('a NO ', length, '')}\n`);
        const ended = `= login-failed anna with anna/secret by LOGIN: ${reply}`;
        assert.equal(passed(), `U: a LOGIN anna secret\r\n\nP: a NO x…\n\n${ended}`);
      }
    });

    test('credentials: at the limit they are kept, one over the login is nobody', () => {
      for (const [length, user] of [
        [MAX_CREDENTIALS, 'anna with anna/x…'],
        [MAX_CREDENTIALS + 1, 'nobody'],
      ] as const) {
        const { client, server, passed } = session(piece);
        client(`a LOGIN${padded(' anna ', length, '\r\n')}`);
        server('a NO no\r\n');
        assert.ok(passed()?.endsWith(`= login-failed ${user} by LOGIN: NO no`));
      }
    });
  });
}
