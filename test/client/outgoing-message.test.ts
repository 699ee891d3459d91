import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toOutgoing } from '../../src/client/outgoing-message.js';

const usable: readonly [what: string, given: string, octets: string, messageId?: string][] = [
  ['CRLF', 'From: a@b\r\n\r\nhi\r\n', 'From: a@b\r\n\r\nhi\r\n'],
  ['LF', 'From: a@b\n\nhi\n', 'From: a@b\r\n\r\nhi\r\n'],
  ['bare CR', 'From: a@b\r\rhi', 'From: a@b\r\n\r\nhi'],
  ['all of them', 'From: a@b\r\n\nhi\rho\r\n\r', 'From: a@b\r\n\r\nhi\r\nho\r\n\r\n'],
  ['8-bit octets', 'From: \xff@b\n\n\xe4\x80\n', 'From: \xff@b\r\n\r\n\xe4\x80\r\n'],
  ['a Message-ID', 'Message-id : <1@b>\nFrom: a@b\n', 'Message-id : <1@b>\r\nFrom: a@b\r\n', '<1@b>'],
  [
    'a folded Message-ID',
    'Message-ID:\n <1@b>\nFrom: a@b\n',
    'Message-ID:\r\n <1@b>\r\nFrom: a@b\r\n',
    '<1@b>',
  ],
  ['one that cannot be searched for', 'Message-ID: <"@b>\nFrom: a@b\n', 'Message-ID: <"@b>\r\nFrom: a@b\r\n'],
  ['one in the text only', 'From: a@b\n\nMessage-ID: <1@b>\n', 'From: a@b\r\n\r\nMessage-ID: <1@b>\r\n'],
  ['a Resent-From', 'Resent-From: a@b\n\n', 'Resent-From: a@b\r\n\r\n'],
];

describe('a message with', () => {
  for (const [what, given, octets, messageId] of usable) {
    test(what, () => {
      const message = toOutgoing(Buffer.from(given, 'latin1'));
      assert.ok(!('problem' in message));
      assert.deepEqual([message.octets.toString('latin1'), message.messageId], [octets, messageId]);
    });
  }
});

const unusable: readonly [given: string, problem: RegExp][] = [
  ['', /^empty$/],
  [' \r\n\n', /^empty$/],
  ['From: a@b\n\na\0b', /NUL/],
  ['To: a@b\n\nhi\n', /no From/],
  ['To: a@b\n\nFrom: a@b\n', /no From/],
  ['\nFrom: a@b\n\nhi\n', /no From/],
  ['X-From: a@b\n\nhi\n', /no From/],
];

describe('no message', () => {
  for (const [given, problem] of unusable) {
    test(JSON.stringify(given), () => {
      const message = toOutgoing(Buffer.from(given));
      assert.ok('problem' in message);
      assert.match(message.problem, problem);
    });
  }
});

test('a view of a larger buffer is that part alone', () => {
  const message = toOutgoing(new Uint8Array(Buffer.from('xxFrom: a@b\r\nxx')).subarray(2, 13));
  assert.ok(!('problem' in message));
  assert.equal(message.octets.toString(), 'From: a@b\r\n');
});
