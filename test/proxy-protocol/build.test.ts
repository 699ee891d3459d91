import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ipAddress, parseIp } from '../../src/ip-address.js';
import type { ProxiedConnection, ProxiedTls, SocketAddress } from '../../src/proxy-protocol/header.js';
import { readHeader } from '../../src/proxy-protocol/parse.js';
import { buildV1 } from '../../src/proxy-protocol/v1.js';
import { buildV2 } from '../../src/proxy-protocol/v2.js';
import { IPV4, IPV6, ssl, tlv, v2 } from './headers.js';

const at = (ip: string, port: number): SocketAddress => ({ ip: parseIp(ip) as Uint8Array, port });
const ipv4: ProxiedConnection = { source: at('192.0.2.66', 40000), destination: at('203.0.113.7', 993) };
const ipv6: ProxiedConnection = { source: at('2001:db8::66', 40000), destination: at('2001:db8::7', 993) };
const mixed: ProxiedConnection = { source: at('192.0.2.66', 1), destination: at('2001:db8::7', 2) };
const tls: ProxiedTls = { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' };

describe('what is sent, to the octet', () => {
  const mapped = Buffer.from(
    '00000000000000000000ffffc000024220010db800000000000000000000000700010002',
    'hex',
  );
  const table: readonly (readonly [name: string, sent: Buffer, header: Buffer | string])[] = [
    ['v1 IPv4', buildV1(ipv4), 'PROXY TCP4 192.0.2.66 203.0.113.7 40000 993\r\n'],
    ['v1 IPv6', buildV1(ipv6), 'PROXY TCP6 2001:db8::66 2001:db8::7 40000 993\r\n'],
    ['v1, both', buildV1(mixed), 'PROXY TCP6 ::ffff:192.0.2.66 2001:db8::7 1 2\r\n'],
    ['v1, nobody knows', buildV1(undefined), 'PROXY UNKNOWN\r\n'],
    ['v2 IPv4', buildV2(ipv4), v2(0x21, 0x11, IPV4)],
    ['v2 IPv6', buildV2(ipv6), v2(0x21, 0x21, IPV6)],
    ['v2, both', buildV2(mixed), v2(0x21, 0x21, mapped)],
    ['v2, nobody knows', buildV2(undefined), v2(0x21, 0x00)],
    ['v2 with TLS', buildV2({ ...ipv4, tls }), v2(0x21, 0x11, IPV4, ssl())],
    [
      'v2 with TLS, server name and certificate',
      buildV2({ ...ipv4, tls: { ...tls, serverName: 'mail.example.org', commonName: 'anna' } }),
      v2(0x21, 0x11, IPV4, tlv(2, 'mail.example.org'), ssl('anna')),
    ],
    ['v1 says nothing of TLS', buildV1({ ...ipv4, tls }), 'PROXY TCP4 192.0.2.66 203.0.113.7 40000 993\r\n'],
  ];
  for (const [name, sent, header] of table) {
    test(name, () => assert.deepEqual(sent, Buffer.from(header)));
  }

  test('names that are too long are left out: Dovecot reads 1500 octets at most', () => {
    const long = 'x'.repeat(10_000);
    const names = { version: long, cipher: long, serverName: long, commonName: long };
    assert.ok(buildV2({ ...ipv6, tls: names }).length < 100);
    const edge = 'x'.repeat(255);
    const most = { version: edge, cipher: edge, serverName: edge, commonName: edge };
    assert.ok(buildV2({ ...ipv6, tls: most }).length < 1500);
  });
});

const PLAIN = { noNullPrototype: true } as const;

test('what is sent is understood', () => {
  const octets = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
  );
  const end = fc.record({ ip: octets.map(ipAddress), port: fc.nat(65535) }, PLAIN);
  const name = fc.option(fc.string({ minLength: 1, maxLength: 63 }), { nil: undefined });
  const names = fc.record({ version: name, cipher: name, serverName: name, commonName: name }, PLAIN);
  const connection = fc.record(
    { source: end, destination: end, tls: names },
    { requiredKeys: ['source', 'destination'], ...PLAIN },
  );
  fc.assert(
    fc.property(connection, (sent) => {
      const { tls: _, ...addresses } = sent;
      for (const [header, proxied] of [
        [buildV1(sent), addresses],
        [buildV2(sent), sent],
      ] as const) {
        assert.deepEqual(readHeader(header), { kind: 'header', length: header.length, proxied });
      }
    }),
    { seed: 1, numRuns: 1000 },
  );
});
