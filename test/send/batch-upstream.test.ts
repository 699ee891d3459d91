import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Exchange, scriptedUpstream } from './support/scripted-upstream.js';

const text = (uid: number): string =>
  `From: a@example.org\r\nTo: r${uid}@example.net\r\nSubject: ${uid}\r\n\r\nhello\r\n`;

/** `* 1 FETCH (UID 101 RFC822.SIZE …)` */
const listed = (sequence: number, uid: number, size = text(uid).length): string =>
  `* ${sequence} FETCH (UID ${uid} RFC822.SIZE ${size})\r\n`;
const literal = (octets: string): string => `BODY[] {${octets.length}}\r\n${octets}`;
/** `* 1 FETCH (UID 101 BODY[] …)` */
const given = (sequence: number, uid: number): string =>
  `* ${sequence} FETCH (UID ${uid} ${literal(text(uid))})\r\n`;
const DONE = 'TAG OK done\r\n';

const list = (...answer: string[]): Exchange => ['FETCH 1:* (UID RFC822.SIZE)', answer.join('')];
const listByUid = (...answer: string[]): Exchange => ['UID FETCH 1:* (UID RFC822.SIZE)', answer.join('')];
const fetch = (sequence: number, ...answer: string[]): Exchange => [
  `FETCH ${sequence} (UID BODY.PEEK[])`,
  answer.join(''),
];
const sent = (sequence: number, uid: number): string => `* ${sequence} SEND (${uid} OK NIL)`;
const GONE = '"DATA" "" "554 5.6.0 The message is no longer in the mailbox"';

interface Row {
  readonly command?: string;
  readonly flags?: Record<string, string>;
  readonly exchanges: readonly Exchange[];
  /** All that the client gets, line by line. */
  readonly client: readonly string[];
  /** UIDs of what was submitted. */
  readonly submitted: readonly number[];
}

