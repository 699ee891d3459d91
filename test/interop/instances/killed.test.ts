import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { Client } from './client.js';
import { type Setting, startSetting } from './setting.js';

/** In place of half a minute, after which a process that is silent counts as dead. */
const LEASE_MS = 1_500;

const SENT = (tag: string) => ['* 1 SEND (1 OK NIL)', `${tag} OK SEND completed`];

/** The client of an instance that was killed while the submission server let it wait, after it came back. */
async function killed(
  t: TestContext,
  step: 'recipient' | 'message',
): Promise<{ setting: Setting; back: Client }> {
  const setting = await startSetting({}, LEASE_MS);
  t.after(() => setting.stop());
  const [instance, other] = setting.instances;
  const account = await setting.account(1);
  const client = await setting.clientAt(instance, account);
  const release = setting.stall[step].begin();
  await client.send('a SEND 1');
  await setting.stall[step].waiting(1);
  await instance.kill();
  assert.deepEqual(await client.rest(), []);
  release();
  await setting.sink.idle();
  const back = await setting.client(account);
  assert.ok(other.serves(back.address));
  return { setting, back };
}

describe('an instance is killed in the middle of SEND, and its client repeats it at the other', () => {
  test('before the final dot: it is sent now, once', async (t) => {
    const { setting, back } = await killed(t, 'recipient');
    assert.equal(setting.sink.messages.length, 0);
    assert.deepEqual(await back.command('b', 'SEND 1'), SENT('b'));
    assert.equal(setting.sink.messages.length, 1);
  });

  test('after the final dot: the outcome is unknown, which is told once, and only then it is sent', async (t) => {
    const { setting, back } = await killed(t, 'message');
    assert.equal(setting.sink.messages.length, 1);
    const [line = '', tagged = ''] = await back.command('b', 'SEND 1');
    assert.match(line, /^\* 1 SEND \(1 NO \("DATA" "" "451 4\.4\.2 the outcome is unknown: the proxy /);
    assert.match(tagged, /^b NO /);
    assert.equal(setting.sink.messages.length, 1);
    assert.deepEqual(await back.command('c', 'SEND 1'), SENT('c'));
    assert.equal(setting.sink.messages.length, 2);
  });
});
