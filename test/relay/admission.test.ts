import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { plainAddress } from '../../src/ip-address.js';
import { Admission, type AdmissionLimits, type LimitHit } from '../../src/relay/admission.js';
import { networkOf } from '../../src/relay/client-address.js';
import { PendingLogins } from '../../src/relay/pending-logins.js';

const NONE: AdmissionLimits = { maxSessions: 99, maxSessionsPerIp: 99, maxUnauthenticated: 99 };

/** A guest that remembers by which limit it was displaced, and then leaves, as one has to. */
function guests(limits: Partial<AdmissionLimits>) {
  const admission = new Admission({ ...NONE, ...limits });
  const arrive = (address: string) => {
    const guest = {
      address,
      displacedBy: undefined as LimitHit | undefined,
      refusedBy: undefined as LimitHit | undefined,
      displace(limit: LimitHit) {
        guest.displacedBy = limit;
        admission.leave(guest);
      },
    };
    guest.refusedBy = admission.enter(guest);
    return guest;
  };
  return { admission, arrive };
}

const ATTACKER = '192.0.2.66';

describe('who comes when nobody else may come', () => {
  test('takes the place of the oldest of the address that has most', () => {
    const { admission, arrive } = guests({ maxUnauthenticated: 5 });
    const neighbour = arrive('192.0.2.1');
    const flood = Array.from({ length: 4 }, () => arrive(ATTACKER));
    const newcomer = arrive('192.0.2.2');
    assert.equal(newcomer.refusedBy, undefined);
    assert.deepEqual(
      flood.map(({ displacedBy }) => displacedBy),
      ['max-unauthenticated', undefined, undefined, undefined],
    );
    assert.equal(neighbour.displacedBy, undefined);
    assert.equal(admission.count, 5);
  });

  test('is refused itself if its own address has most', () => {
    const { admission, arrive } = guests({ maxUnauthenticated: 3 });
    const there = ['192.0.2.1', ATTACKER, ATTACKER].map(arrive);
    assert.equal(arrive(ATTACKER).refusedBy, 'max-unauthenticated');
    assert.ok(there.every(({ displacedBy }) => displacedBy === undefined));
    assert.equal(admission.count, 3);
  });

  test('displaces nobody who has no more than it would have itself', () => {
    const { arrive } = guests({ maxUnauthenticated: 4 });
    const there = ['192.0.2.1', '192.0.2.1', '192.0.2.2', '192.0.2.3'].map(arrive);
    assert.equal(arrive('192.0.2.2').refusedBy, 'max-unauthenticated');
    assert.ok(there.every(({ displacedBy }) => displacedBy === undefined));
  });

  test('displaces nobody who is logged in, and them again after they logged out', () => {
    const { admission, arrive } = guests({ maxSessions: 3 });
    const there = [ATTACKER, ATTACKER, ATTACKER].map(arrive);
    for (const guest of there) admission.authenticated(guest, true);
    assert.equal(arrive('192.0.2.1').refusedBy, 'max-sessions');
    for (const guest of there.slice(1)) admission.authenticated(guest, false);
    assert.equal(arrive('192.0.2.1').refusedBy, undefined);
    assert.deepEqual(
      there.map(({ displacedBy }) => displacedBy),
      [undefined, 'max-sessions', undefined],
    );
  });

  test('makes no room that its own address may not use', () => {
    const { admission, arrive } = guests({ maxSessions: 4, maxSessionsPerIp: 3 });
    const there = [ATTACKER, ATTACKER, ATTACKER, '192.0.2.1'].map(arrive);
    assert.equal(arrive(ATTACKER).refusedBy, 'max-sessions-per-ip');
    assert.ok(there.every(({ displacedBy }) => displacedBy === undefined));
    for (const guest of there) admission.leave(guest);
    assert.equal(arrive(ATTACKER).refusedBy, undefined);
    assert.equal(admission.count, 1);
  });

  test('has the whole of its IPv6 network counted', () => {
    const { arrive } = guests({ maxSessionsPerIp: 1 });
    assert.equal(arrive('2001:db8:0:1::1').refusedBy, undefined);
    assert.equal(arrive('2001:db8:0:1:f::2').refusedBy, 'max-sessions-per-ip');
    assert.equal(arrive('2001:db8:0:2::1').refusedBy, undefined);
  });

  test('meets limits that were changed meanwhile', () => {
    const { admission, arrive } = guests({ maxSessions: 1 });
    arrive('192.0.2.1');
    admission.limits = { ...NONE, maxSessions: 2 };
    assert.equal(arrive('192.0.2.2').refusedBy, undefined);
    assert.equal(arrive('192.0.2.3').refusedBy, 'max-sessions');
  });
});