const rows: Readonly<Record<string, Readonly<Record<string, Row>>>> = {
  'the order and company of our items': {
    'UID behind the body': {
      exchanges: [
        list(`* 1 FETCH (RFC822.SIZE 9 UID 101)\r\n`, DONE),
        fetch(1, `* 1 FETCH (${literal(text(101))} UID 101)\r\n`, DONE),
      ],
      client: [sent(1, 101)],
      submitted: [101],
    },
    'FLAGS among them are passed on': {
      exchanges: [
        list('* 1 FETCH (FLAGS (\\Seen) UID 101 RFC822.SIZE 9)\r\n', DONE),
        fetch(1, `* 1 FETCH (UID 101 ${literal(text(101))} FLAGS (\\Answered))\r\n`, DONE),
      ],
      client: ['* 1 FETCH (FLAGS (\\Seen))', '* 1 FETCH (FLAGS (\\Answered))', sent(1, 101)],
      submitted: [101],
    },
    'names in lower case': {
      exchanges: [
        list('* 1 fetch (uid 101 rfc822.size 9)\r\n', DONE),
        fetch(1, `* 1 Fetch (Uid 101 body[] {${text(101).length}}\r\n${text(101)})\r\n`, DONE),
      ],
      client: [sent(1, 101)],
      submitted: [101],
    },
    'every octet in a segment of its own': {
      exchanges: [
        ['FETCH 1:* (UID RFC822.SIZE)', ...listed(1, 101), DONE],
        ['FETCH 1 (UID BODY.PEEK[])', ...given(1, 101), DONE],
      ],
      client: [sent(1, 101)],
      submitted: [101],
    },
    'numbers in any order': {
      exchanges: [
        list(listed(2, 102), listed(1, 101), DONE),
        fetch(1, given(1, 101), DONE),
        fetch(2, given(2, 102), DONE),
      ],
      client: [sent(1, 101), sent(2, 102)],
      submitted: [101, 102],
    },
    'what others said meanwhile': {
      exchanges: [
        list(
          '* 7 EXISTS\r\n',
          listed(1, 101),
          '* 2 FETCH (FLAGS (\\Seen) UID 102)\r\n',
          '* OK [ALERT] hear {5}\r\n',
          DONE,
        ),
        fetch(1, '* 8 EXISTS\r\n', given(1, 101), '* 1 FETCH (FLAGS (\\Seen))\r\n', '* 1 RECENT\r\n', DONE),
      ],
      client: [
        '* 7 EXISTS',
        '* 2 FETCH (FLAGS (\\Seen) UID 102)',
        '* OK [ALERT] hear {5}',
        '* 8 EXISTS',
        '* 1 FETCH (FLAGS (\\Seen))',
        '* 1 RECENT',
        sent(1, 101),
      ],
      submitted: [101],
    },
  },
  'EXPUNGE and VANISHED': {
    'before the set is listed': {
      command: 'UID SEND 1:*',
      exchanges: [listByUid('* 1 EXPUNGE\r\n', listed(1, 102), DONE), fetch(1, given(1, 102), DONE)],
      client: ['* 1 EXPUNGE', sent(1, 102)],
      submitted: [102],
    },
    'of one that was listed, and of one that was not': {
      command: 'UID SEND 1:*',
      exchanges: [
        listByUid(listed(2, 102), listed(3, 103), '* 1 EXPUNGE\r\n', '* 1 EXPUNGE\r\n', listed(2, 104), DONE),
        fetch(1, given(1, 103), DONE),
        fetch(2, given(2, 104), DONE),
      ],
      client: ['* 1 EXPUNGE', '* 1 EXPUNGE', sent(1, 103), sent(2, 104)],
      submitted: [103, 104],
    },
    'of all that was listed': {
      command: 'UID SEND 1:*',
      exchanges: [listByUid(listed(1, 101), listed(2, 102), '* VANISHED 101:102\r\n', DONE)],
      client: ['* VANISHED 101:102'],
      submitted: [],
    },
    'VANISHED before and among them': {
      command: 'UID SEND 1:*',
      exchanges: [
        listByUid(listed(3, 103), listed(4, 104), listed(5, 105), '* VANISHED 7,104\r\n', DONE),
        fetch(2, given(2, 103), DONE),
        fetch(3, given(3, 105), DONE),
      ],
      client: ['* VANISHED 7,104', sent(2, 103), sent(3, 105)],
      submitted: [103, 105],
    },
    'VANISHED (EARLIER), which moves no number': {
      command: 'UID SEND 1:*',
      exchanges: [
        listByUid('* VANISHED (EARLIER) 1:99\r\n', listed(1, 101), DONE),
        fetch(1, given(1, 101), DONE),
      ],
      client: ['* VANISHED (EARLIER) 1:99', sent(1, 101)],
      submitted: [101],
    },
    'in front of a body, although it is forbidden there': {
      exchanges: [
        list(listed(2, 102), listed(3, 103), DONE),
        fetch(2, '* 1 EXPUNGE\r\n', given(2, 103), DONE),
        fetch(2, given(2, 103), DONE),
      ],
      client: ['* 1 EXPUNGE', `* 1 SEND (102 NO (${GONE}))`, sent(2, 103)],
      submitted: [103],
    },
    'behind a body': {
      exchanges: [
        list(listed(1, 101), listed(2, 102), DONE),
        fetch(1, given(1, 101), '* 1 EXPUNGE\r\n', DONE),
        fetch(1, given(1, 102), DONE),
      ],
      client: ['* 1 EXPUNGE', sent(1, 101), sent(1, 102)],
      submitted: [101, 102],
    },
    'between two of our commands: no message is taken for another': {
      exchanges: [
        list(listed(1, 101), listed(2, 102), listed(3, 103), DONE),
        fetch(1, given(1, 101), DONE, '* 1 EXPUNGE\r\n'),
        fetch(2, given(2, 103), DONE),
        ['FETCH 3 (UID BODY.PEEK[])', 'TAG BAD Invalid messageset\r\n'],
      ],
      client: [
        '* 1 EXPUNGE',
        sent(1, 101),
        `* 2 SEND (102 NO (${GONE}))`,
        '* 3 SEND (103 NO ("DATA" "" "451 4.3.0 The mail server did not give the message (Invalid messageset)"))',
      ],
      submitted: [101],
    },
    'of the message itself, before it could be read': {
      exchanges: [
        list(listed(1, 101), listed(2, 102), DONE),
        fetch(1, 'TAG NO [EXPUNGEISSUED] Some of the requested messages no longer exist\r\n'),
        fetch(2, given(2, 102), DONE),
      ],
      client: [`* 1 SEND (101 NO (${GONE}))`, sent(2, 102)],
      submitted: [102],
    },
  },
  'a size that is not true': {
    'more octets than were said, too many': {
      flags: { 'max-message-size': '200' },
      exchanges: [
        list(listed(1, 101, 10), listed(2, 102), DONE),
        fetch(1, `* 1 FETCH (UID 101 ${literal(text(101).padEnd(500, 'x'))})\r\n`, DONE),
        fetch(2, given(2, 102), DONE),
      ],
      client: [
        '* 1 SEND (101 NO ("DATA" "" "552 5.3.4 The message has 500 octets, at most 200 are allowed"))',
        sent(2, 102),
      ],
      submitted: [102],
    },
    'more octets than were said, not too many': {
      exchanges: [list(listed(1, 101, 0), DONE), fetch(1, given(1, 101), DONE)],
      client: [sent(1, 101)],
      submitted: [101],
    },
    'fewer octets than were said': {
      exchanges: [list(listed(1, 101, 9_999), DONE), fetch(1, given(1, 101), DONE)],
      client: [sent(1, 101)],
      submitted: [101],
    },
    'too many were said: it is not even fetched': {
      flags: { 'max-message-size': '200' },
      exchanges: [list(listed(1, 101, 201), listed(2, 102), DONE), fetch(2, given(2, 102), DONE)],
      client: [
        '* 1 SEND (101 NO ("DATA" "" "552 5.3.4 The message has 201 octets, at most 200 are allowed"))',
        sent(2, 102),
      ],
      submitted: [102],
    },
    'no body at all': {
      exchanges: [list(listed(1, 101), DONE), fetch(1, '* 1 FETCH (UID 101 BODY[] NIL)\r\n', DONE)],
      client: ['* 1 SEND (101 NO ("DATA" "" "554 5.6.0 The message is no longer in the mailbox"))'],
      submitted: [],
    },
    'a body of no octets': {
      exchanges: [list(listed(1, 101), DONE), fetch(1, '* 1 FETCH (UID 101 BODY[] {0}\r\n)\r\n', DONE)],
      client: ['* 1 SEND (101 NO ("MAIL FROM" "" "550 5.1.7 The message has no From field"))'],
      submitted: [],
    },
  },
};

