import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { formatIp } from '../../src/ip-address.js';
import { crc32c } from '../../src/proxy-protocol/crc32c.js';
import type { HeaderFault, HeaderRead } from '../../src/proxy-protocol/header.js';
import { readHeader } from '../../src/proxy-protocol/parse.js';
import { IPV4, IPV6, SIGNATURE, ssl, tlv, v2, withChecksum } from './headers.js';

/** `source > destination`, and what is said of TLS. */
function summary(read: HeaderRead): string {
  if (read.kind !== 'header') return read.kind === 'more' ? 'more' : read.cause;
  if (read.proxied === undefined) return 'own';
  const { source, destination, tls } = read.proxied;
  const text = `${formatIp(source.ip)} ${source.port} > ${formatIp(destination.ip)} ${destination.port}`;
  const said = tls && [tls.version, tls.cipher, tls.serverName ?? '-', tls.commonName ?? '-'].join(' ');
  return said === undefined ? text : `${text} ${said}`;
}

const IPV6_FULL = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff';
const OVER_IPV4 = '192.0.2.66 40000 > 203.0.113.7 993';
const OVER_IPV6 = '2001:db8::66 40000 > 2001:db8::7 993';
const TLS13 = 'TLSv1.3 TLS_AES_256_GCM_SHA384';
const line = (text: string): Buffer => Buffer.from(`${text}\r\n`, 'latin1');

const headers: readonly (readonly [name: string, header: Buffer, meaning: string])[] = [
  ['v1 IPv4', line('PROXY TCP4 192.0.2.66 203.0.113.7 40000 993'), OVER_IPV4],
  ['v1 IPv6', line('PROXY TCP6 2001:DB8::66 2001:db8:0::7 40000 993'), OVER_IPV6],
  [
    'v1 IPv4 in IPv6',
    line('PROXY TCP6 ::ffff:192.0.2.66 ::ffff:203.0.113.7 0 65535'),
    '192.0.2.66 0 > 203.0.113.7 65535',
  ],
  [
    'v1, the longest',
    line(`PROXY TCP6 ${IPV6_FULL} ${IPV6_FULL} 65535 65535`),
    `${IPV6_FULL} 65535 > ${IPV6_FULL} 65535`,
  ],
  ['v1 UNKNOWN', line('PROXY UNKNOWN'), 'own'],
  ['v1 UNKNOWN, the longest', line(`PROXY UNKNOWN ${IPV6_FULL} ${IPV6_FULL} 65535 65535`), 'own'],
  ['v2 IPv4', v2(0x21, 0x11, IPV4), OVER_IPV4],
  ['v2 IPv6', v2(0x21, 0x21, IPV6), OVER_IPV6],
  ['v2 LOCAL', v2(0x20, 0x00), 'own'],
  ['v2 LOCAL, with anything in it', v2(0x20, 0xff, Buffer.alloc(300, 7)), 'own'],
  ['v2 AF_UNSPEC', v2(0x21, 0x00), 'own'],
  ['v2 AF_UNSPEC, with anything in it', v2(0x21, 0x01, Buffer.alloc(9, 7)), 'own'],
  ['v2 AF_UNIX', v2(0x21, 0x31, Buffer.alloc(216)), 'own'],
  ['v2 with fields nobody knows', v2(0x21, 0x11, IPV4, tlv(4, ''), tlv(0xea, 'vpce')), OVER_IPV4],
  ['v2, the longest', v2(0x21, 0x11, IPV4, tlv(4, Buffer.alloc(4096 - 16 - 12 - 3))), OVER_IPV4],
  ['v2 with TLS', v2(0x21, 0x11, IPV4, ssl()), `${OVER_IPV4} ${TLS13} - -`],
  [
    'v2 with TLS, server name and certificate',
    v2(0x21, 0x21, IPV6, tlv(2, 'mail.example.org'), ssl('anna')),
    `${OVER_IPV6} ${TLS13} mail.example.org anna`,
  ],
  [
    'v2 with a certificate that was not verified',
    v2(0x21, 0x11, IPV4, tlv(0x20, Buffer.concat([Buffer.of(3, 0, 0, 0, 1), tlv(0x22, 'eve')]))),
    `${OVER_IPV4}   - -`,
  ],
  ['v2 without TLS at the client', v2(0x21, 0x11, IPV4, tlv(0x20, Buffer.of(0, 0, 0, 0, 0))), OVER_IPV4],
  ['v2 with a checksum', withChecksum(v2(0x21, 0x11, IPV4, ssl())), `${OVER_IPV4} ${TLS13} - -`],
];

