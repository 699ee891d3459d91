import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadConfig } from '../../src/config/load.js';
import type { Flags } from '../../src/config/sources.js';
import { type Certificate, certificates, issueCertificate } from '../support/certs.js';
import { place, placeFile, refuses } from './refusals.js';

const { ca, server, untrusted } = await certificates();
const listen = 'imaps://127.0.0.1:0';

const files: Record<string, Certificate> = {};
for (const [name, altNames, key] of [
  ['both', 'DNS:Mail.example.org,DNS:imap.example.org,IP:192.0.2.1', 'ec'],
  ['mail', 'DNS:mail.example.org', 'ec'],
  ['mail-rsa', 'DNS:mail.example.org', 'rsa'],
  ['wild', 'DNS:*.example.org', 'ec'],
  ['nameless', 'IP:192.0.2.1', 'rsa'],
] as const) {
  const issued = await issueCertificate({ altNames, days: 2, key });
  files[name] = {
    ...issued,
    certFile: placeFile(`${name}.pem`, issued.cert),
    keyFile: placeFile(`${name}.key`, issued.key),
  };
}

function chosen(...names: readonly string[]): Flags {
  return {
    listen,
    'tls-cert': names.map((name) => place(`${name}.pem`)),
    'tls-key': names.map((name) => place(`${name}.key`)),
  };
}

function identityOf(flags: Flags) {
  const { tls } = loadConfig(flags, {}).listeners[0];
  assert.ok(tls.mode !== 'none');
  return tls;
}

describe('several certificates', () => {
  test('each has its names, in lower case, and the type of its key; each the key at its place', () => {
    const { certificates: found } = identityOf(chosen('both', 'mail-rsa', 'wild'));
    assert.deepEqual(
      found.map(({ names, keyType }) => [names, keyType]),
      [
        [['mail.example.org', 'imap.example.org'], 'ec'],
        [['mail.example.org'], 'rsa'],
        [['*.example.org'], 'ec'],
      ],
    );
    assert.deepEqual(
      found.map(({ chain, key }) => [chain, key.reveal()]),
      [files['both'], files['mail-rsa'], files['wild']].map((file) => [file?.cert, file?.key]),
    );
  });

  test('a config file names them beside it', () => {
    const config = placeFile(
      'several.yaml',
      'tls-cert: [mail.pem, wild.pem]\ntls-key: [mail.key, wild.key]\n',
    );
    assert.equal(identityOf({ config }).certificates.length, 2);
  });

  test('one without a name can be the first: it is what clients get that ask for none', () => {
    assert.equal(identityOf(chosen('nameless', 'mail')).certificates.length, 2);
  });
});

test('without tls-key, the key is in the file of the certificate, and not in the chain', () => {
  const file = placeFile('combined.pem', `${server.key}${server.cert}${ca.cert}`);
  const [own] = identityOf({ listen, 'tls-cert': file }).certificates;
  assert.equal(own.chain, server.cert + ca.cert);
  assert.equal(own.key.reveal(), server.key);
});

test('what is around PEM may be in any encoding', () => {
  const words = Buffer.from('Autoridad de Certificaci\u00f3n\n', 'latin1');
  const among = (name: string, pem: string) =>
    placeFile(name, Buffer.concat([words, Buffer.from(pem), words]));
  const flags = { 'tls-cert': among('words.pem', server.cert), 'tls-key': among('words.key', server.key) };
  const { certificates: found } = identityOf({ listen, ...flags });
  assert.equal(found[0]?.chain, server.cert);
  const authorities = { upstream: 'imaps://mail.example.org', 'upstream-ca': among('words-ca.pem', ca.cert) };
  assert.equal(loadConfig(authorities, {}).upstream.tls.mode, 'implicit');
});

describe('certificates of clients', () => {
  const withCa = { ...chosen('mail'), 'tls-client-ca': ca.certFile };
  for (const [name, flags, clients] of [
    ['are not asked for', chosen('mail'), { kind: 'none' }],
    ['are required', withCa, { kind: 'required', authorities: ca.cert }],
    ['are required', { ...withCa, 'tls-client-auth': 'require' }, { kind: 'required', authorities: ca.cert }],
    [
      'are optional',
      { ...withCa, 'tls-client-auth': 'optional' },
      { kind: 'optional', authorities: ca.cert },
    ],
  ] as const) {
    test(`${name} with ${JSON.stringify(Object.keys(flags).slice(3))}`, () => {
      assert.deepEqual(identityOf(flags).clients, clients);
    });
  }
});

const noUse = 'a name, or a type of key for a name, that no certificate before it has';
const otherKey = placeFile('other.key', untrusted.key);
const plain = { ...chosen('mail'), listen: [listen, 'imap://127.0.0.1:0'] };

refuses([
  [{ flags: chosen('both', 'mail') }, `tls-cert: expected ${noUse}, given "%/mail.pem" (--tls-cert)`],
  [{ flags: chosen('mail', 'nameless') }, `tls-cert: expected ${noUse}, given "%/nameless.pem" (--tls-cert)`],
  [
    { flags: { ...chosen('mail', 'wild'), 'tls-key': [place('mail.key'), otherKey] } },
    'tls-key: expected the key that fits the first certificate of tls-cert, given "%/other.key" (--tls-key)',
  ],
  [
    { flags: { ...chosen('mail', 'missing'), 'tls-key': [place('mail.key'), otherKey] } },
    'tls-cert: expected a readable file (no such file or directory), given "%/missing.pem" (--tls-cert)',
  ],
  [
    { flags: { listen, 'tls-cert': place('mail.pem') } },
    'tls-cert: expected tls-key beside it, or a PEM private key without a passphrase in the same file, given "%/mail.pem" (--tls-cert)',
  ],
  [
    { flags: { ...chosen('mail'), 'tls-client-auth': 'require' } },
    'tls-client-auth: expected tls-client-ca beside it, given "require" (--tls-client-auth)',
  ],
  [
    { flags: { ...chosen('mail'), 'tls-client-ca': otherKey } },
    'tls-client-ca: expected a file of PEM certificates, given "%/other.key" (--tls-client-ca)',
  ],
  [
    { flags: { ...plain, 'tls-client-ca': ca.certFile } },
    'listen: expected imaps:// alone with tls-client-ca, or tls-client-auth optional, given "imaps://127.0.0.1:0, imap://127.0.0.1:0" (--listen)',
  ],
]);
