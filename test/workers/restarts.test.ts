import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Restarts } from '../../src/workers/restarts.js';

test('a worker that dies is replaced at once; one that dies again soon later each time, up to 30 seconds', () => {
  const restarts = new Restarts();
  const delays = Array.from({ length: 9 }, () => restarts.after(100));
  assert.deepEqual(delays, [0, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  assert.deepEqual([restarts.after(60_000), restarts.after(59_999)], [0, 500]);
});
