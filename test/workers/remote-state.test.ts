import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { ToPrimary } from '../../src/workers/protocol.js';
import { createRemoteState, type RemoteState } from '../../src/workers/remote-state.js';
import { type CommonState, createCommonState, createStateCalls } from '../../src/workers/state-calls.js';
import { accepted, claimed, forever, waitingFor } from '../ledger/answers.js';
import { ledgerContract } from '../ledger/contract.js';

/** The state as one worker has it; what passes between is copied and takes its time, as between processes. */
function worker(common: CommonState): RemoteState & { lost(): void } {
  const calls = createStateCalls(common, (answer) => {
    const copy = structuredClone(answer);
    void setImmediate().then(() => remote.answered(copy));
  });
  const remote: RemoteState = createRemoteState((message: ToPrimary) => {
    const copy = structuredClone(message);
    void setImmediate().then(() => {
      if (copy.kind === 'call') calls.run(copy);
      if (copy.kind === 'cancel') calls.cancel(copy.call);
    });
  });
  return { ...remote, lost: () => calls.lost() };
}

ledgerContract('the memory of the primary, for its workers,', async () => {
  const common = createCommonState({});
  const [a, b] = [worker(common), worker(common)];
  return { a: a.ledger, b: b.ledger, store: common.store, close: async () => {} };
});

test('rates are counted for all workers together', async () => {
  const common = createCommonState({ messages: { count: 2, seconds: 60 } });
  const [a, b] = [worker(common).rates, worker(common).rates];
  const one = { messages: 1, recipients: 1 };
  assert.deepEqual(
    [await a.reserve('anna', one), await b.reserve('anna', one)],
    [{ ok: true }, { ok: true }],
  );
  const refused = await a.reserve('anna', one);
  assert.deepEqual([refused.ok, 'limit' in refused && refused.limit], [false, 'messages']);
  const never = await a.reserve('anna', { messages: 3, recipients: 1 });
  assert.equal('retryAfterSeconds' in never && never.retryAfterSeconds, Number.POSITIVE_INFINITY);
  await b.refund('anna', one);
  assert.deepEqual(await a.reserve('anna', one), { ok: true });
});

describe('when a worker is lost', () => {
  test('who waits for it elsewhere is told, and what waited in it claims nothing', async () => {
    const common = createCommonState({});
    const [dead, alive] = [worker(common), worker(common)];
    await dead.ledger.claim('k', 's1', forever);
    await dead.ledger.handover('k', 's1');
    await alive.ledger.claim('other', 's2', forever);
    void dead.ledger.claim('other', 's3', forever).catch(() => {});
    await waitingFor(common.store, 'other', 1);
    const waiting = alive.ledger.claim('k', 's4', forever);
    await waitingFor(common.store, 'k', 1);

    dead.lost();
    const told = await waiting;
    assert.equal(told.kind === 'recorded' && told.outcome.kind, 'unknown');
    // Nobody has it when it is free again.
    await alive.ledger.release('other', 's2');
    assert.deepEqual(await alive.ledger.claim('other', 's5', forever), claimed);
  });

  test('what the other workers do goes on', async () => {
    const common = createCommonState({});
    const [dead, alive] = [worker(common), worker(common)];
    await alive.ledger.claim('k', 's1', forever);
    dead.lost();
    await alive.ledger.handover('k', 's1');
    await alive.ledger.settle('k', 's1', accepted);
  });
});

test('a worker without its primary hands nothing over', async () => {
  const common = createCommonState({});
  const remote = worker(common);
  await remote.ledger.claim('k', 's1', forever);
  const waiting = remote.ledger.claim('k', 's2', forever);
  remote.disconnected();
  await assert.rejects(waiting, /the primary process is gone/);
  await assert.rejects(remote.ledger.handover('k', 's1'), /the primary process is gone/);
});
