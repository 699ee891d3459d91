import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createTlsServer, type ServerCertificate, type TlsServer } from '../../src/relay/tls-server.js';
import { issueCertificate } from '../support/certs.js';

const [ec, rsa, other] = await Promise.all([
  issueCertificate({ altNames: 'DNS:x', days: 2 }),
  issueCertificate({ altNames: 'DNS:x', days: 2, key: 'rsa' }),
  issueCertificate({ altNames: 'DNS:x', days: 2 }),
]);

/** The names are those that are said, whatever the certificate has. */
function holding(...all: readonly (readonly [keyType: 'ec' | 'rsa', ...names: string[]])[]): TlsServer {
  const [first, ...rest] = all.map(([keyType, ...names], index): ServerCertificate => {
    const { cert, key } = keyType === 'rsa' ? rsa : index === 0 ? ec : other;
    return { chain: cert, key, names, keyType };
  });
  return createTlsServer({ certificates: [first as ServerCertificate, ...rest], clientCertificate: 'none' });
}

describe('which certificates a name is shown', () => {
  const server = holding(
    ['ec', 'a.test', 'b.test'],
    ['ec', '*.test', 'c.b.test'],
    ['ec', 'd.test', 'a.test'],
  );
  const [first, second, third] = ['a.test', 'z.test', 'd.test'].map((name) => server.context(name));

  for (const [name, context] of [
    ['a.test', first],
    ['b.test', first],
    ['c.test', second],
    ['c.b.test', second],
    ['d.test', third],
    ['x.c.test', first],
    ['.test', first],
    ['test', first],
    ['*.test', second],
    ['', first],
    ['other.example', first],
    ['__proto__', first],
  ] as const) {
    test(name === '' ? 'none' : name, () => {
      assert.ok(first !== second && second !== third);
      assert.equal(server.context(name), context);
    });
  }

  test('none asked for: the first', () => {
    assert.equal(server.context(), first);
  });
});

describe('whether the name has to be known before the handshake', () => {
  for (const [title, server, byName] of [
    ['one certificate', holding(['ec', 'a.test', '*.test']), false],
    [
      'two types of key for the same names',
      holding(['ec', 'a.test', 'b.test'], ['rsa', 'b.test', 'a.test']),
      false,
    ],
    ['two names', holding(['ec', 'a.test'], ['ec', 'b.test']), true],
    [
      'a second type of key for one name of two',
      holding(['ec', 'a.test', 'b.test'], ['rsa', 'b.test']),
      true,
    ],
    ['a first certificate without a name', holding(['rsa'], ['ec', 'a.test']), true],
  ] as const) {
    test(`${title}: ${byName ? 'yes' : 'no'}`, () => {
      assert.equal(server.byName, byName);
    });
  }
});
