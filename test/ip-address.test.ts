import assert from 'node:assert/strict';
import { BlockList, isIPv4, isIPv6, SocketAddress } from 'node:net';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  contains,
  formatIp,
  inIpv6,
  ipAddress,
  isLoopback,
  parseEnd,
  parseIp,
  parseNetwork,
  plainAddress,
} from '../src/ip-address.js';

const octets = (length: number) =>
  fc
    .array(fc.oneof(fc.constant(0), fc.constant(0), fc.constant(255), fc.nat(255)), {
      minLength: length,
      maxLength: length,
    })
    .map((all) => Uint8Array.from(all));
const anyAddress = fc.oneof(octets(4), octets(16)).map(ipAddress);

describe('the text of an address', () => {
  for (const [written, plain] of [
    ['192.0.2.1', '192.0.2.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    // What is no address, or has a zone, stays.
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['', ''],
  ] as const) {
    test(`${written || 'nothing'} is ${plain || 'nothing'}`, () =>
      assert.equal(plainAddress(written), plain));
  }

  test('is what the system writes, and is read as the system reads it', () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        const text = formatIp(address);
        assert.deepEqual(parseIp(text), address);
        if (address.length === 4) assert.ok(isIPv4(text));
        else if (!text.startsWith('::')) {
          // Behind leading zeros inet_ntop(3) may write the end as an IPv4 address.
          assert.equal(new SocketAddress({ address: text, family: 'ipv6' }).address, text);
        }
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  test('is accepted when the system accepts it', () => {
    const piece = fc.constantFrom(...['0', '1', 'ff', 'FFFF', '10000', '255', '256', '01', '', ' ', 'g']);
    const joint = fc.constantFrom(':', ':', ':', '::', '.', '.', '%');
    const text = fc
      .array(fc.tuple(piece, joint), { maxLength: 9 })
      .chain((parts) => piece.map((last) => parts.flat().join('') + last));
    fc.assert(
      fc.property(text, (written) => {
        const known = isIPv4(written) || (isIPv6(written) && !written.includes('%'));
        assert.equal(parseIp(written) !== undefined, known, written);
      }),
      { seed: 2, numRuns: 20_000 },
    );
  });

  test('in its IPv6 form, an IPv4 address is the same address', () => {
    assert.deepEqual(ipAddress(inIpv6(Uint8Array.of(192, 0, 2, 1))), Uint8Array.of(192, 0, 2, 1));
  });
});

describe('a network', () => {
  for (const text of [
    ...['', '/', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/08', '10.0.0.0/-1', '10.0.0/8', '10.0.0.0/8/8'],
    ...['2001:db8::/129', '::ffff:10.0.0.0/104', 'localhost', 'fe80::1%eth0', '*'],
  ]) {
    test(`${text || 'nothing'} is none`, () => assert.equal(parseNetwork(text), undefined));
  }

  test('has the addresses that the system finds in it', () => {
    const near = fc
      .tuple(anyAddress, anyAddress, fc.nat(128), fc.boolean())
      .map(([one, other, bits, same]) => {
        const prefix = Math.min(bits, one.length * 8);
        if (!same || other.length !== one.length) return { network: one, prefix, address: other };
        const shared = one.map((octet, at) => (at < prefix >> 3 ? octet : (other[at] as number)));
        return { network: one, prefix, address: shared };
      });
    fc.assert(
      fc.property(near, ({ network, prefix, address }) => {
        const family = (ip: Uint8Array) => (ip.length === 4 ? 'ipv4' : 'ipv6');
        const list = new BlockList();
        list.addSubnet(formatIp(network), prefix, family(network));
        const parsed = parseNetwork(`${formatIp(network)}/${prefix}`);
        assert.ok(parsed);
        const known = network.length === address.length && list.check(formatIp(address), family(address));
        assert.equal(contains(parsed, address), known);
      }),
      { seed: 3, numRuns: 2000 },
    );
  });

  test('of one address has that one', () => {
    for (const text of ['192.0.2.1', '2001:db8::1', '::ffff:192.0.2.1']) {
      const network = parseNetwork(text);
      assert.ok(network && contains(network, parseIp(text) as Uint8Array));
      assert.ok(!contains(network, parseIp('192.0.2.2') as Uint8Array));
    }
  });
});

const ends: readonly (readonly [text: string, loopback: boolean | undefined])[] = [
  ['127.0.0.1', true],
  ['127.255.255.254', true],
  ['::ffff:127.0.0.1', true],
  ['::1', true],
  ['::1%lo', true],
  ['128.0.0.1', false],
  ['::2', false],
  ['fe80::1%eth0', false],
  ['%lo', undefined],
  ['localhost', undefined],
];

for (const [text, loopback] of ends) {
  test(`${text} is ${loopback === undefined ? 'no address' : loopback ? 'loopback' : 'not loopback'}`, () => {
    const address = parseEnd(text);
    assert.equal(address && isLoopback(address), loopback);
  });
}
