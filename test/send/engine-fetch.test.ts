import assert from 'node:assert/strict';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { describe, test } from 'node:test';
import type { FetchListener, FetchResult } from '../../src/relay/handler.js';
import { LIMIT, NONE, type Row, rows, UNAVAILABLE } from './support/plays.js';
import { giveBody, OK, type Upstream } from './support/scripted-command-session.js';
import { createWorld, stored } from './support/send-world.js';

const LOST: FetchResult = { kind: 'lost' };
const says = (status: 'OK' | 'NO' | 'BAD', text: string): FetchResult => ({ kind: 'done', status, text });
const UPSTREAM_LOST = '"MAIL FROM" "" "421 4.3.2 Not attempted: the connection to the mail server was lost"';

/** A disk without room, whatever is written. */
const fullDisk = () => open('/dev/full', constants.O_RDWR);

const large = stored(101, '', 'x'.repeat(20_000));
const tooLarge = `552 5.3.4 The message has ${large.octets.length} octets, at most 10000 are allowed`;

describe('upstream does not list', () => {
  const listing = (listed: (listener: FetchListener) => FetchResult): Upstream => {
    return ({ kind }, listener, answer) => (kind === 'RFC822.SIZE' ? listed(listener) : answer());
  };
  rows({
    'it says NO': {
      upstream: () => says('NO', '[SERVERBUG] FETCH failed'),
      lines: [],
      answer: 'NO [SERVERBUG] SEND failed',
    },
    'it says BAD: nothing is selected': {
      upstream: () => says('BAD', 'No mailbox selected for UID FETCH'),
      lines: [],
      answer: 'BAD No mailbox selected for SEND',
    },
    'it goes away': {
      upstream: () => LOST,
      lines: [],
      answer: 'NO [UNAVAILABLE] the connection to the mail server was lost',
    },
    'a message without a UID, which would be left out': {
      upstream: listing((listener) => {
        listener.fetched?.({ sequence: 1, uid: undefined, size: 9, inlineBody: undefined });
        return OK;
      }),
      lines: [],
      answer: 'NO SEND failed, the mail server lists messages without their UIDs',
    },
    'more than may be sent': {
      world: { maxMessagesPerSend: 2 },
      lines: [],
      answer: 'NO [LIMIT] SEND of 3 messages, at most 2 can be sent at once',
    },
    'more than may be sent, of which some go at once': {
      world: { maxMessagesPerSend: 2 },
      upstream: listing((listener) => {
        for (const sequence of [1, 2, 3]) {
          listener.fetched?.({ sequence, uid: 100 + sequence, size: 9, inlineBody: undefined });
        }
        listener.expunged?.(1);
        return OK;
      }),
      lines: [],
      answer: 'NO [LIMIT] SEND of 2 messages, at most 2 can be sent at once',
    },
  });
});

