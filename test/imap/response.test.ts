import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { MAX_RESPONSE_TAG } from '../../src/imap/limits.js';
import { readMessageData, readResponseHead } from '../../src/imap/response.js';

function read(line: string, offset = 0): string {
  const head = readResponseHead(Buffer.from(line, 'latin1'), offset);
  if (head.kind !== 'status') return head.kind;
  return `${head.tag ?? '*'} ${head.status}${head.capability ? ' list' : ''}`;
}

const heads: readonly (readonly [line: string, head: string])[] = [
  ['+ go ahead\r\n', 'continuation'],
  ['+\r\n', 'continuation'],
  ['* OK hi\r\n', '* OK'],
  ['* ok\r\n', '* OK'],
  ['* NO\n', '* NO'],
  ['* BAD x', '* BAD'],
  ['* BYE x', '* BYE'],
  ['* PREAUTH x', '* PREAUTH'],
  ['* OK [CAPABILITY IMAP4rev1] hi', '* OK list'],
  ['* preauth [capability imap4rev1]', '* PREAUTH list'],
  ['* OK [CAPABILITY]', '* OK list'],
  ['* OK [CAPABILITIES X]', '* OK'],
  ['* OK  [CAPABILITY X]', '* OK'],
  ['* CAPABILITY IMAP4rev1\r\n', 'capability'],
  ['* capability\r\n', 'capability'],
  ['* CAPABILITIES\r\n', 'data'],
  ['* OKAY\r\n', 'data'],
  ['* 5 EXISTS\r\n', 'data'],
  ['* SEARCH\r\n', 'data'],
  ['* \r\n', 'data'],
  ['*\r\n', 'unknown'],
  ['*OK x\r\n', 'unknown'],
  ['a OK done\r\n', 'a OK'],
  ['a+b]{ no\n', 'a+b]{ NO'],
  ['a BAD [CAPABILITY X] no', 'a BAD list'],
  [' BAD x', ' BAD'],
  ['a BYE x', 'unknown'],
  ['a PREAUTH x', 'unknown'],
  ['a OKAY ', 'unknown'],
  ['a  OK x', 'unknown'],
  ['a\r\n', 'unknown'],
  ['\r\n', 'unknown'],
];

suite('the head of a response', () => {
  for (const [line, head] of heads) {
    test(`${JSON.stringify(line)} is ${head}, and undecided or the same when it is cut`, () => {
      assert.equal(read(line), head);
      for (let cut = 1; cut < line.length; cut++) {
        assert.ok(['more', head].includes(read(line.slice(0, cut))), `cut at ${cut}`);
      }
    });
  }

  test('it is read from where the line begins', () => {
    assert.equal(read('* 1 EXISTS\r\nab OK done\r\n', 12), 'ab OK');
  });

  test('a tag that is longer than any of ours is none: at the limit, and one over', () => {
    const tag = 't'.repeat(MAX_RESPONSE_TAG - 1);
    assert.equal(read(`${tag} OK x`), `${tag} OK`);
    assert.equal(read(`${tag}t OK x`), 'unknown');
    assert.equal(read(tag), 'more');
    assert.equal(read(`${tag}t`), 'unknown');
  });
});

function data(line: string, limit = 64): string {
  const read = readMessageData(Buffer.from(line, 'latin1'), 0, limit);
  switch (read.kind) {
    case 'fetch':
      return `fetch ${read.sequence} at ${read.items}`;
    case 'expunge':
      return `expunge ${read.sequence}`;
    case 'vanished':
      return `vanished ${read.uids}`;
    case 'more':
    case 'other':
      return read.kind;
  }
}

const messages: readonly (readonly [line: string, data: string])[] = [
  ['* 5 FETCH (UID 7)\r\n', 'fetch 5 at 11'],
  ['* 4294967295 fetch (', 'fetch 4294967295 at 20'],
  ['* 5 EXPUNGE\r\n', 'expunge 5'],
  ['* 5 expunge\n', 'expunge 5'],
  ['* VANISHED 3:5,9\r\n', 'vanished 3:5,9'],
  ['* VANISHED (EARLIER) 3:5\r\n', 'other'],
  ['* 0 EXPUNGE\r\n', 'other'],
  ['* 5 EXISTS\r\n', 'other'],
  ['* 5 EXPUNGED\r\n', 'other'],
  ['* 5 EXPUNGE now\r\n', 'other'],
  ['* 5 FETCH NIL\r\n', 'other'],
  ['* 5 FETCHED (\r\n', 'other'],
  ['* 5  FETCH (\r\n', 'other'],
  ['* 12345678901 EXPUNGE\r\n', 'other'],
  ['* SEARCH 1\r\n', 'other'],
];

suite('data that tells of messages', () => {
  for (const [line, expected] of messages) {
    test(`${JSON.stringify(line)} is ${expected}, and undecided or the same when it is cut`, () => {
      assert.equal(data(line), expected);
      for (let cut = 2; cut < line.length; cut++) {
        assert.ok(['more', expected].includes(data(line.slice(0, cut))), `cut at ${cut}`);
      }
    });
  }

  test('a line that is too long is none: at the limit, and one over', () => {
    const line = `* VANISHED ${'1,'.repeat(25)}1\r\n`;
    assert.equal(line.length, 64);
    assert.equal(data(line), `vanished ${'1,'.repeat(25)}1`);
    assert.equal(data(line, 63), 'other');
    assert.equal(data(line.slice(0, 63)), 'more');
    assert.equal(data(line.slice(0, 63), 63), 'other');
  });
});
