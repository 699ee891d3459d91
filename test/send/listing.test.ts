import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Listing } from '../../src/send/listing.js';

/** UIDs 101, 103, 105, … with the numbers 1, 2, 3, …: there are UIDs between them that no message has. */
function listingOf(count: number, limit = 100): Listing {
  const listing = new Listing(limit);
  for (let sequence = 1; sequence <= count; sequence++) {
    listing.add({ sequence, uid: 99 + 2 * sequence, size: 1 });
  }
  return listing;
}

const numbers = (listing: Listing): string =>
  listing
    .messages()
    .map(({ sequence, uid }) => `${sequence}=${uid}`)
    .join(' ');

describe('sequence numbers follow what upstream says', () => {
  const table: readonly [name: string, said: readonly (number | string)[], after: string][] = [
    ['nothing', [], '1=101 2=103 3=105 4=107'],
    ['EXPUNGE of the first', [1], '1=103 2=105 3=107'],
    ['EXPUNGE in the middle', [2], '1=101 2=105 3=107'],
    ['EXPUNGE of the last', [4], '1=101 2=103 3=105'],
    ['EXPUNGE of one that comes after them', [5], '1=101 2=103 3=105 4=107'],
    ['EXPUNGE twice of the same number: two messages', [2, 2], '1=101 2=107'],
    ['EXPUNGE from the last to the first', [4, 3, 2, 1], ''],
    ['VANISHED of one', ['103'], '1=101 2=105 3=107'],
    ['VANISHED of several, in any order', ['105,101'], '1=103 2=107'],
    ['VANISHED of one that came before them', ['7'], '0=101 1=103 2=105 3=107'],
    ['VANISHED of those behind them', ['200:300'], '1=101 2=103 3=105 4=107'],
    ['VANISHED, then EXPUNGE', ['103', 2], '1=101 2=107'],
  ];
  for (const [name, said, after] of table) {
    test(name, () => {
      const listing = listingOf(4);
      for (const each of said) {
        const gone = typeof each === 'number' ? [listing.expunged(each)] : listing.vanished(each);
        for (const message of gone) if (message !== undefined) listing.drop(message);
      }
      assert.equal(numbers(listing), after);
    });
  }

  // All UIDs in it were those of messages (RFC 7162 §3.2.10.2): here there is one at 104, which is not in our set.
  for (const range of ['103:105', '105:103', '103:104,105']) {
    test(`VANISHED of the range ${range}`, () => {
      const listing = new Listing(100);
      for (const [sequence, uid] of [
        [1, 101],
        [2, 103],
        [4, 105],
        [5, 106],
      ] as const) {
        listing.add({ sequence, uid, size: 1 });
      }
      for (const gone of listing.vanished(range)) listing.drop(gone);
      assert.equal(numbers(listing), '1=101 2=106');
    });
  }
});

describe('a message that is gone', () => {
  test('is named, and keeps its place until it is dropped', () => {
    const listing = listingOf(3);
    assert.equal(listing.expunged(2)?.uid, 103);
    assert.deepEqual(
      listing.vanished('105').map(({ uid }) => uid),
      [105],
    );
    assert.equal(numbers(listing), '1=101 2=103 2=105');
    assert.equal(listing.count, 3);
  });

  test('is none of ours when its number is not in the set', () => {
    const listing = listingOf(3);
    assert.equal(listing.expunged(9), undefined);
    assert.deepEqual(listing.vanished('102,9:99'), []);
  });

  test('counts no more once it is dropped, and is dropped once', () => {
    const listing = listingOf(3);
    const [first] = listing.messages();
    listing.drop(first!);
    listing.drop(first!);
    assert.equal(listing.count, 2);
  });
});

describe('a listing with a limit', () => {
  for (const [count, exceeded] of [
    [0, false],
    [2, false],
    [3, false],
    [4, true],
    [100_000, true],
  ] as const) {
    test(`of 3, ${count} messages: ${exceeded ? 'exceeded, but counted' : 'not exceeded'}`, () => {
      const listing = listingOf(count, 3);
      assert.equal(listing.exceeded, exceeded);
      assert.equal(listing.count, count);
      assert.equal(listing.messages().length, Math.min(count, 3));
    });
  }

  test('stays exceeded when messages go, for those beyond it are not known', () => {
    const listing = listingOf(4, 3);
    const gone = listing.expunged(1);
    listing.drop(gone!);
    assert.equal(listing.count, 3);
    assert.equal(listing.exceeded, true);
  });

  test('counts a message once, however often upstream lists it', () => {
    const listing = listingOf(3, 3);
    listing.add({ sequence: 1, uid: 101, size: 1 });
    assert.equal(listing.count, 3);
    assert.equal(listing.exceeded, false);
  });
});

test('messages are in the order of their numbers, however upstream lists them', () => {
  const listing = new Listing(10);
  for (const sequence of [7, 2, 9]) listing.add({ sequence, uid: 100 + sequence, size: 1 });
  assert.equal(numbers(listing), '2=102 7=107 9=109');
});