describe('a header, alone and with octets behind it, and none before its last octet', () => {
  for (const [name, header, meaning] of headers) {
    test(name, () => {
      for (const behind of ['', 'a', 'a LOGIN anna secret\r\n', '\x16\x03\x01']) {
        const read = readHeader(Buffer.concat([header, Buffer.from(behind, 'latin1')]));
        assert.equal(summary(read), meaning);
        assert.equal(read.kind === 'header' && read.length, header.length);
      }
      for (let length = 0; length < header.length; length++) {
        assert.equal(summary(readHeader(header.subarray(0, length))), 'more', `${length} octets`);
      }
    });
  }
});

const v1Faults: readonly string[] = [
  ...['PROXY ', 'PROXY', 'PROXY TCP4', 'PROXY TCP5 192.0.2.66 203.0.113.7 1 2', 'PROXY UNKNOWNX'],
  ...['PROXY tcp4 192.0.2.66 203.0.113.7 1 2', 'PROXY UDP4 192.0.2.66 203.0.113.7 1 2'],
  ...['PROXY TCP4 192.0.2.66 203.0.113.7 1', 'PROXY TCP4 192.0.2.66 203.0.113.7 1 2 3'],
  ...['PROXY TCP4  192.0.2.66 203.0.113.7 1 2', 'PROXY TCP4 192.0.2.66 203.0.113.7 1 2 '],
  ...['PROXY TCP4 192.0.2.66\t203.0.113.7 1 2', 'PROXY TCP4 192.0.2.66 203.0.113.7 1 2\0'],
  ...['PROXY TCP4 192.0.2.666 203.0.113.7 1 2', 'PROXY TCP4 192.0.2 203.0.113.7 1 2'],
  ...['PROXY TCP4 192.0.2.066 203.0.113.7 1 2', 'PROXY TCP4 2001:db8::1 2001:db8::2 1 2'],
  ...['PROXY TCP6 192.0.2.66 203.0.113.7 1 2', 'PROXY TCP6 2001:db8::1 203.0.113.7 1 2'],
  ...['PROXY TCP6 fe80::1%eth0 fe80::2 1 2', 'PROXY TCP6 2001:db8::1::2 2001:db8::2 1 2'],
  ...['PROXY TCP4 192.0.2.66 203.0.113.7 65536 2', 'PROXY TCP4 192.0.2.66 203.0.113.7 1 99999'],
  ...['PROXY TCP4 192.0.2.66 203.0.113.7 01 2', 'PROXY TCP4 192.0.2.66 203.0.113.7 -1 2'],
  ...['PROXY TCP4 192.0.2.66 203.0.113.7 1\r 2', 'PROXY UNKNOWN\r'],
];

