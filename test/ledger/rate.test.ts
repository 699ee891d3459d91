import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRate } from '../../src/ledger/rate.js';

const good: [string, number, number][] = [
  ['200/1h', 200, 3600],
  ['1000/1d', 1000, 86_400],
  ['1/1s', 1, 1],
  ['10/90m', 10, 5400],
  ['5/24d', 5, 24 * 86_400],
  ['5/576h', 5, 24 * 86_400],
  ['999999999/1s', 999_999_999, 1],
];

// biome-ignore format: one on each line would be a page
const bad = [
  '', '200', '200/', '/1h', '200/h', '200/1', '0/1h', '200/0h', '-1/1h', '1.5/1h', '200/1.5h', '200/1w', '200/1H',
  ' 200/1h', '200/1h ', '200 / 1h', '200/1h\n', '0200/1h', '1e3/1h', '200/1hh', '25/25d', '5/577h', '1000000000/1h',
  '1/99999999d', '200/1h,1000/1d', '٢٠٠/1h',
];

test('a rate is a count and a window', () => {
  for (const [text, count, seconds] of good) assert.deepEqual(parseRate(text), { count, seconds }, text);
});

test('nothing else is, nor a window longer than a timer can be', () => {
  for (const text of bad) assert.equal(parseRate(text), undefined, JSON.stringify(text));
});
