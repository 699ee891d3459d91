import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { suite, test } from 'node:test';
import { Transmission, type Transmitted } from '../../../src/send/message/transmission.js';

interface Sent {
  readonly octets: string;
  readonly result: Transmitted;
}

/** Octets as Latin-1 text. Each chunk is overwritten after its push, as the reader of a socket does. */
function transmit(chunks: readonly Buffer[], headerLimit?: number): Sent {
  const transmission = new Transmission(headerLimit);
  let octets = '';
  const emit = (slice: Buffer) => {
    octets += slice.toString('latin1');
  };
  for (const chunk of chunks) {
    const lent = Buffer.from(chunk);
    transmission.push(lent, emit);
    lent.fill('#');
  }
  return { result: transmission.end(emit), octets };
}

const send = (stored: string, headerLimit?: number) => transmit([Buffer.from(stored, 'latin1')], headerLimit);

const table: readonly [name: string, stored: string, transmitted: string][] = [
  ['a plain message', 'To: b\r\n\r\nHi\r\n', 'To: b\r\n\r\nHi\r\n'],
  ['nothing', '', ''],
  ['an empty line only', '\r\n', '\r\n'],
  ['a body without a header', '\r\nBcc: x\r\n', '\r\nBcc: x\r\n'],
  ['a header without a body', 'To: b\r\nBcc: x\r\n', 'To: b\r\n'],
  ['a header without a line end', 'Bcc: x\r\nTo: b', 'To: b\r\n'],
  ['a header without a line end, Bcc last', 'To: b\r\nBcc: x', 'To: b\r\n'],
  ['a header that ends in CR', 'To: b\r', 'To: b\r\n'],
  ['Bcc fields only', 'Bcc: x\r\nBcc: y\r\n\r\nHi\r\n', '\r\nHi\r\n'],
  [
    'Bcc around other fields',
    'Bcc: x\r\nTo: b\r\nbcc : y\r\n z\r\nCc: c\r\nBCC:\r\n\r\n',
    'To: b\r\nCc: c\r\n\r\n',
  ],
  ['Resent-Bcc', 'Resent-Bcc: x\r\nTo: b\r\nRESENT-BCC\t: y\r\n\r\n', 'To: b\r\n\r\n'],
  ['Bcc behind a line that is no field', 'To: b\r\nfoo\r\nBcc: x\r\n\r\n', 'To: b\r\nfoo\r\n\r\n'],
  ['Bcc behind a bare CR', 'To: b\rBcc: x\r\n\r\n', 'To: b\r\n\r\n'],
  ['Bcc behind a bare LF', 'To: b\nBcc: x\n y\n\nHi\n', 'To: b\r\n\r\nHi\r\n'],
  ['Bcc behind an mbox separator', 'From x@y\r\nBcc: x\r\nTo: b\r\n\r\n', 'From x@y\r\nTo: b\r\n\r\n'],
  ['Bcc in the body', 'To: b\r\n\r\nBcc: x\r\n\r\nBcc: x\r\n', 'To: b\r\n\r\nBcc: x\r\n\r\nBcc: x\r\n'],
  ['an empty line of bare line ends', 'To: b\r\rBcc: x\r', 'To: b\r\n\r\nBcc: x\r\n'],
  ['CR CR LF', 'To: b\r\n\r\na\r\r\nb\r\n', 'To: b\r\n\r\na\r\n\r\nb\r\n'],
  ['LF CR', 'To: b\r\n\r\na\n\rb\r\n', 'To: b\r\n\r\na\r\n\r\nb\r\n'],
  [
    'smuggling by bare LF',
    'To: b\r\n\r\na\n.\nMAIL FROM:<x>\r\n',
    'To: b\r\n\r\na\r\n.\r\nMAIL FROM:<x>\r\n',
  ],
  ['smuggling by bare CR', 'To: b\r\n\r\na\r.\rQUIT\r', 'To: b\r\n\r\na\r\n.\r\nQUIT\r\n'],
  ['no final line end', 'To: b\r\n\r\nHi', 'To: b\r\n\r\nHi\r\n'],
  [
    'blanks at line ends, tabs, form feeds',
    'To: b \r\n\r\n a\t \r\n\f\r\n\r\n',
    'To: b \r\n\r\n a\t \r\n\f\r\n\r\n',
  ],
  ['dots at line starts', 'To: b\r\n\r\n.\r\n..a\r\n', 'To: b\r\n\r\n.\r\n..a\r\n'],
];

