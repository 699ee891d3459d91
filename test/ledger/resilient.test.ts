import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createMemoryStore } from '../../src/ledger/memory.js';
import { RedisUnavailableError } from '../../src/ledger/redis-connection.js';
import { accepted, claimed, forever, recorded, refused, waitingFor } from './answers.js';
import { ledgerContract } from './contract.js';
import { forgetAll } from './flaky-store.js';
import { startProcess } from './resilient-process.js';

const both = () => {
  const shared = createMemoryStore();
  return { shared, a: startProcess('a', shared), b: startProcess('b', shared) };
};

ledgerContract('the resilient ledger of two processes, with Redis', async () => {
  const { shared, a, b } = both();
  return { a: a.ledger, b: b.ledger, store: shared, close: () => a.ledger.close() };
});

for (const link of ['down', 'mute'] as const) {
  ledgerContract(`the resilient ledger of one process, Redis ${link}`, async () => {
    const { ledger, local } = startProcess('a', createMemoryStore(), link);
    return { a: ledger, b: ledger, store: local, close: () => ledger.close() };
  });
}

describe('when Redis fails', () => {
  test('it is said once, and once when it is used again', async () => {
    const { a } = both();
    const said: string[] = [];
    a.events.on('degraded', (error) => said.push(String(error)));
    a.events.on('restored', () => said.push('restored'));
    a.redis.link = 'down';
    for (const key of ['1', '2', '3']) await a.ledger.claim(key, 's1', forever);
    await a.reconnect();
    await a.ledger.claim('4', 's1', forever);
    assert.deepEqual(said, ['Error: Redis: not today', 'restored']);
  });

  test('between claim and handover: the message goes out, and the others learn of it later', async () => {
    const { a, b } = both();
    await a.ledger.claim('k', 's1', forever);
    a.redis.link = 'down';
    await a.ledger.handover('k', 's1');
    await a.ledger.settle('k', 's1', accepted);
    await a.ledger.abandon('k', 's1');
    await a.reconnect();
    assert.deepEqual(await b.ledger.claim('k', 's2', forever), recorded(accepted));
  });

  test('a message claimed without it is held in it when it is back', async () => {
    const { a, b } = both();
    a.redis.link = 'down';
    await a.ledger.claim('k', 's1', forever);
    await a.reconnect();
    const waiting = b.ledger.claim('k', 's2', forever);
    await a.ledger.handover('k', 's1');
    await a.ledger.settle('k', 's1', refused);
    assert.deepEqual(await waiting, recorded(refused));
  });

  test('an answer seen meanwhile is forgotten when it is back', async () => {
    const { shared, a } = both();
    await a.ledger.claim('k', 's1', forever);
    await a.ledger.settle('k', 's1', accepted);
    a.redis.link = 'down';
    await a.ledger.acknowledge('k', 's1');
    await a.reconnect();
    assert.deepEqual([...shared.keys()], []);
  });

  test('what began and ended meanwhile leaves no trace', async () => {
    const { shared, a } = both();
    a.redis.link = 'down';
    await a.ledger.claim('k', 's1', forever);
    await a.ledger.handover('k', 's1');
    await a.ledger.settle('k', 's1', accepted);
    await a.ledger.acknowledge('k', 's1');
    const told: string[] = [];
    const { update } = a.redis;
    a.redis.update = (key, transition) => {
      told.push(key);
      return update(key, transition);
    };
    await a.reconnect();
    assert.deepEqual(told, [''], 'asked whether it works');
    assert.deepEqual([...shared.keys(), ...a.local.keys()], []);
  });

  test('what another process had in flight is unknown, until that was seen', async () => {
    const { a, b } = both();
    for (const key of ['claimed', 'handed over']) await a.ledger.claim(key, 's1', forever);
    await a.ledger.handover('handed over', 's1');
    for (const key of ['claimed', 'handed over']) {
      await b.reconnect();
      const waiting = b.ledger.claim(key, 's2', forever);
      await waitingFor(b.store, key, 1);
      b.redis.link = 'down';
      // It asks again when something changes.
      await a.ledger.release(key, 's1');
      const reply =
        '451 4.4.2 the outcome is unknown: another proxy had the message when the connection to Redis failed';
      const refusal = { command: 'DATA', parameter: '', reply } as const;
      assert.deepEqual(await waiting, recorded({ kind: 'unknown', refusal }));
      await b.ledger.acknowledge(key, 's2');
      assert.deepEqual(await b.ledger.claim(key, 's2', forever), claimed);
    }
  });

  test('a record that another process made of the same message meanwhile stays', async () => {
    const { a, b } = both();
    a.redis.link = 'down';
    await a.ledger.claim('k', 's1', forever);
    await b.ledger.claim('k', 's2', forever);
    await b.ledger.handover('k', 's2');
    await a.reconnect();
    await assert.rejects(a.ledger.handover('k', 's1'), { code: 'CLAIM_LOST' });
    await a.ledger.release('k', 's1');
    await b.ledger.settle('k', 's2', accepted);
    await b.ledger.abandon('k', 's2');
    assert.deepEqual(await a.ledger.claim('k', 's3', forever), recorded(accepted));
  });

  test('a process that ends tells it what it can', async () => {
    const { a, b } = both();
    a.redis.link = 'down';
    await a.ledger.claim('k', 's1', forever);
    await a.ledger.settle('k', 's1', accepted);
    await a.ledger.abandon('k', 's1');
    a.redis.link = 'up';
    await a.ledger.close();
    assert.deepEqual(await b.ledger.claim('k', 's2', forever), recorded(accepted));
  });

  test('for what messages need, it is not taken for restored', async () => {
    const { a } = both();
    const { update } = a.redis;
    let attempts = 0;
    const attempted = new Promise<void>((resolve) => {
      a.redis.update = async () => {
        if (++attempts === 4) resolve();
        throw new RedisUnavailableError('Redis: NOPERM this user has no permissions to run the eval command');
      };
    });
    let restored = 0;
    a.events.on('restored', () => restored++);
    await a.ledger.claim('k', 's1', forever);
    const keepAlive = setInterval(() => undefined, 1);
    await attempted;
    assert.equal(restored, 0);
    a.redis.update = update;
    await a.reconnect();
    clearInterval(keepAlive);
  });

  test('and restarts without its data, what this process knows still counts', async () => {
    const { shared, a } = both();
    for (const key of ['lost', 'in flight']) await a.ledger.claim(key, 's1', forever);
    await a.ledger.settle('lost', 's1', accepted);
    await a.ledger.abandon('lost', 's1');
    a.redis.link = 'down';
    await a.ledger.claim('other', 's1', forever);
    forgetAll(shared);
    await a.reconnect();
    assert.deepEqual(await a.ledger.claim('lost', 's2', forever), recorded(accepted));
    await a.ledger.handover('in flight', 's1');
    await a.ledger.settle('in flight', 's1', refused);
    await a.ledger.abandon('in flight', 's1');
    assert.deepEqual(await a.ledger.claim('in flight', 's2', forever), recorded(refused));
  });

  test('what Redis says counts more than memory while it works', async () => {
    const { a, b } = both();
    await a.ledger.claim('k', 's1', forever);
    await a.ledger.settle('k', 's1', accepted);
    await a.ledger.abandon('k', 's1');
    assert.deepEqual(await b.ledger.claim('k', 's2', forever), recorded(accepted));
    await b.ledger.acknowledge('k', 's2');
    assert.deepEqual(await a.ledger.claim('k', 's3', forever), claimed, 'the retry came to the other one');
  });

  test('and once it has confirmed what memory knew, it counts more again', async () => {
    const { a, b } = both();
    await a.ledger.claim('k', 's1', forever);
    await a.ledger.settle('k', 's1', accepted);
    a.redis.lose();
    await a.reconnect();
    await a.ledger.abandon('k', 's1');
    assert.deepEqual(await b.ledger.claim('k', 's2', forever), recorded(accepted));
    await b.ledger.acknowledge('k', 's2');
    assert.deepEqual(await a.ledger.claim('k', 's3', forever), claimed);
  });
});

test('memory sees what happens to an entry in the order in which it happens in Redis', async () => {
  const { shared, a } = both();
  const replies: (() => void)[] = [];
  const { update } = a.redis;
  a.redis.update = async (key, transition) => {
    const result = await update(key, transition);
    // The newest reply comes first, as when others had to be asked for twice.
    await new Promise<void>((resolve) => replies.unshift(resolve));
    return result;
  };
  const ends = [
    a.ledger.claim('k', 's1', forever),
    a.ledger.settle('k', 's1', accepted),
    a.ledger.abandon('k', 's1'),
  ];
  let ended = false;
  const end = Promise.all(ends).then(() => {
    ended = true;
  });
  while (!ended) {
    for (let turn = 0; turn < 6; turn++) await setImmediate();
    for (const reply of replies.splice(0)) reply();
  }
  await end;
  assert.deepEqual(a.local.get('k'), shared.get('k'));
});
