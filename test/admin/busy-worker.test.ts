import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesOf, until } from '../workers/crew.js';
import { startAdmin } from './setting.js';

test('a worker that does not answer is left out, and one that takes its place knows who may not send', async (t) => {
  const { join, get, change, proxy } = await startAdmin(t, { workers: '2' });
  await join('anna');
  await join('bert');
  await until('both are known', async () => (await get('/api/sessions')).json.total === 2);
  await change('PUT', '/api/refused/carl');
  const [stopped] = linesOf(proxy, 'worker-started').map(({ pid }) => pid as number);
  process.kill(stopped as number, 'SIGSTOP');
  try {
    assert.equal((await get('/api/sessions')).json.total, 1);
    assert.match((await get('/metrics')).body, /^imap_send_proxy_sessions 2$/m);
    assert.equal((await get('/healthz/live')).status, 200);
  } finally {
    process.kill(stopped as number, 'SIGKILL');
  }
  await until('it is replaced', () => linesOf(proxy, 'worker-started').length === 3);
  // The one with fewest clients is the new one.
  const { client } = await join('carl');
  await client.send('a SEND 1\r\n');
  await client.expectLine(/^a NO \[NOPERM\] SEND is refused for this login/);
});
