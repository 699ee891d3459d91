import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { envelopeOf } from '../../../src/send/message/envelope.js';

const FROM = 'From: ann@a.example\r\n';

function recipientsOf(header: string): readonly string[] {
  const result = envelopeOf(Buffer.from(header));
  assert.ok(result.ok, JSON.stringify(result));
  return result.envelope.to;
}

suite('large headers', () => {
  const many = Array.from({ length: 10_000 }, (_, index) => `user${index}@b.example`);

  test('ten thousand recipients in one folded field', () => {
    const field = many.map((address, index) => `"User, No. ${index}" <${address}>`).join(',\r\n ');
    assert.deepEqual(recipientsOf(`${FROM}To: ${field}\r\n`), many);
  });

  test('ten thousand recipients, each in a field of its own, each twice', () => {
    const fields = many.map(
      (address) => `To: ${address}\r\nCc: ${address.toUpperCase().replace('USER', 'user')}\r\n`,
    );
    assert.deepEqual(recipientsOf(FROM + fields.join('')), many);
  });

  test('a megabyte of other fields', () => {
    const received = `Received: from a by b;\r\n\t${'x'.repeat(60)}\r\n`.repeat(12_000);
    assert.deepEqual(recipientsOf(`${received}${FROM}To: bob@b.example\r\n`), ['bob@b.example']);
  });

  test('a megabyte of folded lines in one field', () => {
    assert.deepEqual(recipientsOf(`${FROM}Subject: x\r\n${' y\r\n'.repeat(250_000)}To: bob@b.example\r\n`), [
      'bob@b.example',
    ]);
  });

  test('a megabyte of comment', () => {
    assert.deepEqual(recipientsOf(`${FROM}To: (${'eve@e.example, '.repeat(70_000)}) bob@b.example\r\n`), [
      'bob@b.example',
    ]);
  });

  test('the name of an unreadable address does not get longer than a line', () => {
    const result = envelopeOf(Buffer.from(`${FROM}To: ${'x '.repeat(500_000)}\r\n`));
    assert.deepEqual(result, {
      ok: false,
      refusal: {
        command: 'RCPT TO',
        parameter: 'x '.repeat(128),
        reply: '553 5.1.3 Not an address in the To field',
      },
    });
  });
});

suite('the message identifier', () => {
  const table: readonly [field: string, messageId: string | undefined][] = [
    ['Message-ID: <1@a.example>', '<1@a.example>'],
    ['message-id:\r\n <1@a.example> ', '<1@a.example>'],
    ['Message-ID: <1@a.example>\r\nMessage-ID: <2@a.example>', '<1@a.example>'],
    ['Message-ID: 1@a.example', undefined],
    ['Message-ID: <1 2@a.example>', undefined],
    ['Message-ID: <1@a.example\x1b[2J>', undefined],
    ['X-Message-ID: <1@a.example>', undefined],
  ];
  for (const [field, messageId] of table) {
    test(JSON.stringify(field), () => {
      const result = envelopeOf(Buffer.from(`${FROM}To: bob@b.example\r\n${field}\r\n`));
      assert.equal(result.ok && result.messageId, messageId);
    });
  }
});
