import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Listed } from '../../src/send/listing.js';
import { OrderedReport } from '../../src/send/ordered-report.js';
import { notAttempted, resultOf } from '../../src/send/result.js';

const accepted = resultOf({ kind: 'accepted', reply: '250 Ok' });
const skipped = notAttempted('because');

function report(count: number) {
  const messages: Listed[] = Array.from({ length: count }, (_, index) => ({
    sequence: index + 1,
    uid: 101 + index,
    size: 1,
  }));
  const written: string[] = [];
  const ordered = new OrderedReport(messages, ({ sequence, uid }, { wentOut }) =>
    written.push(`${sequence}=${uid} ${wentOut}`),
  );
  return { ordered, messages, written };
}

test('results are written in order, each as soon as those before it are out', () => {
  const { ordered, messages, written } = report(4);
  const steps: readonly [settled: number, written: number][] = [
    [2, 0],
    [0, 1],
    [3, 1],
    [1, 4],
  ];
  for (const [settled, expected] of steps) {
    ordered.settle(messages[settled]!, accepted);
    assert.equal(written.length, expected);
  }
  assert.deepEqual(written, ['1=101 yes', '2=102 yes', '3=103 yes', '4=104 yes']);
});

test('a line has the number that the message has when it is written, not when it was known', () => {
  const { ordered, messages, written } = report(2);
  ordered.settle(messages[1]!, accepted);
  messages[1]!.sequence = 1;
  ordered.settle(messages[0]!, accepted);
  assert.deepEqual(written, ['1=101 yes', '1=102 yes']);
});

test('progress counts what is known, also before it can be written', () => {
  const { ordered, messages } = report(3);
  assert.deepEqual(ordered.progress(), { done: 0, total: 3 });
  ordered.settle(messages[2]!, accepted);
  assert.deepEqual(ordered.progress(), { done: 1, total: 3 });
});

test('results come in the order of their messages, not in which they became known', () => {
  const { ordered, messages } = report(3);
  ordered.settle(messages[2]!, skipped);
  ordered.settle(messages[0]!, accepted);
  assert.deepEqual(ordered.results(), [accepted, skipped]);
});
