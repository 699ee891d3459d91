import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { crowdSize } from '../../bench/crowd.js';
import { addedLatency } from '../../bench/experiments.js';
import { interleave } from '../../bench/interleave.js';
import { figure, median, type Result, written } from '../../bench/result.js';

describe('the median', () => {
  const table: readonly [values: number[], expected: number][] = [
    [[5], 5],
    [[9, 1, 10], 9],
    [[4, 1, 100, 2], 3],
  ];
  for (const [values, expected] of table) {
    test(`of ${values} is ${expected}`, () => assert.equal(median(values), expected));
  }
});

test('a figure keeps its rounds, and how busy both sides were', () => {
  const samples = [
    { figure: 3, busy: { contender: 100, load: 40 } },
    { figure: 1, busy: { contender: 90, load: 60 } },
    { figure: 2, busy: { contender: 80, load: 50 } },
  ];
  assert.deepEqual(figure(samples), { median: 2, rounds: [3, 1, 2], busy: { contender: 90, load: 50 } });
  assert.deepEqual(figure([{ figure: 1 }]), { median: 1, rounds: [1] });
});

test('contenders run in turn, round by round', async () => {
  const order: string[] = [];
  const run = (name: string, figures: number[]) => async () => {
    order.push(name);
    return { figure: figures.shift() as number };
  };
  const figures = await interleave(3, { a: run('a', [1, 2, 3]), b: run('b', [6, 5, 4]) });
  assert.equal(order.join(''), 'ababab');
  assert.deepEqual([figures['a']?.rounds, figures['b']?.median], [[1, 2, 3], 5]);
});

test('added latency is what the direct connection does not have', () => {
  const one = (value: number) => figure([{ figure: value }]);
  const figures = { direct: one(20), 'Node pipe': one(49), 'HAProxy TCP': one(51) };
  const result: Result = { id: 'noop-1', title: '', unit: 'µs', figures };
  const added = addedLatency(result).figures;
  assert.deepEqual(
    Object.entries(added).map(([name, { median: value }]) => [name, value]),
    [
      ['Node pipe', 29],
      ['HAProxy TCP', 31],
    ],
  );
});

describe('a figure is written with three digits', () => {
  for (const [value, expected] of [
    [1.234, '1.23'],
    [12.34, '12.3'],
    [1234.5, '1235'],
  ] as const) {
    test(expected, () => assert.equal(written(value), expected));
  }
});

test('a crowd needs two open files for each session, and some are left for the rest', () => {
  assert.equal(crowdSize(20_000), 9_900);
  assert.equal(crowdSize(1_000_000), 10_000);
  assert.equal(crowdSize(Number.POSITIVE_INFINITY), 10_000);
});
