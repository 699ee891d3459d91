import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { forServer } from '../../../src/send/message/envelope.js';
import type { Envelope } from '../../../src/send/message.js';

const REPLY = '553 5.6.7 The submission server does not take non-ASCII addresses';

suite('an envelope for a server without SMTPUTF8', () => {
  const converted: readonly [from: string, to: readonly string[], expected: Envelope][] = [
    ['ann@a.example', ['bob@b.example'], { from: 'ann@a.example', to: ['bob@b.example'] }],
    ['ann@A.example', ['"b b"@[192.0.2.1]'], { from: 'ann@A.example', to: ['"b b"@[192.0.2.1]'] }],
    [
      'ann@bücher.example',
      ['bob@例え.テスト', 'x@b.example'],
      { from: 'ann@xn--bcher-kva.example', to: ['bob@xn--r8jz45g.xn--zckzah', 'x@b.example'] },
    ],
    [
      'ann@BÜCHER.example',
      ['bob@faß.example'],
      { from: 'ann@xn--bcher-kva.example', to: ['bob@xn--fa-hia.example'] },
    ],
    [
      'ann@a.example',
      ['bob@bu\u0308cher.example'],
      { from: 'ann@a.example', to: ['bob@xn--bcher-kva.example'] },
    ],
  ];
  for (const [from, to, envelope] of converted) {
    test(`${from} to ${to.join(', ')}`, () => {
      assert.deepEqual(forServer({ from, to }, { smtputf8: false }), { ok: true, envelope });
    });
  }

  test('a non-ASCII local part of the originator is refused', () => {
    assert.deepEqual(forServer({ from: 'jürgen@a.example', to: ['jürgen@b.example'] }, { smtputf8: false }), {
      ok: false,
      refusal: { command: 'MAIL FROM', parameter: 'jürgen@a.example', reply: REPLY },
    });
  });

  test('the first non-ASCII local part of a recipient is refused', () => {
    const to = ['bob@bücher.example', 'jürgen@bücher.example', 'j\u00e4n@b.example'];
    assert.deepEqual(forServer({ from: 'ann@a.example', to }, { smtputf8: false }), {
      ok: false,
      refusal: { command: 'RCPT TO', parameter: 'jürgen@bücher.example', reply: REPLY },
    });
  });
});

test('an envelope for a server with SMTPUTF8 stays as it is', () => {
  const envelope = { from: 'jürgen@bücher.example', to: ['用户@例子.广告', 'bob@b.example'] };
  assert.deepEqual(forServer(envelope, { smtputf8: true }), { ok: true, envelope });
});