const faults: readonly (readonly [name: string, octets: Buffer, cause: HeaderFault])[] = [
  ...v1Faults.map(
    (text) =>
      [JSON.stringify(text), line(text), text === 'PROXY' ? 'not-proxy-protocol' : 'malformed'] as const,
  ),
  ['v1 without CR', Buffer.from('PROXY TCP4 192.0.2.66 203.0.113.7 1 2\n'), 'malformed'],
  ['v1 UNKNOWN without CR', Buffer.from('PROXY UNKNOWN\n'), 'malformed'],
  ['v1 of 108 octets', line(`PROXY UNKNOWN ${'x'.repeat(92)}`), 'too-long'],
  ['v1 without an end', Buffer.from(`PROXY UNKNOWN ${'x'.repeat(93)}`), 'too-long'],
  ['an IMAP command', line('a LOGIN anna secret'), 'not-proxy-protocol'],
  ['lower case', line('proxy UNKNOWN'), 'not-proxy-protocol'],
  ['a ClientHello', Buffer.from('160301', 'hex'), 'not-proxy-protocol'],
  ['an octet', Buffer.of(0), 'not-proxy-protocol'],
  ['an empty line', Buffer.from('\r\n\r\n\r\n'), 'not-proxy-protocol'],
  ['v2 of version 1', v2(0x11, 0x11, IPV4), 'malformed'],
  ['v2 of version 3', v2(0x31, 0x11, IPV4), 'malformed'],
  ['v2 with an unknown command', v2(0x22, 0x11, IPV4), 'malformed'],
  ['v2 with an unknown family', v2(0x21, 0x41, IPV4), 'malformed'],
  ['v2 with an unknown transport', v2(0x21, 0x13, IPV4), 'malformed'],
  ['v2 over UDP', v2(0x21, 0x12, IPV4), 'not-tcp'],
  ['v2 over UDP and IPv6', v2(0x21, 0x22, IPV6), 'not-tcp'],
  ['v2 over nothing that is said', v2(0x21, 0x10, IPV4), 'not-tcp'],
  ['v2 with short IPv4 addresses', v2(0x21, 0x11, IPV4.subarray(1)), 'malformed'],
  ['v2 with short IPv6 addresses', v2(0x21, 0x21, IPV6.subarray(1)), 'malformed'],
  ['v2 with short AF_UNIX addresses', v2(0x21, 0x31, Buffer.alloc(215)), 'malformed'],
  ['v2 with half a field', v2(0x21, 0x11, IPV4, Buffer.of(4, 0)), 'malformed'],
  ['v2 with a field beyond its end', v2(0x21, 0x11, IPV4, Buffer.of(4, 0, 1)), 'malformed'],
  ['v2 with a short TLS field', v2(0x21, 0x11, IPV4, tlv(0x20, Buffer.of(1, 0, 0, 0))), 'malformed'],
  [
    'v2 with a broken field in the TLS field',
    v2(0x21, 0x11, IPV4, tlv(0x20, Buffer.of(1, 0, 0, 0, 0, 1))),
    'malformed',
  ],
  ['v2 with a wrong checksum', withChecksum(v2(0x21, 0x11, IPV4), 1), 'bad-checksum'],
  ['v2 with a short checksum', v2(0x21, 0x11, IPV4, tlv(3, Buffer.alloc(3))), 'bad-checksum'],
  ['v2 of 4097 octets', v2(0x20, 0, Buffer.alloc(4096 - 15)), 'too-long'],
  ['v2 that announces 64 KiB', Buffer.concat([SIGNATURE, Buffer.of(0x21, 0x11, 0xff, 0xff)]), 'too-long'],
];

describe('what is no header is refused, and not accepted by any part of it', () => {
  for (const [name, octets, cause] of faults) {
    test(name, () => {
      assert.equal(summary(readHeader(octets)), cause);
      for (let length = 0; length < octets.length; length++) {
        const early = summary(readHeader(octets.subarray(0, length)));
        assert.ok(
          early === 'more' || early === cause || early === 'not-proxy-protocol',
          `${length}: ${early}`,
        );
      }
    });
  }
});

describe('whatever comes', () => {
  const mutated = fc
    .tuple(fc.constantFrom(...headers.map(([, header]) => header)), fc.nat(), fc.nat(255), fc.nat())
    .map(([header, at, octet, length]) => {
      const copy = Buffer.from(header);
      copy[at % copy.length] = octet;
      return copy.subarray(0, copy.length - (length % 3));
    });
  const random = fc
    .tuple(
      fc.constantFrom(Buffer.alloc(0), Buffer.from('PROXY TCP4 '), SIGNATURE),
      fc.uint8Array({ maxLength: 400 }),
    )
    .map(([start, rest]) => Buffer.concat([start, rest]));

  test('it does not throw, and is decided once 4096 octets are there', () => {
    fc.assert(
      fc.property(fc.oneof(mutated, random), (octets) => {
        const read = readHeader(octets);
        if (read.kind === 'header') assert.ok(read.length <= Math.min(octets.length, 4096));
        const more = readHeader(Buffer.concat([octets, Buffer.alloc(4096)]));
        assert.notEqual(more.kind, 'more');
        if (read.kind !== 'more') assert.deepEqual(more, read);
      }),
      { seed: 1, numRuns: 5000 },
    );
  });
});

test('CRC-32C of the examples in RFC 3720 B.4', () => {
  assert.equal(crc32c(Buffer.alloc(32)), 0x8a9136aa);
  assert.equal(crc32c(Buffer.alloc(32, 0xff)), 0x62a8ab43);
  assert.equal(crc32c(Buffer.from([...Array(32).keys()])), 0x46dd794e);
  assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283);
});
