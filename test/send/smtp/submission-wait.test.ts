import assert from 'node:assert/strict';
import { test } from 'node:test';
import { submissionBench, textMessage } from '../../support/submission.js';

test('a message that waits for a connection is not begun when its session is over', async (t) => {
  const bench = await submissionBench(t, [], undefined, { connections: 1 });
  const session = new AbortController();
  const message = textMessage('Subject: x\r\n\r\nx\r\n');
  let goOn = (): void => {};
  const atDot = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const first = bench.submitter.submit({ kind: 'none' }, message, () => atDot);
  const second = bench.submitter.submit({ kind: 'none' }, message, async () => {}, session.signal);
  session.abort();
  goOn();
  assert.equal((await first).kind, 'accepted');
  const { alice, reply } = {
    alice: message.envelope.from,
    reply: '421 4.3.2 Not attempted: the session is ending',
  };
  assert.deepEqual(await second, {
    kind: 'unavailable',
    cause: 'connection',
    refusal: { command: 'MAIL FROM', parameter: alice, reply },
  });
  assert.equal(bench.peer.accepted.length, 1);
});
