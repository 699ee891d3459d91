import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CONTENDER_NAMES } from '../../bench/contenders/contender.js';
import { figure, type Result } from '../../bench/result.js';
import { scenarios } from '../../bench/scenarios.js';
import { boundOf, judge, measuredOf, TARGETS, type Target } from '../../bench/targets.js';

const rates: Result = {
  id: 'rates',
  title: 'rates',
  unit: 'MB/s',
  figures: {
    ours: figure([{ figure: 300 }]),
    peer: figure([{ figure: 200 }]),
    slow: figure([{ figure: 100 }]),
  },
};

describe('a target is judged by the figures of one result', () => {
  const table: readonly [
    than: Target['than'],
    relation: Target['relation'],
    factor: number,
    measured: string,
    bound: string,
    met: boolean | undefined,
  ][] = [
    ['peer', '≥', 1.5, '1.50', '≥ 1.5 × peer', true],
    ['peer', '≥', 1.6, '1.50', '≥ 1.6 × peer', false],
    ['peer', '≤', 1.6, '1.50', '≤ 1.6 × peer', true],
    ['peer', '≤', 1.4, '1.50', '≤ 1.4 × peer', false],
    [['peer', 'slow'], '≥', 2.9, '3.00', '≥ 2.9 × the slower of peer, slow', true],
    [299, '≤', 1, '300 MB/s', '≤ 299 MB/s', false],
    [300, '≤', 1, '300 MB/s', '≤ 300 MB/s', true],
    ['absent', '≥', 1, 'not measured', '≥ 1 × absent', undefined],
    [['peer', 'absent'], '≥', 1, 'not measured', '≥ 1 × the slower of peer, absent', undefined],
  ];
  for (const [than, relation, factor, measured, bound, met] of table) {
    test(`${bound}: ${met}`, () => {
      const target: Target = { text: '', result: 'rates', ours: 'ours', than, relation, factor };
      const verdict = judge(target, [rates]);
      assert.equal(verdict.met, met);
      assert.equal(measuredOf(verdict, 'MB/s'), measured);
      assert.equal(boundOf(target, 'MB/s'), bound);
    });
  }
});

test('what has no result is not met, nor missed', () => {
  const [target] = TARGETS as readonly [Target];
  assert.equal(judge(target, [rates]).met, undefined);
});

test('each target that names a scenario names contenders of it', () => {
  const known = new Map(
    scenarios(1).map(({ id, loads, contenders }) => [
      id,
      Object.keys(loads).flatMap((what) =>
        contenders.map((name) => (what === '' ? name : `${what}, ${name}`) as string),
      ),
    ]),
  );
  let checked = 0;
  for (const { result, ours, than, text } of TARGETS) {
    const names = known.get(result);
    if (names === undefined) continue;
    checked++;
    assert.ok(names.includes(ours), `${text}: ${ours}`);
    for (const name of typeof than === 'number' ? [] : [than].flat()) {
      assert.ok(names.includes(name), `${text}: ${name}`);
    }
  }
  assert.ok(checked > 15, `${checked}`);
  assert.ok(CONTENDER_NAMES.includes('imap-send-proxy'));
});
