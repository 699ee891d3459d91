import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Ledger } from '../../src/ledger/ledger.js';
import { createMemoryLedger, createMemoryStore } from '../../src/ledger/memory.js';
import { createStoredLedger } from '../../src/ledger/store.js';
import { accepted, forever } from './answers.js';
import { ledgerContract } from './contract.js';

ledgerContract('memory', async () => {
  const store = createMemoryStore();
  const [a, b] = [createStoredLedger(store, 'process a'), createStoredLedger(store, 'process b')];
  return { a, b, store, close: () => a.close() };
});

/** `session` sends the message, and loses its connection before it sees the answer. */
async function sendAndLose(ledger: Ledger, key: string): Promise<void> {
  await ledger.claim(key, `sender of ${key}`, forever);
  await ledger.settle(key, `sender of ${key}`, accepted);
  await ledger.abandon(key, `sender of ${key}`);
}

describe('the memory ledger', () => {
  test('forgets an outcome when the retention is over, not before', async () => {
    let now = 0;
    const ledger = createMemoryLedger({ now: () => now, retentionMs: 1000 });
    await sendAndLose(ledger, 'k');
    now = 999;
    assert.equal((await ledger.claim('k', 's2', forever)).kind, 'recorded');
    await ledger.abandon('k', 's2');
    now = 1998;
    assert.equal((await ledger.claim('k', 's3', forever)).kind, 'recorded', 'kept from its last use on');
    await ledger.abandon('k', 's3');
    now = 2998;
    assert.equal((await ledger.claim('k', 's4', forever)).kind, 'claimed');
  });

  test('keeps a claim for as long as it takes', async () => {
    let now = 0;
    const ledger = createMemoryLedger({ now: () => now, retentionMs: 1000 });
    await ledger.claim('k', 's1', forever);
    now = 1_000_000;
    await ledger.handover('k', 's1');
  });

  test('keeps no more than it may: the oldest outcomes go first, claims never', async () => {
    const store = createMemoryStore({ maxEntries: 3 });
    const ledger = createStoredLedger(store, 'process');
    await ledger.claim('claimed', 's1', forever);
    for (const key of ['1', '2', '3']) await sendAndLose(ledger, key);
    assert.deepEqual([...store.keys()], ['claimed', '2', '3']);
    for (const key of ['4', '5']) await ledger.claim(key, key, forever);
    assert.deepEqual([...store.keys()], ['claimed', '4', '5']);
    await ledger.claim('6', '6', forever);
    assert.equal([...store.keys()].length, 4, 'claims only');
  });

  test('remembers nothing of what was seen', async () => {
    const store = createMemoryStore();
    const ledger = createStoredLedger(store, 'process');
    for (let index = 0; index < 10; index++) {
      await ledger.claim(`k${index}`, 's', forever);
      await ledger.handover(`k${index}`, 's');
      await ledger.settle(`k${index}`, 's', accepted);
      await ledger.acknowledge(`k${index}`, 's');
    }
    assert.deepEqual([...store.keys()], []);
  });
});

describe('when a process that uses the store dies', () => {
  const open = () => {
    const store = createMemoryStore();
    return { store, dead: createStoredLedger(store, 'dead'), alive: createStoredLedger(store, 'alive') };
  };

  test('what it had claimed is for the next', async () => {
    const { store, dead, alive } = open();
    await dead.claim('k', 's1', forever);
    const waiting = alive.claim('k', 's2', forever);
    store.lost('dead');
    assert.deepEqual(await waiting, { kind: 'claimed' });
  });

  test('what it had handed over is unknown, until that was seen', async () => {
    const { store, dead, alive } = open();
    await dead.claim('k', 's1', forever);
    await dead.handover('k', 's1');
    const waiting = alive.claim('k', 's2', forever);
    store.lost('dead');
    const reply =
      '451 4.4.2 the outcome is unknown: the proxy that submitted the message ended before it had the reply';
    const refusal = { command: 'DATA', parameter: '', reply };
    assert.deepEqual(await waiting, { kind: 'recorded', outcome: { kind: 'unknown', refusal } });
    await alive.acknowledge('k', 's2');
    assert.deepEqual(await alive.claim('k', 's2', forever), { kind: 'claimed' });
  });

  test('answers to its sessions wait for their retries', async () => {
    const { store, dead, alive } = open();
    await dead.claim('k', 's1', forever);
    await dead.settle('k', 's1', accepted);
    store.lost('dead');
    assert.equal((await alive.claim('k', 's2', forever)).kind, 'recorded');
    await alive.acknowledge('k', 's2');
    assert.equal((await alive.claim('k', 's3', forever)).kind, 'claimed');
  });

  test('its sessions that waited can retry', async () => {
    const { store, dead, alive } = open();
    await alive.claim('k', 's1', forever);
    const client = new AbortController();
    const waiting = dead.claim('k', 's2', client.signal);
    store.lost('dead');
    client.abort(new Error('its process is gone'));
    await assert.rejects(waiting);
    await alive.settle('k', 's1', accepted);
    await alive.acknowledge('k', 's1');
    assert.equal((await alive.claim('k', 's3', forever)).kind, 'recorded');
    await alive.acknowledge('k', 's3');
    assert.equal((await alive.claim('k', 's4', forever)).kind, 'claimed');
  });
});