describe('a message does not come', () => {
  /** Something else happens to the fetch of the second message. */
  const second = (happens: (listener: FetchListener, octets: Buffer) => FetchResult): Upstream => {
    return ({ kind, set }, listener, answer) =>
      kind === 'BODY[]' && set === '2' ? happens(listener, stored(102).octets) : answer();
  };
  const whole = (listener: FetchListener, octets: Buffer, uid: number | undefined, sequence = 2): void => {
    giveBody(listener, sequence, octets);
    listener.fetched?.({ sequence, uid, size: undefined, inlineBody: undefined });
  };
  const onlyOthers = (reply: string): Pick<Row, 'lines' | 'answer'> => ({
    lines: ['1 OK', `2 NO "DATA" "" "${reply}"`, '3 OK'],
    answer: 'OK SEND completed',
  });
  const gone = onlyOthers('554 5.6.0 The message is no longer in the mailbox');

  rows({
    'upstream goes away before it': {
      upstream: second(() => LOST),
      lines: ['1 OK', `2 NO ${UPSTREAM_LOST}`, `3 NO ${UPSTREAM_LOST}`],
      answer: 'OK SEND completed',
    },
    'upstream goes away in the middle of the first': {
      upstream: ({ kind }, listener, answer) => {
        if (kind !== 'BODY[]') return answer();
        listener.bodyStart?.(1, 100);
        void listener.body?.(stored(101).octets);
        return LOST;
      },
      lines: [1, 2, 3].map((number) => `${number} NO ${UPSTREAM_LOST}`),
      answer: `${UNAVAILABLE} (421 4.3.2 Not attempted: the connection to the mail server was lost)`,
    },
    'upstream goes away behind it, before it says OK': {
      upstream: second((listener, octets) => {
        whole(listener, octets, 102);
        return LOST;
      }),
      lines: ['1 OK', `2 NO ${UPSTREAM_LOST}`, `3 NO ${UPSTREAM_LOST}`],
      answer: 'OK SEND completed',
    },
    'expunged: OK without it': { upstream: second(() => OK), ...gone },
    'expunged: NO [EXPUNGEISSUED]': {
      upstream: second(() => says('NO', '[EXPUNGEISSUED] Some of the requested messages no longer exist')),
      ...gone,
    },
    'another failure: its words': {
      upstream: second(() => says('NO', '[SERVERBUG] Internal error occurred')),
      ...onlyOthers(
        '451 4.3.0 The mail server did not give the message ([SERVERBUG] Internal error occurred)',
      ),
    },
    'upstream takes it back': {
      upstream: second((listener, octets) => {
        whole(listener, octets, 102);
        return says('NO', 'Disk error');
      }),
      ...onlyOthers('451 4.3.0 The mail server did not give the message (Disk error)'),
    },
    'another message has its number now': {
      upstream: second((listener, octets) => {
        whole(listener, octets, 103);
        return OK;
      }),
      ...gone,
    },
    'it comes without its UID': {
      upstream: second((listener, octets) => {
        whole(listener, octets, undefined);
        return OK;
      }),
      ...gone,
    },
    'only another message comes': {
      upstream: second((listener, octets) => {
        whole(listener, octets, 102, 3);
        return OK;
      }),
      ...gone,
    },
    'it is larger than may be sent': {
      mailbox: [large, stored(102)],
      lines: [`1 NO "DATA" "" "${tooLarge}"`, '2 OK'],
      answer: 'OK SEND completed',
    },
    'it is larger than upstream said': {
      mailbox: [{ ...large, size: 5 }],
      lines: [`1 NO "DATA" "" "${tooLarge}"`],
      answer: `${LIMIT} (${tooLarge})`,
    },
    'there is no room for it': {
      world: {
        fetch: { spool: { directory: '/', memoryLimit: 0, createFile: fullDisk }, maxMessageSize: 10_000 },
      },
      mailbox: [stored(101)],
      errors: [/spool: writing failed: ENOSPC/],
      lines: ['1 NO "DATA" "" "452 4.3.1 The proxy has no storage for the message"'],
      answer:
        'NO [SERVERBUG] SEND: the proxy could not carry it out, no message was sent (452 4.3.1 The proxy has no storage for the message)',
    },
    'NUL in it': {
      mailbox: [stored(101, '', 'a\0b')],
      lines: ['1 NO "DATA" "" "554 5.6.0 The message contains NUL octets"'],
      answer: NONE,
    },
  });

  rows({
    'the body of another message before it, and again behind it, changes nothing': {
      upstream: second((listener, octets) => {
        whole(listener, stored(103).octets, 103, 3);
        whole(listener, octets, 102);
        whole(listener, stored(101).octets, 101, 1);
        whole(listener, stored(101).octets, 101, 2);
        return OK;
      }),
      lines: ['1 OK', '2 OK', '3 OK'],
      answer: 'OK SEND completed',
    },
    'a body on the line of its response': {
      upstream: second((listener, inlineBody) => {
        listener.fetched?.({ sequence: 2, uid: 102, size: undefined, inlineBody });
        return OK;
      }),
      lines: ['1 OK', '2 OK', '3 OK'],
      answer: 'OK SEND completed',
    },
  });

  test('what is larger than upstream said is read to its end, and not stored', async () => {
    let files = 0;
    const createFile = () => {
      files++;
      return fullDisk();
    };
    const world = createWorld({
      fetch: { spool: { directory: '/', memoryLimit: 0, createFile }, maxMessageSize: 10_000 },
    });
    await world.send(world.session({ mailbox: [{ ...large, size: 5 }] }));
    assert.equal(files, 0);
  });
});
