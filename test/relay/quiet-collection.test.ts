import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { QuietCollection } from '../../src/relay/quiet-collection.js';

async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 60_000; !condition(); await delay(20)) {
    assert.ok(Date.now() < end, 'not within a minute');
  }
}

test('once half of a crowd is gone, and not before, garbage is collected twice', async (t) => {
  let count = 0;
  const counts: number[] = [];
  const collection = new QuietCollection(
    () => count,
    () => counts.push(count),
  );
  t.after(() => collection.stop());
  const become = (next: number): void => {
    const grows = next > count;
    count = next;
    if (grows) collection.came();
    else collection.left();
  };

  // Neither is half of it.
  become(1200);
  become(601);
  become(1200);
  become(700);
  become(600);
  await until(() => counts.length === 2);
  // Half, but few.
  become(300);
  become(101);
  become(100);
  await until(() => counts.length === 4);
  assert.deepEqual(counts, [600, 600, 100, 100]);
});

test('a crowd that comes back is left alone', async (t) => {
  let count = 0;
  const counts: number[] = [];
  const collection = new QuietCollection(
    () => count,
    () => counts.push(count),
  );
  t.after(() => collection.stop());
  for (count of [1000]) collection.came();
  for (count of [400]) collection.left();
  for (count of [1000]) collection.came();
  // Its timer comes first.
  await delay(1000);
  for (count of [10]) collection.left();
  await until(() => counts.length === 2);
  assert.deepEqual(counts, [10, 10]);
});

test('what nobody holds any more is gone', async (t) => {
  let count = 1000;
  const collection = new QuietCollection(() => count);
  t.after(() => collection.stop());
  const held: { garbage?: object } = { garbage: {} };
  const seen = new WeakRef(held.garbage as object);
  delete held.garbage;
  collection.came();
  count = 0;
  collection.left();
  await until(() => seen.deref() === undefined);
});
