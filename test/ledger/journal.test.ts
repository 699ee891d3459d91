import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acknowledge, claim, type Entry, release, settle, type Transition } from '../../src/ledger/entry.js';
import { createJournal, type Journal } from '../../src/ledger/journal.js';
import { createMemoryStore } from '../../src/ledger/memory.js';
import { accepted } from './answers.js';

const holder = { session: 's', owner: 'p', ticket: 't' };
const ask: Transition<unknown> = (entry) => claim(entry, holder);
const answer: Transition<unknown> = (entry) => settle(entry, holder, accepted);
const see: Transition<unknown> = (entry) => acknowledge(entry, 's');
const giveUp: Transition<unknown> = (entry) => release(entry, 's');

/** Records the transitions one after the other, from `entry` on; returns what they make of it. */
function record(
  journal: Journal,
  key: string,
  entry: Entry | undefined,
  ...transitions: Transition<unknown>[]
) {
  let before = entry;
  for (const transition of transitions) {
    const after = transition(before).entry;
    journal.record(key, transition, before, after);
    before = after;
  }
  return before;
}

/** What is replayed into an empty store, as `key: phase before → phase after`. */
async function replayed(journal: Journal, store = createMemoryStore()): Promise<string[]> {
  const log: string[] = [];
  await journal.replay((key, transition) =>
    store.update(key, (entry) => {
      const step = transition(entry);
      log.push(`${key}: ${entry?.phase} → ${step.entry?.phase}`);
      return step;
    }),
  );
  return log;
}

test('what is recorded is repeated once, in order', async () => {
  const journal = createJournal(10);
  record(journal, 'a', undefined, ask, answer);
  record(journal, 'b', undefined, ask);
  assert.deepEqual(await replayed(journal), [
    'a: undefined → claimed',
    'a: claimed → recorded',
    'b: undefined → claimed',
  ]);
  assert.deepEqual(await replayed(journal), []);
});

test('what cancels out is not repeated, what the store knew of is', async () => {
  const journal = createJournal(10);
  record(journal, 'began and ended', undefined, ask, answer, see, ask, giveUp);
  const known = answer(undefined).entry;
  record(journal, 'ended, began and ended', known, see, ask, giveUp);
  const store = createMemoryStore();
  store.set('ended, began and ended', known);
  assert.deepEqual(await replayed(journal, store), ['ended, began and ended: recorded → undefined']);
});

test('what the store lost is taken from what was known, once', async () => {
  const journal = createJournal(10);
  const known = answer(ask(undefined).entry).entry;
  record(journal, 'k', known, see, ask);
  assert.deepEqual(await replayed(journal), ['k: undefined → undefined', 'k: undefined → claimed']);
  record(journal, 'k', ask(undefined).entry, answer);
  assert.deepEqual(await replayed(journal), ['k: undefined → recorded']);
});

test('nothing is lost when the store fails half-way', async () => {
  const journal = createJournal(10);
  record(journal, 'k', undefined, ask, answer);
  const store = createMemoryStore();
  let calls = 0;
  const failing = journal.replay(async (key, transition) => {
    if (++calls === 2) throw new Error('gone again');
    return store.update(key, transition);
  });
  await assert.rejects(failing, /gone again/);
  assert.deepEqual(await replayed(journal, store), ['k: claimed → recorded']);
});

test('what is recorded while it is repeated is repeated, too, even if it cancels out', async () => {
  const journal = createJournal(10);
  const claimed = record(journal, 'k', undefined, ask);
  const store = createMemoryStore();
  let calls = 0;
  await journal.replay(async (key, transition) => {
    if (++calls === 1) {
      record(journal, 'k', claimed, giveUp, ask, giveUp);
      record(journal, 'other', undefined, ask);
    }
    return store.update(key, transition);
  });
  assert.deepEqual([...store.keys()], ['other']);
});

test('it holds no more entries than it may', async () => {
  const journal = createJournal(2);
  for (const key of ['a', 'b', 'c']) record(journal, key, undefined, ask);
  assert.deepEqual(await replayed(journal), ['b: undefined → claimed', 'c: undefined → claimed']);
});
