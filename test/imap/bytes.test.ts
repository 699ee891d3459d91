import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentEnd, matchPrefix, wholeLine } from '../../src/imap/bytes.js';

test('a prefix matches in any case, and may still come', () => {
  const match = (text: string, offset = 0) => matchPrefix(Buffer.from(text), offset, text.length, 'SEND');
  assert.equal(match('SEND'), 'match');
  assert.equal(match('sEnD 1'), 'match');
  assert.equal(match('x send', 2), 'match');
  assert.equal(match('se'), 'partial');
  assert.equal(match(''), 'partial');
  assert.equal(match('sent'), 'none');
  // The octets of SEND with bit 5 turned over are not all letters.
  assert.equal(matchPrefix(Buffer.from('[{'), 0, 2, '{['), 'none');
});

test('the content of a line ends before its LF or CRLF', () => {
  const end = (line: string, start = 0) => contentEnd(Buffer.from(line), start, line.indexOf('\n', start));
  assert.equal(end('ab\r\n'), 2);
  assert.equal(end('ab\n'), 2);
  assert.equal(end('ab\r\r\n'), 3);
  assert.equal(end('\n'), 0);
  assert.equal(end('\r\n', 1), 1);
});

test('a line that is wanted as a whole: at the limit, and one over', () => {
  const line = (text: string, start = 0) => wholeLine(Buffer.from(text), start, 4);
  assert.equal(line('abcd\nx'), 4);
  assert.equal(line('xxabcd\n', 2), 6);
  assert.equal(line('abcde\n'), 'too-long');
  assert.equal(line('abcd'), 'more');
  assert.equal(line('abcde'), 'too-long');
  assert.equal(line(''), 'more');
});
