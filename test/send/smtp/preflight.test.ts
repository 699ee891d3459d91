import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseExtensions } from '../../../src/send/smtp/extensions.js';
import { preflight } from '../../../src/send/smtp/preflight.js';
import { textMessage } from '../../support/submission.js';

const none = parseExtensions('250 mail.example');
const message = textMessage('');

describe('an address that may stand in a command', () => {
  const addresses = [
    '',
    'a@example.org',
    'a+b=c/d@example.org',
    '"a b"@example.org',
    '"a\\"b"@example.org',
    '"<>"@example.org',
    '""@example.org',
    'jürgen@bücher.example',
    'a@[IPv6:::1]',
  ];
  for (const address of addresses) {
    it(JSON.stringify(address), () => {
      assert.equal(preflight({ from: address, to: [address] }, message, none), undefined);
    });
  }
});

describe('an address that may not', () => {
  const addresses = [
    'a@example.org>\r\nRCPT TO:<b@example.org',
    'a@example.org> SIZE=1',
    '<a@example.org',
    'a b@example.org',
    '"a@example.org',
    '"a"b"@example.org',
    '"a\\"@example.org',
    '"a\r\nb"@example.org',
    '"a\\\r"@example.org',
    'a\0@example.org',
    'a\u0085@example.org',
    'a\u2028@example.org',
    '\ta@example.org',
  ];
  for (const address of addresses) {
    it(JSON.stringify(address), () => {
      const good = 'good@example.org';
      assert.deepEqual(preflight({ from: address, to: [good] }, message, none), {
        command: 'MAIL FROM',
        parameter: address,
        reply: '553 5.1.7 The sender address is not valid',
      });
      assert.deepEqual(preflight({ from: good, to: [good, address] }, message, none), {
        command: 'RCPT TO',
        parameter: address,
        reply: '553 5.1.3 The recipient address is not valid',
      });
    });
  }
});

it('an address of a megabyte is judged in no time', () => {
  const address = `"${'\\a'.repeat(1 << 19)}`;
  assert.equal(preflight({ from: address, to: [] }, message, none)?.command, 'MAIL FROM');
});