for (const [group, table] of Object.entries(rows)) {
  describe(group, () => {
    for (const [name, { command = 'SEND 1:*', flags, exchanges, client, submitted }] of Object.entries(
      table,
    )) {
      test(name, async (context) => {
        const scripted = await scriptedUpstream(context, flags);
        await scripted.client.send(`x ${command}\r\n`);
        await scripted.answers(exchanges);
        for (const line of client) await scripted.client.expect(`${line}\r\n`);
        const verdict =
          client.some((line) => line.endsWith('OK NIL)')) || !client.some((line) => / SEND \(/.test(line));
        await scripted.client.expectLine(verdict ? /^x OK / : /^x NO /);
        assert.deepEqual([...scripted.submission.accepted].sort(), submitted.map(text));

        // The session goes on, in step.
        await scripted.client.send('y NOOP\r\n');
        await scripted.upstream.expect('y NOOP\r\n');
        await scripted.upstream.send('y OK done\r\n');
        await scripted.client.expect('y OK done\r\n');
      });
    }
  });
}

describe('upstream is lost', () => {
  const LOST = '"MAIL FROM" "" "421 4.3.2 Not attempted: the connection to the mail server was lost"';

  test('in the middle of a body: nothing of it is submitted, and what went out before is told', async (context) => {
    const scripted = await scriptedUpstream(context);
    await scripted.client.send('x SEND 1:*\r\n');
    await scripted.answers([
      list(listed(1, 101), listed(2, 102), listed(3, 103), DONE),
      fetch(1, given(1, 101), DONE),
      ['FETCH 2 (UID BODY.PEEK[])', given(2, 102).slice(0, -20)],
    ]);
    scripted.upstream.reset();
    await scripted.client.expect(`${sent(1, 101)}\r\n`);
    await scripted.client.expect(`* 2 SEND (102 NO (${LOST}))\r\n`);
    await scripted.client.expect(`* 3 SEND (103 NO (${LOST}))\r\n`);
    await scripted.client.expect('x OK SEND completed\r\n');
    await scripted.client.expectEnd();
    assert.deepEqual(scripted.submission.accepted, [text(101)]);
  });

  test('while the set is listed: so is the answer', async (context) => {
    const scripted = await scriptedUpstream(context);
    await scripted.client.send('x SEND 1:*\r\n');
    await scripted.answers([list(listed(1, 101))]);
    scripted.upstream.reset();
    await scripted.client.expect('x NO [UNAVAILABLE] the connection to the mail server was lost\r\n');
    await scripted.client.expectEnd();
    assert.equal(scripted.submission.connections, 0);
  });
});
