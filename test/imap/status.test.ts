import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  type Answer,
  byeLine,
  imapString,
  inProgressLine,
  sendLine,
  taggedLine,
} from '../../src/imap/status.js';

const strings: readonly (readonly [text: string, wire: string])[] = [
  ['', '""'],
  ['john@example.org', '"john@example.org"'],
  ['a "b" \\c', '"a \\"b\\" \\\\c"'],
  ['{5}', '"{5}"'],
  ['tab\t and \x7f', '"tab\t and \x7f"'],
  ['b\xfccher', '{7}\r\nb\xc3\xbccher'],
  ['\u20ac', '{3}\r\n\xe2\x82\xac'],
  ['a\r\nb', '{4}\r\na\r\nb'],
  ['a\nb', '{3}\r\na\nb'],
  ['a\0b', '{3}\r\na b'],
];

suite('strings: quoted, or a literal where that cannot hold them', () => {
  for (const [text, wire] of strings) {
    test(JSON.stringify(text), () => assert.equal(imapString(text).toString('latin1'), wire));
  }
});

suite('the SEND response', () => {
  test('a message that went out', () => {
    assert.equal(sendLine(1, 3001, undefined).toString(), '* 1 SEND (3001 OK NIL)\r\n');
  });
  test('one that did not', () => {
    const refusal = {
      command: 'RCPT TO',
      parameter: 'john@example.org',
      reply: '550 User not found',
    } as const;
    assert.equal(
      sendLine(2, 3002, refusal).toString(),
      '* 2 SEND (3002 NO ("RCPT TO" "john@example.org" "550 User not found"))\r\n',
    );
  });
  test('an address and a reply that quoted strings cannot hold', () => {
    const refusal = { command: 'RCPT TO', parameter: '"a\\b"@x', reply: '550 n\xf6' } as const;
    assert.equal(
      sendLine(2, 3002, refusal).toString('latin1'),
      '* 2 SEND (3002 NO ("RCPT TO" "\\"a\\\\b\\"@x" {7}\r\n550 n\xc3\xb6))\r\n',
    );
  });
});

const answers: readonly (readonly [answer: Answer, line: string])[] = [
  [{ status: 'OK', text: 'SEND completed' }, 'a OK SEND completed'],
  [{ status: 'NO', code: 'UNAVAILABLE', text: 'no connection' }, 'a NO [UNAVAILABLE] no connection'],
  [{ status: 'BAD', text: 'one\r\n* BYE two\0' }, 'a BAD one * BYE two'],
  [{ status: 'NO', text: 'b\xfccher \u20ac' }, 'a NO b cher'],
  [{ status: 'NO', text: '' }, 'a NO -'],
  [{ status: 'NO', text: '\r\n' }, 'a NO -'],
];

suite('tagged answers are one line of 7-bit text', () => {
  for (const [answer, line] of answers) {
    test(line, () => assert.equal(taggedLine('a', answer).toString('latin1'), `${line}\r\n`));
  }
});

test('BYE and the keep-alive', () => {
  assert.equal(byeLine('UNAVAILABLE', 'gone').toString(), '* BYE [UNAVAILABLE] gone\r\n');
  assert.equal(byeLine(undefined, 'gone').toString(), '* BYE gone\r\n');
  assert.equal(
    inProgressLine('A"1', { done: 2, total: 3 }, 'sending').toString(),
    '* OK [INPROGRESS ("A\\"1" 2 3)] sending\r\n',
  );
});
