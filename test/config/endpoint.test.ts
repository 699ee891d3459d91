import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatEndpoint, IMAP, isLoopback, parseEndpoint, SUBMISSION } from '../../src/config/endpoint.js';

const same = true;
const roundTrips: readonly [given: string, formatted: string | typeof same][] = [
  ['imap://127.0.0.1:1143', same],
  ['imaps://0.0.0.0:993', same],
  ['imap://[::1]:143', same],
  ['imaps://[fe80::1%eth0]:993', same],
  ['imap://mail.example.org:65535', same],
  ['imap://localhost:0', same],
  ['imap://dovecot_backend:143', same],
  ['imap://mail.example.org', 'imap://mail.example.org:143'],
  ['imaps://mail.example.org/', 'imaps://mail.example.org:993'],
  ['IMAP://Mail.Example.ORG:143', 'imap://mail.example.org:143'],
  ['imaps://bücher.example:993', 'imaps://xn--bcher-kva.example:993'],
  ['imap://127.1:143', 'imap://127.0.0.1:143'],
];

for (const [given, formatted] of roundTrips) {
  test(`${given} is understood, and what is formatted from it too`, () => {
    const expected = formatted === same ? given : formatted;
    const endpoint = parseEndpoint(given, IMAP);
    assert.ok(endpoint);
    assert.equal(formatEndpoint(endpoint), expected);
    assert.deepEqual(parseEndpoint(expected, IMAP), endpoint);
  });
}

test('the scheme says whether TLS is there from the start, and gives the port', () => {
  assert.deepEqual(parseEndpoint('smtp://[::1]', SUBMISSION), {
    scheme: 'smtp',
    secure: false,
    host: '::1',
    port: 587,
  });
  assert.deepEqual(parseEndpoint('smtps://h', SUBMISSION), {
    scheme: 'smtps',
    secure: true,
    host: 'h',
    port: 465,
  });
});

const refused = [
  '',
  'mail.example.org',
  'mail.example.org:143',
  'smtp://mail.example.org',
  'imap:mail.example.org',
  'imap://',
  'imap://:143',
  'imap://h:65536',
  'imap://h:',
  'imap://h:143x',
  'imap://h:-1',
  'imap://user@h',
  'imap://user:pass@h:143',
  'imap://h/INBOX',
  'imap://h?x=1',
  'imap://h#x',
  'imap://::1:143',
  'imap://[127.0.0.1]:143',
  'imap://[::1',
  'imap://a..b',
  'imap://-.h h',
  'imap://256.1.1.1',
  'imap://*:143',
  ' imap://h',
  'imap://h\n',
  'toString://h',
];

for (const text of refused) {
  test(`${JSON.stringify(text)} is no endpoint`, () => assert.equal(parseEndpoint(text, IMAP), undefined));
}

const hosts: Record<string, boolean> = {
  localhost: true,
  '127.0.0.1': true,
  '127.255.255.254': true,
  '::1': true,
  '0:0:0:0:0:0:0:1': true,
  '::1%lo': true,
  '::ffff:127.0.0.1': true,
  '::ffff:7f00:1': true,
  '::ffff:192.0.2.1': false,
  '::ffff:7f:1': false,
  '0.0.0.0': false,
  '::': false,
  '192.0.2.1': false,
  '10.127.0.1': false,
  '127.example.org': false,
  'localhost.example.org': false,
};

for (const [host, loopback] of Object.entries(hosts)) {
  test(`${host} is ${loopback ? '' : 'not surely '}loopback`, () => assert.equal(isLoopback(host), loopback));
}
