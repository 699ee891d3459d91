import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemoryLedger } from '../../src/ledger/memory.js';
import { createRates } from '../../src/ledger/rates.js';
import type { Timing } from '../../src/metrics/meter.js';
import { Metered } from '../../src/send/metered.js';
import { RefusedLogins } from '../../src/send/refused-logins.js';

function metered() {
  const timings: Timing[] = [];
  return { timings, metered: new Metered({ took: (timing) => timings.push(timing), command: () => {} }) };
}

const told = (timings: readonly Timing[]) =>
  timings.map(({ what, operation, failed }) => [what, operation, failed]);

test('each operation of ledger and rates is timed, and does what it did', async () => {
  const { metered: timed, timings } = metered();
  const ledger = timed.ledger(createMemoryLedger());
  const rates = timed.rates(createRates({ messages: { count: 1, seconds: 60 } }));
  const { signal } = new AbortController();
  assert.deepEqual(await ledger.claim('k', 's', signal), { kind: 'claimed' });
  await ledger.handover('k', 's');
  await assert.rejects(ledger.handover('k', 'other'), { code: 'CLAIM_LOST' });
  assert.deepEqual(await rates.reserve('anna', { messages: 1, recipients: 1 }), { ok: true });
  assert.deepEqual(told(timings), [
    ['ledger', 'claim', false],
    ['ledger', 'handover', false],
    ['ledger', 'handover', true],
    ['ledger', 'reserve', false],
  ]);
});

test('a client that goes while it waits for a claim is no failure', async () => {
  const { metered: timed, timings } = metered();
  const ledger = timed.ledger(createMemoryLedger());
  await ledger.claim('k', 's', new AbortController().signal);
  const gone = new AbortController();
  const waiting = ledger.claim('k', 'other', gone.signal);
  gone.abort();
  await assert.rejects(waiting);
  assert.deepEqual(told(timings), [
    ['ledger', 'claim', false],
    ['ledger', 'claim', false],
  ]);
});

test('what is submitted is in flight until its outcome is there, also when it fails', async () => {
  const { metered: timed, timings } = metered();
  let fail = (_error: Error): void => {};
  const submitter = timed.submitter({
    submit: () =>
      new Promise((_, reject) => {
        fail = reject;
      }),
    close: async () => {},
  });
  const submitting = submitter.submit({ kind: 'none' }, {} as never, async () => {});
  assert.deepEqual(timed.inFlight, { fetch: 0, submission: 1 });
  fail(new Error('oops'));
  await assert.rejects(submitting, /oops/);
  assert.deepEqual(timed.inFlight, { fetch: 0, submission: 0 });
  assert.deepEqual(told(timings), [['message-submission', undefined, true]]);
});

test('logins are refused in any case of letters, and with them those without a name', () => {
  const refused = new RefusedLogins();
  const login = (user: string) => ({ user, method: 'LOGIN' }) as const;
  assert.equal(refused.refuses(undefined), false);
  refused.set(['Anna@example.org']);
  for (const user of ['anna@example.org', 'ANNA@EXAMPLE.ORG', ''])
    assert.ok(refused.refuses(login(user)), user);
  assert.ok(refused.refuses(undefined));
  // The Kelvin sign is no letter k, and anna alone is another login.
  for (const user of ['anna', 'bert', 'anna@example.or\u212a'])
    assert.ok(!refused.refuses(login(user)), user);
  refused.set([]);
  assert.equal(refused.refuses(login('anna@example.org')), false);
});