test('10,000 clients that come at once, each from its own address, and log in: those there is room for stay', () => {
  const { admission, arrive } = guests({ maxSessions: 20_000, maxUnauthenticated: 1_000 });
  const all = Array.from({ length: 10_000 }, (_, n) => arrive(`10.0.${n >> 8}.${n & 255}`));
  assert.equal(all.filter(({ refusedBy }) => refusedBy === undefined).length, 1_000);
  assert.ok(all.every(({ displacedBy }) => displacedBy === undefined));
  for (const guest of all.slice(0, 1_000)) admission.authenticated(guest, true);
  assert.equal(arrive('10.1.0.0').refusedBy, undefined);
});

test('whoever floods from few addresses, everybody else gets in', () => {
  const { arrive } = guests({ maxSessions: 20_000, maxUnauthenticated: 1_000 });
  const flood = Array.from({ length: 10_000 }, (_, n) => arrive(`192.0.2.${n % 4}`));
  const others = Array.from({ length: 900 }, (_, n) => arrive(`10.0.${n >> 8}.${n & 255}`));
  assert.ok(
    others.every(({ refusedBy, displacedBy }) => refusedBy === undefined && displacedBy === undefined),
  );
  assert.equal(flood.filter((one) => !one.refusedBy && !one.displacedBy).length, 100);
});

test('pending logins agree with a list that is searched', () => {
  const network = fc.integer({ min: 0, max: 4 });
  const step = fc.oneof(
    fc.record({ do: fc.constant('add' as const), network }),
    fc.record({ do: fc.constant('remove' as const), at: fc.nat(30) }),
    fc.record({ do: fc.constant('take' as const), network }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const pending = new PendingLogins<number>();
      let list: { network: string; item: number }[] = [];
      const count = (of: string): number => list.filter((entry) => entry.network === of).length;
      steps.forEach((each, item) => {
        if (each.do === 'add') {
          pending.add(String(each.network), item);
          list.push({ network: String(each.network), item });
        } else if (each.do === 'remove') {
          const [gone] = list.splice(each.at % Math.max(1, list.length), 1);
          if (gone !== undefined) pending.remove(gone.network, gone.item);
        } else {
          const most = Math.max(0, ...list.map((entry) => count(entry.network)));
          const taken = pending.takeFromHeaviest(String(each.network));
          const from = list.find(({ item: its }) => its === taken)?.network;
          if (most < count(String(each.network)) + 2) assert.equal(taken, undefined);
          else {
            assert.ok(from !== undefined && count(from) === most);
            assert.equal(taken, list.find((entry) => entry.network === from)?.item);
          }
          list = list.filter((entry) => entry.item !== taken);
        }
        assert.equal(pending.size, list.length);
      });
    }),
    { seed: 4 },
  );
});

const networks: readonly [address: string, network: string][] = [
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8::1', '2001:db8::/64'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:3::6', '2001:db8:1:2::/64'],
  ['::1', '::/64'],
  ['fe80::1%eth0', 'fe80::/64'],
  ['64:ff9b::192.0.2.1', '64:ff9b::/64'],
  ['', ''],
];

for (const [address, network] of networks) {
  test(`${address || 'no address'} counts as ${network || 'none'}`, () => {
    assert.equal(networkOf(address), network);
  });
}

test('an IPv4 address is shown as such, whatever socket it came over', () => {
  assert.deepEqual(
    ['::ffff:192.0.2.1', '::FFFF:192.0.2.1', '192.0.2.1', '::ffff:1', '2001:db8::1'].map(plainAddress),
    ['192.0.2.1', '192.0.2.1', '192.0.2.1', '::ffff:1', '2001:db8::1'],
  );
});
