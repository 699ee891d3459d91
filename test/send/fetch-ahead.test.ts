import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FetchAhead, type FetchTogether, SMALL } from '../../src/send/fetch-ahead.js';
import type { Listed } from '../../src/send/listing.js';

const listed = (sizes: readonly number[]): Listed[] =>
  sizes.map((size, index) => ({ uid: 101 + index, sequence: 1 + index, size }));
const numbers = (messages: readonly Listed[]): string => messages.map(({ sequence }) => sequence).join(' ');

interface Row {
  readonly sizes: readonly number[];
  readonly oneByOne?: number;
  readonly maxSize?: number;
  /** Numbers of the messages that each fetch asked for. */
  readonly asked: readonly string[];
}

const small = (count: number): number[] => Array(count).fill(2_000);
const rows: Readonly<Record<string, Row>> = {
  'one message': { sizes: small(1), asked: ['1'] },
  'the first few one by one, the others together': {
    sizes: small(7),
    oneByOne: 3,
    asked: ['1', '2', '3', '4 5 6 7'],
  },
  'never more than 16': {
    sizes: small(20),
    oneByOne: 1,
    asked: ['1', '2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17', '18 19 20'],
  },
  'a large one by itself': {
    sizes: [1, 1, SMALL + 1, SMALL, SMALL],
    asked: ['1 2', '3', '4 5'],
  },
  'large ones in a row': { sizes: [SMALL + 1, SMALL + 1, 1], asked: ['1', '2', '3'] },
  'one of a size that upstream does not say': { sizes: [1, 0, 1, 1], asked: ['1', '2', '3 4'] },
  'one that is larger than may be sent': { sizes: [1, 1_001, 1_000], maxSize: 1_000, asked: ['1', '2', '3'] },
};

describe('one after the other', () => {
  for (const [name, { sizes, oneByOne = 0, maxSize = 1e9, asked }] of Object.entries(rows)) {
    test(name, async () => {
      const messages = listed(sizes);
      const fetches: string[] = [];
      const ahead = new FetchAhead(messages, oneByOne, maxSize, async (together) => {
        fetches.push(numbers(together));
        return together;
      });
      for (const message of messages) assert.equal(await ahead.next(), message);
      assert.deepEqual(fetches, asked);
    });
  }
});

test('what cannot be had together is asked for one by one, what comes behind it together again', async () => {
  const messages = listed(small(40));
  const fetches: string[] = [];
  const ahead = new FetchAhead(messages, 0, 1e9, async (together) => {
    fetches.push(numbers(together));
    return together.length > 1 && together.some(({ sequence }) => sequence === 20) ? 'apart' : together;
  });
  for (const message of messages) assert.equal(await ahead.next(), message);
  const alone = Array.from({ length: 16 }, (_, index) => String(17 + index));
  assert.deepEqual(fetches.slice(1), [
    numbers(messages.slice(16, 32)),
    ...alone,
    numbers(messages.slice(32)),
  ]);
});

test('the next are asked for as soon as several are there, and not more', async () => {
  const fetches: string[] = [];
  const fetch: FetchTogether<Listed> = async (together) => {
    fetches.push(`${together[0]?.sequence}`);
    return together;
  };
  const ahead = new FetchAhead(listed(small(60)), 2, 1e9, fetch);
  const steps: string[] = [];
  for (let taken = 1; taken <= 60; taken++) {
    await ahead.next();
    // What was asked for meanwhile has come.
    await new Promise((resolve) => setImmediate(resolve));
    steps.push(fetches.splice(0).join(' '));
  }
  const begun = Object.fromEntries(steps.flatMap((step, index) => (step === '' ? [] : [[index + 1, step]])));
  assert.deepEqual(begun, { 1: '1', 2: '2', 3: '3 19', 19: '35', 35: '51' });
});