suite('transmitted octets', () => {
  for (const [name, stored, transmitted] of table) {
    test(`${name}: in every split and pair of splits`, () => {
      const octets = Buffer.from(stored, 'latin1');
      const whole = transmit([octets]);
      assert.equal(whole.octets, transmitted);
      assert.equal(whole.result.kind === 'complete' && whole.result.size, transmitted.length);
      for (let first = 0; first <= octets.length; first++) {
        for (let second = first; second <= octets.length; second++) {
          const chunks = [octets.subarray(0, first), octets.subarray(first, second), octets.subarray(second)];
          assert.deepEqual(transmit(chunks), whole, `split at ${first} and ${second}`);
        }
      }
    });
  }

  test('a chunk with regular line ends is passed on as it is, without a copy', () => {
    const transmission = new Transmission();
    transmission.push(Buffer.from('To: b\r\n\r\n'), () => {});
    for (const text of ['a line\r\nanother\r\n', 'no line end', '\r\n\r\n', ' 8 bit \xff\r\n']) {
      const chunk = Buffer.from(text, 'latin1');
      const slices: Buffer[] = [];
      transmission.push(chunk, (slice) => slices.push(slice));
      assert.deepEqual(
        slices.map((slice) => slice === chunk),
        [true],
        text,
      );
    }
  });
});

suite('what is told of a message', () => {
  test('the header with its Bcc, the sizes, the digest of the stored octets', () => {
    const stored = 'To: b\nBcc: x\r\n\r\nHi';
    assert.deepEqual(send(stored).result, {
      kind: 'complete',
      header: Buffer.from('To: b\r\nBcc: x\r\n'),
      size: 'To: b\r\n\r\nHi\r\n'.length,
      eightBit: false,
      utf8Header: false,
      digest: createHash('sha256').update(stored).digest('hex'),
      storedSize: stored.length,
    });
  });

  const flags: readonly [name: string, stored: string, eightBit: boolean, utf8Header: boolean][] = [
    ['7-bit', 'To: b\r\n\r\nHi\r\n', false, false],
    ['8-bit body', 'To: b\r\n\r\n\xff\r\n', true, false],
    ['UTF-8 header', 'Subject: \xc3\xbc\r\n\r\nHi\r\n', true, true],
    ['Latin-1 header', 'Subject: \xfc\r\n\r\nHi\r\n', true, false],
    ['UTF-8 and Latin-1 in one header', 'Subject: \xc3\xbc\r\nX: \xfc\r\n\r\n', true, false],
    ['UTF-8 in a header without a body', 'Subject: \xc3\xbc', true, true],
    ['UTF-8 in Bcc only', 'To: b\r\nBcc: \xc3\xbc\r\n\r\nHi\r\n', false, false],
  ];
  for (const [name, stored, eightBit, utf8Header] of flags) {
    test(name, () => {
      const { result } = send(stored);
      assert.ok(result.kind === 'complete');
      assert.deepEqual([result.eightBit, result.utf8Header], [eightBit, utf8Header]);
    });
  }
});

suite('messages that cannot be sent', () => {
  const nul = { command: 'DATA', parameter: '', reply: '554 5.6.0 The message contains NUL octets' };
  for (const stored of [
    '\0',
    'To: b\0\r\n\r\n',
    'Bcc: \0\r\n\r\n',
    'To: b\r\n\r\nHi\0',
    'To: b\r\n\r\n\0Hi\r\n',
  ]) {
    test(`NUL in ${JSON.stringify(stored)}`, () => {
      assert.deepEqual(send(stored).result, { kind: 'refused', refusal: nul });
    });
  }

  test('nothing is emitted after a NUL', () => {
    assert.equal(
      transmit([Buffer.from('To: b\r\n\r\n'), Buffer.from('\0'), Buffer.from('more')]).octets,
      'To: b\r\n\r\n',
    );
  });

  const tooLarge = {
    command: 'DATA',
    parameter: '',
    reply: '552 5.3.4 The header of the message is too large',
  };
  const header = 'To: b\r\nCc: c\r\n';
  const limits: readonly [name: string, stored: string, limit: number, kind: Transmitted['kind']][] = [
    ['at the limit', `${header}\r\nHi\r\n`, header.length, 'complete'],
    ['one over', `${header}\r\nHi\r\n`, header.length - 1, 'refused'],
    ['at the limit, no body', header, header.length, 'complete'],
    ['one over, no body', header, header.length - 1, 'refused'],
    ['a body over the limit', `${header}\r\n${'x'.repeat(100)}`, header.length, 'complete'],
    ['a line that does not end', 'x'.repeat(100), 99, 'refused'],
  ];
  for (const [name, stored, limit, kind] of limits) {
    test(`header size: ${name}`, () => {
      for (const { result } of [
        send(stored, limit),
        transmit(
          [...stored].map((octet) => Buffer.from(octet)),
          limit,
        ),
      ]) {
        assert.equal(result.kind, kind);
        if (result.kind === 'refused') assert.deepEqual(result.refusal, tooLarge);
      }
    });
  }

  test('a line without end is not collected beyond the limit', () => {
    const transmission = new Transmission();
    const before = process.memoryUsage().arrayBuffers;
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    for (let count = 0; count < 64; count++) transmission.push(chunk, () => assert.fail('emitted'));
    assert.ok(process.memoryUsage().arrayBuffers - before < 16 * 1024 * 1024);
    assert.deepEqual(
      transmission.end(() => {}),
      { kind: 'refused', refusal: tooLarge },
    );
  });
});
