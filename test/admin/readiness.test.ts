import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Check, type Finding, Readiness, type ReadinessOptions } from '../../src/admin/readiness.js';

const ok = { ok: true, detail: 'fine' };
const bad = { ok: false, detail: 'gone' };

/** A check that says what the test says, and counts how often it is asked. */
function scripted(answer: () => Finding | Promise<Finding>, required = true): Check & { asked: number } {
  const check = {
    name: 'upstream',
    required,
    asked: 0,
    async probe() {
      check.asked++;
      return answer();
    },
  };
  return check;
}

function readiness(check: Check, options: Partial<ReadinessOptions> = {}) {
  const clock = { now: 0 };
  return {
    clock,
    ready: new Readiness({ checks: [check], deadlineMs: 60_000, now: () => clock.now, ...options }),
  };
}

test('nobody is asked unless somebody asks, and many who ask at once share one look', async () => {
  const check = scripted(() => ok);
  const { ready } = readiness(check);
  assert.equal(check.asked, 0);
  const reports = await Promise.all([ready.look(), ready.look(), ready.look()]);
  assert.equal(check.asked, 1);
  assert.deepEqual(reports[2], { ok: true, checks: [{ name: 'upstream', required: true, ...ok }] });
});

test('a good report holds for 10 s, a bad one for 2', async () => {
  let answer = ok;
  const check = scripted(() => answer);
  const { ready, clock } = readiness(check);
  await ready.look();
  answer = bad;
  clock.now = 9_999;
  assert.equal((await ready.look()).ok, true);
  clock.now = 10_000;
  assert.equal((await ready.look()).ok, false);
  answer = ok;
  clock.now = 11_999;
  assert.equal((await ready.look()).ok, false);
  clock.now = 12_000;
  assert.equal((await ready.look()).ok, true);
  assert.equal(check.asked, 3);
});

test('what is not required is told, and is asked again as soon as if it were', async () => {
  const check = scripted(() => bad, false);
  const { ready, clock } = readiness(check);
  assert.deepEqual(await ready.look(), { ok: true, checks: [{ name: 'upstream', required: false, ...bad }] });
  clock.now = 2_000;
  await ready.look();
  assert.equal(check.asked, 2);
});

test('one that never answers is not waited for, and is told to stop', async () => {
  let told: AbortSignal | undefined;
  const check: Check = {
    name: 'submission',
    required: true,
    probe: (signal) => {
      told = signal;
      return new Promise(() => {});
    },
  };
  const { ready } = readiness(check, { deadlineMs: 10 });
  const { checks } = await ready.look();
  assert.deepEqual(checks, [
    { name: 'submission', required: true, ok: false, detail: 'no answer within 0.01 s' },
  ]);
  assert.equal(told?.aborted, true);
});

test('one that fails is not ready, in its words', async () => {
  const { ready } = readiness(
    scripted(() => {
      throw new Error('Redis: gone');
    }),
  );
  const [checked] = (await ready.look()).checks;
  assert.deepEqual([checked?.ok, checked?.detail], [false, 'Redis: gone']);
});

test('to peek is to be told what was known, and to make somebody look', async () => {
  const check = scripted(() => ok);
  const { ready } = readiness(check);
  assert.equal(ready.peek(), undefined);
  const report = await ready.look();
  assert.equal(ready.peek(), report);
  assert.equal(check.asked, 1);
});
