import assert from 'node:assert/strict';
import { isTag, readCommandHead, readMechanism } from '../../../src/imap/command.js';
import { MAX_COMMAND_HEAD, MAX_FETCH_LINE, MAX_RESPONSE_TAG } from '../../../src/imap/limits.js';
import { readMessageData, readResponseHead } from '../../../src/imap/response.js';
import type { Target } from '../target.js';

const MAX_MECHANISM = 64;
const MOST_OF_RESPONSE = MAX_RESPONSE_TAG + ' BAD [CAPABILITY '.length;

/**
 * As octets come, the answer is `more` until it is the final one, and never asks for more than `limit`. `undefined`
 * counts as `more`.
 */
function onceAndForAll<T>(input: Buffer, limit: number, read: (octets: Buffer) => T): T {
  const final = read(input);
  const isMore = (answer: T) =>
    answer === undefined ||
    (typeof answer === 'object' && answer !== null && Reflect.get(answer, 'kind') === 'more');
  if (input.length >= limit) assert.ok(!isMore(final), `still undecided after ${input.length} octets`);
  for (let length = 0; length < input.length; length += length < 200 ? 1 : 97) {
    const answer = read(input.subarray(0, length));
    if (!isMore(answer)) assert.deepEqual(answer, final, `decided after ${length} octets`);
  }
  return final;
}

function commandHead(input: Buffer): void {
  const head = onceAndForAll(input, MAX_COMMAND_HEAD, (octets) => readCommandHead(octets, 0));
  const text = input.toString('latin1', 0, MAX_COMMAND_HEAD);
  const [, tag = '', separator] = /^([^ \r\n]*)([ \r\n])/.exec(text) ?? [];
  const [, name] = /^[^ \r\n]* ((?:UID )?[^ \r\n\t(]*)(?=[ \r\n\t(])/i.exec(text) ?? [];
  if (head.kind === 'command') {
    assert.ok(isTag(tag) && !/[\0-\x20\x7f-\xff(){%*"\\+]/.test(head.tag));
    assert.deepEqual(
      [head.tag, head.name, head.end],
      [tag, name?.toUpperCase(), tag.length + 1 + (name ?? '').length],
    );
  } else if (head.kind === 'untagged') {
    assert.ok(text.length === MAX_COMMAND_HEAD || separator !== ' ' || !isTag(tag));
  }
}

function mechanism(input: Buffer): void {
  const read = onceAndForAll(input, MAX_MECHANISM, (octets) => readMechanism(octets, 0));
  if (read !== undefined) assert.ok(read.end <= MAX_MECHANISM && read.name.length <= MAX_MECHANISM);
}

const STATUS = /^([^ \n]*) (OK|NO|BAD|BYE|PREAUTH)(?=[ \r\n])( \[CAPABILITY(?=[\] \r\n]))?/i;

function responseHead(input: Buffer): void {
  const head = onceAndForAll(input, MOST_OF_RESPONSE, (octets) => readResponseHead(octets, 0));
  const text = input.toString('latin1');
  const [, tag, status, code] = STATUS.exec(text) ?? [];
  switch (head.kind) {
    case 'more':
      return;
    case 'continuation':
      assert.ok(text.startsWith('+'));
      return;
    case 'capability':
      assert.match(text, /^\* CAPABILITY[ \r\n]/i);
      return;
    case 'status':
      assert.deepEqual(
        [head.tag ?? '*', head.status, head.capability],
        [tag, status?.toUpperCase(), code !== undefined],
      );
      return;
    case 'data':
      assert.ok(text.startsWith('* ') && status === undefined);
      messageData(input);
      return;
    case 'unknown':
      assert.ok(
        tag === undefined ||
          tag.startsWith('*') ||
          tag.length >= MAX_COMMAND_HEAD ||
          /BYE|PREAUTH/i.test(status ?? ''),
      );
  }
}

function messageData(input: Buffer): void {
  // It is not asked before the head is known.
  const data = onceAndForAll(input, MAX_FETCH_LINE, (octets) =>
    readResponseHead(octets, 0).kind === 'more'
      ? ({ kind: 'more' } as const)
      : readMessageData(octets, 0, MAX_FETCH_LINE),
  );
  const [line = ''] = /^[^\n]*\n/.exec(input.toString('latin1')) ?? [];
  if (data.kind === 'expunge') assert.equal(line.trimEnd().toUpperCase(), `* ${data.sequence} EXPUNGE`);
  if (data.kind === 'vanished') assert.equal(line.trimEnd().toUpperCase(), `* VANISHED ${data.uids}`);
}

/** The first octets of a line, from either side. */
export const heads: Target = {
  name: 'heads',
  seeds: [
    'a1 UID FETCH 1:* (FLAGS)\r\n',
    'a NOOP\r\n',
    'a login(x\r\n',
    ' PLAIN =\r\n',
    '* OK [CAPABILITY IMAP4rev1] ready\r\n',
    '* CAPABILITY IMAP4rev1\r\n',
    'a1 NO [ALERT] x\r\n',
    '* PREAUTH hi\r\n',
    '+ idling\r\n',
    '* 12 FETCH (FLAGS ())\r\n',
    '* 12 EXPUNGE\r\n',
    '* VANISHED 3:5,7\r\n',
    'HTTP/1.1 400 Bad Request\r\n',
  ],
  dictionary: [
    ...[
      '\r\n',
      '\n',
      '\r',
      ' ',
      '\t',
      '(',
      '"',
      '[',
      ']',
      '*',
      '* ',
      '+',
      '{',
      'a',
      'UID ',
      'uid ',
      'OK ',
      'NO ',
    ],
    ...[
      'BAD ',
      'BYE ',
      'PREAUTH ',
      '[CAPABILITY ',
      'CAPABILITY',
      ' EXPUNGE',
      ' FETCH (',
      'VANISHED ',
      '1',
      ',',
      ':',
    ],
    ...['(EARLIER) ', 'AUTHENTICATE', 'x'.repeat(500)],
  ],
  maxLength: 3000,
  check(input) {
    commandHead(input);
    mechanism(input);
    responseHead(input);
  },
};
