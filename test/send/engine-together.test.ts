import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FetchListener, FetchResult } from '../../src/relay/handler.js';
import { type Row, rows } from './support/plays.js';
import { giveBody, OK, type Upstream } from './support/scripted-command-session.js';
import { createWorld, stored, storedMessages } from './support/send-world.js';

/* Small messages behind the first few are fetched with one command: what becomes of each is as if they were not. */

const says = (status: 'OK' | 'NO', text: string): FetchResult => ({ kind: 'done', status, text });
const LOST: FetchResult = { kind: 'lost' };
const UPSTREAM_LOST = '"MAIL FROM" "" "421 4.3.2 Not attempted: the connection to the mail server was lost"';
const GONE = '"DATA" "" "554 5.6.0 The message is no longer in the mailbox"';

const whole = (listener: FetchListener, ...sequences: number[]): void => {
  for (const sequence of sequences) {
    const uid = 100 + sequence;
    giveBody(listener, sequence, stored(uid).octets);
    listener.fetched?.({ sequence, uid, size: undefined, inlineBody: undefined });
  }
};

/** Something else happens to the fetch of the messages 2 to 5; asked for one by one, they come as ever. */
const together =
  (
    happens: (listener: FetchListener) => FetchResult,
    others: Upstream = (_, __, answer) => answer(),
  ): Upstream =>
  (request, listener, answer) =>
    request.set === '2:5' ? happens(listener) : others(request, listener, answer);

const five = (row: Pick<Row, 'upstream' | 'lines' | 'errors' | 'mailbox'>): Row => ({
  mailbox: storedMessages(5),
  world: { parallel: 1 },
  answer: 'OK SEND completed',
  ...row,
});
const allBut = (sequence: number, reply: string): string[] =>
  [1, 2, 3, 4, 5].map((each) => (each === sequence ? `${each} NO ${reply}` : `${each} OK`));
const ALL = allBut(0, '');

describe('messages that are fetched together', () => {
  rows({
    'all of them come': five({ lines: ALL }),
    'they come in another order': five({
      upstream: together((listener) => {
        whole(listener, 5, 3, 2, 4);
        return OK;
      }),
      lines: ALL,
    }),
    'one is not there any more, which upstream passes over': five({
      upstream: together((listener) => {
        whole(listener, 2, 3, 5);
        return OK;
      }),
      lines: allBut(4, GONE),
    }),
    'one is not there any more, and upstream says NO': five({
      upstream: together(
        (listener) => {
          whole(listener, 2, 3, 5);
          return says('NO', '[EXPUNGEISSUED] Some of the requested messages no longer exist');
        },
        ({ set }, _, answer) => (set === '4' ? OK : answer()),
      ),
      lines: allBut(4, GONE),
    }),
    'one is not there any more, and upstream says so with OK, as Dovecot does': five({
      upstream: together(
        (listener) => {
          whole(listener, 2, 3, 5);
          return says('OK', '[EXPUNGEISSUED] Some messages were already expunged');
        },
        ({ set }, _, answer) => (set === '4' ? OK : answer()),
      ),
      lines: allBut(4, GONE),
    }),
    'upstream refuses, because of one': five({
      upstream: together(
        (listener) => {
          whole(listener, 2, 3, 4, 5);
          return says('NO', 'Disk error');
        },
        ({ set }, _, answer) => (set === '4' ? says('NO', 'Disk error') : answer()),
      ),
      lines: allBut(4, '"DATA" "" "451 4.3.0 The mail server did not give the message (Disk error)"'),
    }),
    'upstream goes away in the middle of one: those before it go out': five({
      upstream: together((listener) => {
        whole(listener, 2, 3);
        listener.bodyStart?.(4, 1_000);
        listener.body?.(Buffer.from('From: anna@example.org\r\nTo: to-104@example.net\r\n\r\nhal'));
        return LOST;
      }),
      lines: ['1 OK', '2 OK', '3 OK', `4 NO ${UPSTREAM_LOST}`, `5 NO ${UPSTREAM_LOST}`],
    }),
    'upstream goes away between two: it could yet have taken back the last one': five({
      upstream: together((listener) => {
        whole(listener, 2, 3);
        return LOST;
      }),
      lines: ['1 OK', '2 OK', ...[3, 4, 5].map((each) => `${each} NO ${UPSTREAM_LOST}`)],
    }),
    'a fault of ours': five({
      upstream: together(() => {
        throw new Error('overlooked');
      }),
      lines: ALL,
      errors: [/overlooked/],
    }),
    'one is larger than upstream said': five({
      mailbox: storedMessages(5).map((each) =>
        each.uid === 104 ? { ...stored(104, '', 'x'.repeat(20_000)), size: 5 } : each,
      ),
      lines: allBut(4, '"DATA" "" "552 5.3.4 The message has 20050 octets, at most 10000 are allowed"'),
    }),
  });

  test('go to a file when they are much larger than upstream said, and not with what one by itself may take', async () => {
    let files = 0;
    const createFile = async (): Promise<never> => {
      files++;
      throw new Error('no file here');
    };
    const world = createWorld({
      parallel: 1,
      fetch: { spool: { directory: '/', createFile }, maxMessageSize: 1_000_000 },
    });
    const large = { ...stored(102, '', 'x'.repeat(100_000)), size: 5 };
    const session = world.session({ mailbox: [stored(101), large, stored(103)] });
    await world.send(session);
    assert.equal(files, 1);
    assert.match(session.lines[1] ?? '', /no storage/);
    assert.match(session.lines[2] ?? '', /OK NIL/);
  });
});
