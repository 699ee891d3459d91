import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { isSequenceSet, setOf, uidRanges } from '../../src/imap/sequence-set.js';

const sets = ['1', '*', '$', '1:*', '*:1', '*:*', '5:3', '1,2,3:4,*', '4294967295', '1:4294967295'];
const others = [
  ...['', ' ', '0', '01', '1:0', '-1', '+1', '1,', ',1', '1,,2', '1:', ':1', '1:2:3', '1 2', ' 1', '1 '],
  ...[
    '4294967296',
    '1:4294967296',
    '10000000000',
    '$,1',
    '1,$',
    '$$',
    '**',
    '1.',
    'a',
    '(1)',
    '1\n',
    '\u0661',
  ],
];

suite('a sequence set', () => {
  for (const set of sets) test(`${set} is one`, () => assert.equal(isSequenceSet(set), true));
  for (const set of others) {
    test(`${JSON.stringify(set)} is none`, () => assert.equal(isSequenceSet(set), false));
  }
});

test('ranges of UIDs have their lower end first', () => {
  assert.deepEqual(uidRanges('7'), [[7, 7]]);
  assert.deepEqual(uidRanges('3:5,9,8:6'), [
    [3, 5],
    [9, 9],
    [6, 8],
  ]);
});

test('a set of numbers has ranges of those in a row', () => {
  const table: ReadonlyArray<readonly [number[], string]> = [
    [[7], '7'],
    [[7, 8], '7:8'],
    [[1, 2, 3, 5, 7, 8], '1:3,5,7:8'],
  ];
  for (const [numbers, set] of table) assert.equal(setOf(numbers), set);
});
