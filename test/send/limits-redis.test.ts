import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startRedis } from '../support/redis.js';
import { BERT, message, sends, startMailSystem } from './support/mail-system.js';

const [system, redis] = await Promise.all([startMailSystem(), startRedis()]);
after(async () => {
  await Promise.all([system.stop(), redis.stop()]);
});

const letters = (count: number, from?: string): string[] =>
  Array.from({ length: count }, () => message({ recipients: 2, ...(from === undefined ? {} : { from }) }));

test('proxies with one Redis count together', async (context) => {
  const scene = system.scene(context);
  const sink = await scene.sink();
  const flags = { state: redis.url, 'rate-messages': '100/1h', 'rate-recipients': '6/1h' };
  const [one, two] = [await scene.proxy(sink.port, flags), await scene.proxy(sink.port, flags)] as const;
  const mailbox = await system.mailbox(letters(4));
  const first = await scene.client(one.port, mailbox);
  assert.equal((await sends(first, 'SEND 1:2')).at(-1), 'x OK SEND completed');
  const second = await scene.client(two.port, mailbox);
  assert.equal((await sends(second, 'SEND 3')).at(-1), 'x OK SEND completed');
  for (const client of [first, second]) {
    const [line = '', answer = ''] = await sends(client, 'SEND 4', 'y');
    assert.match(line, /"451 4\.7\.1 Too many recipients for this login, try again in \d+ s"/);
    assert.match(answer, /^y NO \[LIMIT\] /);
  }
  assert.equal(sink.messages.length, 3);
});

test('while Redis is gone sending goes on, and each proxy counts for itself', async (context) => {
  const scene = system.scene(context);
  const sink = await scene.sink();
  const proxy = await scene.proxy(sink.port, { state: redis.url, 'rate-messages': '2/1h' });
  const client = await scene.client(proxy.port, await system.mailbox(letters(4, BERT.user), BERT.user), BERT);
  assert.equal((await sends(client, 'SEND 1', 'a')).at(-1), 'a OK SEND completed');
  await redis.kill();
  assert.equal((await sends(client, 'SEND 2:3', 'b')).at(-1), 'b OK SEND completed');
  assert.match((await sends(client, 'SEND 4', 'c')).at(-1) ?? '', /^c NO \[LIMIT\] /);
  assert.ok(proxy.logged.some(({ event }) => event === 'ledger-degraded'));
  assert.equal(sink.messages.length, 3);
});
