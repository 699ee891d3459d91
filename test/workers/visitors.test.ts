import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Serving } from '../../src/proxy-serving.js';
import type { Arrival } from '../../src/relay/reception.js';
import type { Handover, ToPrimary } from '../../src/workers/protocol.js';
import { Visitors } from '../../src/workers/visitors.js';

/** Visitors whose connections last until the test ends them. */
function visitors() {
  const said: ToPrimary[] = [];
  const arrivals: (Arrival & { end: () => void })[] = [];
  const relay = {
    serve: (arrival: Arrival) => new Promise<void>((end) => void arrivals.push({ ...arrival, end })),
  };
  const serving = { relay, listeners: [{ host: '127.0.0.1', port: 1, tls: { mode: 'none' } }] };
  const all = new Visitors(serving as unknown as Serving, (message) => void said.push(message));
  const client = { address: '192.0.2.1', port: 1, to: { address: '192.0.2.2', port: 143 } };
  const serve = (visit: number, handle: unknown): void => {
    const message: Handover = {
      kind: 'serve',
      visit,
      listener: 0,
      url: 'imap://h:1',
      client,
      early: undefined,
    };
    all.serve(message, handle);
  };
  return { all, said, arrivals, serve };
}

/** Of a connection that nobody opened. */
const handle = null;

const reason = { side: 'client', cause: 'limit', limit: 'max-unauthenticated' } as const;

test('a connection whose descriptor did not arrive is over', () => {
  const { said, serve } = visitors();
  serve(1, undefined);
  // Node.js dropped 2 and 3, and their messages with them.
  serve(4, undefined);
  assert.deepEqual(
    said.map((message) => 'visit' in message && [message.kind, message.visit]),
    [
      ['gone', 1],
      ['gone', 2],
      ['gone', 3],
      ['gone', 4],
    ],
  );
});

test('who logged in before the primary heard of it stays', async () => {
  const { all, said, arrivals, serve } = visitors();
  serve(1, handle);
  serve(2, handle);
  const [first, second] = arrivals;
  first?.authenticated(true);
  for (const visit of [1, 2]) all.displace(visit, { reason, text: 'too many' });
  assert.deepEqual([first?.visit.dismissal, second?.visit.dismissal?.text], [undefined, 'too many']);
  first?.authenticated(false);
  all.displace(1, { reason, text: 'too many' });
  assert.equal(first?.visit.dismissal?.text, 'too many');
  second?.end();
  await Promise.resolve();
  assert.deepEqual(said.at(-1), { kind: 'gone', visit: 2 });
});
