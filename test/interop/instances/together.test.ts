import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Account } from './client.js';
import { until } from './instance.js';
import { type Setting, startSetting } from './setting.js';

let setting: Setting;

before(async () => {
  setting = await startSetting({ 'rate-messages': '4/1h' });
});
after(() => setting?.stop());

/** How many messages of that account arrived. */
const arrived = ({ user }: Account): number =>
  setting.sink.messages.filter(({ mailFrom }) => mailFrom === user).length;

test('a retry that lands on the other instance gets the outcome, and nothing is sent twice', async () => {
  const [one, other] = setting.instances;
  const account = await setting.account(1);
  const first = await setting.clientAt(one, account);
  const release = setting.stall.message.begin();
  await first.send('a SEND 1');
  await setting.stall.message.waiting(1);
  first.reset();
  const again = await setting.clientAt(other, account);
  await again.send('b SEND 1');
  release();
  assert.deepEqual(await again.answer('b'), ['* 1 SEND (1 OK NIL)', 'b OK SEND completed']);
  assert.equal(arrived(account), 1);
});

test('one message in two sessions of two instances at once goes out once, and both get the outcome', async () => {
  const [one, other] = setting.instances;
  const account = await setting.account(1);
  const clients = [await setting.clientAt(one, account), await setting.clientAt(other, account)];
  const release = setting.stall.message.begin();
  for (const client of clients) await client.send('a SEND 1');
  await setting.stall.message.waiting(1);
  release();
  for (const client of clients) {
    assert.deepEqual(await client.answer('a'), ['* 1 SEND (1 OK NIL)', 'a OK SEND completed']);
  }
  assert.equal(arrived(account), 1);
});

test('what was sent through one instance counts towards the rate at the other', async () => {
  const [one, other] = setting.instances;
  const account = await setting.account(6);
  const first = await setting.clientAt(one, account);
  assert.equal((await first.command('a', 'SEND 1:3')).at(-1), 'a OK SEND completed');
  const second = await setting.clientAt(other, account);
  assert.equal((await second.command('b', 'SEND 4')).at(-1), 'b OK SEND completed');
  for (const [client, number] of [
    [first, 5],
    [second, 6],
  ] as const) {
    const [line = '', tagged = ''] = await client.command('c', `SEND ${number}`);
    assert.match(line, /^\* \d SEND \(\d NO \("MAIL FROM" ".*" "451 4\.7\.1 Too many messages /);
    assert.match(tagged, /^c NO \[LIMIT\] /);
  }
  assert.equal(arrived(account), 4);
});

test('an instance that is told to stop finishes what it sends, and its clients hear BYE and come back at the other', async () => {
  const [leaving, staying] = setting.instances;
  const account = await setting.account(2);
  const sending = await setting.clientAt(leaving, account);
  const idling = await setting.clientAt(leaving, account);
  const resting = await setting.clientAt(leaving, account);
  const elsewhere = await setting.clientAt(staying, account);
  await idling.send('i IDLE');
  const release = setting.stall.message.begin();
  await sending.send('a SEND 1');
  await setting.stall.message.waiting(1);
  await leaving.terminate();

  const bye = /^\* BYE \[UNAVAILABLE\] the proxy is stopping \(session /;
  for (const client of [idling, resting]) {
    const lines = (await client.rest()).filter((text) => !text.startsWith('+ '));
    assert.equal(lines.length, 1, lines.join('\n'));
    assert.match(lines[0] ?? '', bye);
    client.end();
    const back = await setting.client(account);
    assert.ok(staying.serves(back.address));
    assert.match((await back.command('n', 'NOOP')).at(-1) ?? '', /^n OK /);
  }

  release();
  const [line, tagged, last, ...more] = await sending.rest();
  assert.deepEqual([line, tagged, more], ['* 1 SEND (1 OK NIL)', 'a OK SEND completed', []]);
  assert.match(last ?? '', bye);
  sending.end();
  await leaving.ended();
  assert.match((await elsewhere.command('n', 'NOOP')).at(-1) ?? '', /^n OK /);

  const back = await setting.client(account);
  assert.deepEqual(await back.command('b', 'SEND 2'), ['* 2 SEND (2 OK NIL)', 'b OK SEND completed']);
  await until('both arrived', () => arrived(account) === 2);
});
