import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { after, before, describe, test } from 'node:test';
import type { Ledger, RecordedOutcome } from '../../src/ledger/ledger.js';
import type { EntryStore } from '../../src/ledger/store.js';
import { accepted, claimed, forever, recorded, refused, unknown, waitingFor } from './answers.js';

/** The ledgers of two processes; where there is one process only, the same twice. */
export interface LedgerPair {
  readonly a: Ledger;
  readonly b: Ledger;
  /** What is behind them, to look into. */
  readonly store: EntryStore;
  close(): Promise<void>;
}

/** What every ledger does, whatever it keeps its entries in. */
export function ledgerContract(name: string, open: () => Promise<LedgerPair>): void {
  describe(`${name} is a ledger`, () => {
    let a: Ledger;
    let b: Ledger;
    let store: EntryStore;
    let close: () => Promise<void>;
    let count = 0;
    const newKey = () => `alice\n${name} ${++count}`;

    /** Session `s1` sends the message, and is told what became of it. */
    const send = async (key: string, outcome: RecordedOutcome, session = 's1') => {
      assert.deepEqual(await a.claim(key, session, forever), claimed);
      await a.handover(key, session);
      await a.settle(key, session, outcome);
    };

    before(async () => {
      ({ a, b, store, close } = await open());
    });
    after(() => close());

    for (const outcome of [accepted, refused, unknown]) {
      test(`an answer that was seen (${outcome.kind}) is forgotten: the message goes out again`, async () => {
        const key = newKey();
        await send(key, outcome);
        await a.acknowledge(key, 's1');
        assert.deepEqual(await b.claim(key, 's2', forever), claimed);
        await b.release(key, 's2');
      });

      test(`a retry after a lost answer is told: ${outcome.kind}`, async () => {
        const key = newKey();
        await send(key, outcome);
        await a.abandon(key, 's1');
        assert.deepEqual(await b.claim(key, 's2', forever), recorded(outcome));
        await b.acknowledge(key, 's2');
        assert.deepEqual(await a.claim(key, 's3', forever), claimed);
        await a.release(key, 's3');
      });

      test(`who asks while the message is in flight waits and is told: ${outcome.kind}`, async () => {
        const key = newKey();
        await a.claim(key, 's1', forever);
        const others = [b.claim(key, 's2', forever), a.claim(key, 's3', forever)];
        await waitingFor(store, key, 2);
        await a.handover(key, 's1');
        await waitingFor(store, key, 2);
        await a.settle(key, 's1', outcome);
        assert.deepEqual(await Promise.all(others), [recorded(outcome), recorded(outcome)]);
        await b.acknowledge(key, 's2');
        await a.acknowledge(key, 's1');
        await a.acknowledge(key, 's3');
        assert.deepEqual(await b.claim(key, 's4', forever), claimed);
        await b.release(key, 's4');
      });
    }

    test('a released message is for the next who asks', async () => {
      const key = newKey();
      await a.claim(key, 's1', forever);
      const next = b.claim(key, 's2', forever);
      await waitingFor(store, key, 1);
      await a.release(key, 's1');
      assert.deepEqual(await next, claimed);
      await b.release(key, 's2');
    });

    test('of those who wait for a released message one sends it, and the others are told', async () => {
      const key = newKey();
      await a.claim(key, 's1', forever);
      const waiting = [
        { ledger: a, session: 's2' },
        { ledger: b, session: 's3' },
      ].map(async ({ ledger, session }) => {
        const claim = await ledger.claim(key, session, forever);
        if (claim.kind === 'claimed') await ledger.settle(key, session, accepted);
        // Seen at once, perhaps before the other one comes back to ask.
        await ledger.acknowledge(key, session);
        return claim.kind;
      });
      await waitingFor(store, key, 2);
      await a.release(key, 's1');
      assert.deepEqual((await Promise.all(waiting)).sort(), ['claimed', 'recorded']);
      assert.deepEqual(await b.claim(key, 's4', forever), claimed);
      await b.release(key, 's4');
    });

    test('a retry whose answer is lost again leaves it for the next retry', async () => {
      const key = newKey();
      await send(key, accepted);
      await a.abandon(key, 's1');
      for (const session of ['s2', 's3', 's4']) {
        assert.deepEqual(await b.claim(key, session, forever), recorded(accepted));
        await b.abandon(key, session);
      }
      assert.deepEqual(await a.claim(key, 's5', forever), recorded(accepted));
      await a.acknowledge(key, 's5');
      assert.deepEqual(await a.claim(key, 's6', forever), claimed);
      await a.release(key, 's6');
    });

    test('of two lost sessions each can retry once, one after the other', async () => {
      const key = newKey();
      await a.claim(key, 's1', forever);
      const second = b.claim(key, 's2', forever);
      await waitingFor(store, key, 1);
      await a.settle(key, 's1', refused);
      await second;
      await a.abandon(key, 's1');
      await b.abandon(key, 's2');
      for (const session of ['s3', 's4']) {
        assert.deepEqual(await a.claim(key, session, forever), recorded(refused));
        await a.acknowledge(key, session);
      }
      assert.deepEqual(await a.claim(key, 's5', forever), claimed);
      await a.release(key, 's5');
    });

    test('an answer is kept until everybody who was told has shown that he saw it', async () => {
      const key = newKey();
      await send(key, accepted);
      assert.deepEqual(await b.claim(key, 's2', forever), recorded(accepted));
      await a.acknowledge(key, 's1');
      assert.deepEqual(await b.claim(key, 's3', forever), recorded(accepted));
      await b.acknowledge(key, 's3');
      await b.acknowledge(key, 's2');
      assert.deepEqual(await a.claim(key, 's4', forever), claimed);
      await a.release(key, 's4');
    });

    for (const outcome of [accepted, unknown]) {
      test(`a session that repeats before it shows that it saw the answer gets it again: ${outcome.kind}`, async () => {
        const key = newKey();
        await send(key, outcome);
        assert.deepEqual(await a.claim(key, 's1', forever), recorded(outcome));
        assert.deepEqual(await a.claim(key, 's1', forever), recorded(outcome));
        await a.acknowledge(key, 's1');
        assert.deepEqual(await a.claim(key, 's1', forever), claimed);
        await a.release(key, 's1');
      });
    }

    test('a session that asks for the same message twice at once sends it once', async () => {
      const key = newKey();
      await a.claim(key, 's1', forever);
      const second = a.claim(key, 's1', forever);
      await a.settle(key, 's1', accepted);
      assert.deepEqual(await second, recorded(accepted));
      await a.acknowledge(key, 's1');
      assert.deepEqual(await b.claim(key, 's2', forever), claimed);
      await b.release(key, 's2');
    });

    test('a session that asks for the same message twice and is lost counts once', async () => {
      const key = newKey();
      const client = new AbortController();
      await a.claim(key, 's1', forever);
      const second = a.claim(key, 's1', client.signal);
      client.abort(new Error('gone'));
      await assert.rejects(second, /gone/);
      await a.settle(key, 's1', accepted);
      await a.abandon(key, 's1');
      assert.deepEqual(await b.claim(key, 's2', forever), recorded(accepted));
      await b.acknowledge(key, 's2');
      assert.deepEqual(await b.claim(key, 's3', forever), claimed);
      await b.release(key, 's3');
    });

    test('an unknown outcome is reported until a report of it was seen: only then may the message go out again', async () => {
      const key = newKey();
      await send(key, unknown);
      await a.abandon(key, 's1');
      assert.deepEqual(await b.claim(key, 's2', forever), recorded(unknown));
      await b.abandon(key, 's2');
      assert.deepEqual(await a.claim(key, 's3', forever), recorded(unknown));
      await a.acknowledge(key, 's3');
      assert.deepEqual(await b.claim(key, 's4', forever), claimed);
      await b.release(key, 's4');
    });

    test('a session that is lost while it submits leaves its answer to one retry, whenever that comes', async () => {
      for (const early of [true, false]) {
        const key = newKey();
        await a.claim(key, 's1', forever);
        await a.handover(key, 's1');
        await a.abandon(key, 's1');
        const retry = early ? b.claim(key, 's2', forever) : undefined;
        await a.settle(key, 's1', accepted);
        await a.abandon(key, 's1');
        assert.deepEqual(await (retry ?? b.claim(key, 's2', forever)), recorded(accepted));
        await b.acknowledge(key, 's2');
        // On purpose, in a new session.
        assert.deepEqual(await a.claim(key, 's3', forever), claimed);
        await a.release(key, 's3');
      }
    });

    test('many at once: one sends, all are told', async () => {
      const key = newKey();
      let submitted = 0;
      const answers = Array.from({ length: 12 }, async (_, index) => {
        const [ledger, session] = [index % 2 ? a : b, `s${index}`];
        const claim = await ledger.claim(key, session, new AbortController().signal);
        if (claim.kind === 'claimed') {
          submitted++;
          await ledger.handover(key, session);
          await ledger.settle(key, session, accepted);
        }
        return claim.kind === 'recorded' ? claim.outcome : accepted;
      });
      assert.deepEqual(await Promise.all(answers), Array(12).fill(accepted));
      assert.equal(submitted, 1);
    });

    test('messages are independent of each other', async () => {
      const [one, two] = [newKey(), newKey()];
      await send(one, accepted);
      assert.deepEqual(await b.claim(two, 's2', forever), claimed);
      await b.release(two, 's2');
      await a.acknowledge(one, 's1');
    });

    test('only who has the claim may hand over', async () => {
      const key = newKey();
      const lost = { code: 'CLAIM_LOST' };
      await assert.rejects(a.handover(key, 's1'), lost);
      await a.claim(key, 's1', forever);
      await assert.rejects(b.handover(key, 's2'), lost);
      await a.release(key, 's1');
      await assert.rejects(a.handover(key, 's1'), lost);
      await b.claim(key, 's2', forever);
      await assert.rejects(a.handover(key, 's1'), lost);
      await b.handover(key, 's2');
      await b.release(key, 's2');
    });

    test('who lost the claim does not overwrite what others did since', async () => {
      const key = newKey();
      await a.claim(key, 's1', forever);
      await a.release(key, 's1');
      await b.claim(key, 's2', forever);
      await a.settle(key, 's1', refused);
      await b.handover(key, 's2');
      await a.release(key, 's1');
      await b.settle(key, 's2', accepted);
      await a.settle(key, 's1', refused);
      await a.acknowledge(key, 's1');
      await a.abandon(key, 's1');
      await b.abandon(key, 's2');
      assert.deepEqual(await a.claim(key, 's3', forever), recorded(accepted));
      await a.acknowledge(key, 's3');
      assert.deepEqual(await a.claim(key, 's4', forever), claimed);
      await a.release(key, 's4');
    });

    test('an aborted wait ends with the reason and leaves no listener', async () => {
      const key = newKey();
      const client = new AbortController();
      await a.claim(key, 's1', forever);
      const waiting = b.claim(key, 's2', client.signal);
      await waitingFor(store, key, 1);
      client.abort(new Error('gone'));
      await assert.rejects(waiting, /gone/);
      assert.equal(getEventListeners(client.signal, 'abort').length, 0);
      await a.release(key, 's1');
    });

    test('an aborted signal claims nothing', async () => {
      const key = newKey();
      await assert.rejects(a.claim(key, 's1', AbortSignal.abort(new Error('gone'))), /gone/);
      assert.deepEqual(await b.claim(key, 's2', forever), claimed);
      await b.release(key, 's2');
    });

    test('a wait that ends by itself leaves no listener either', async () => {
      const key = newKey();
      const { signal } = new AbortController();
      await a.claim(key, 's1', forever);
      const waiting = b.claim(key, 's2', signal);
      await waitingFor(store, key, 1);
      await a.settle(key, 's1', accepted);
      await waiting;
      assert.equal(getEventListeners(signal, 'abort').length, 0);
    });

    test('a session that was lost while it waited can retry, too', async () => {
      const key = newKey();
      const client = new AbortController();
      await a.claim(key, 's1', forever);
      const waiting = b.claim(key, 's2', client.signal);
      await waitingFor(store, key, 1);
      client.abort(new Error('gone'));
      await assert.rejects(waiting, /gone/);
      await a.settle(key, 's1', accepted);
      await a.acknowledge(key, 's1');
      assert.deepEqual(await b.claim(key, 's3', forever), recorded(accepted));
      await b.acknowledge(key, 's3');
    });
  });
}
