import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ask } from '../admin/http.js';
import { dial } from '../support/imap-peer.js';
import { scratchDirectory } from '../support/scratch.js';
import { linesOf, startCrew, until } from './crew.js';

test('a worker that is killed is replaced; its clients see the end, the others go on', async (t) => {
  const { proxy, join, joinAs, pid } = await startCrew(t);
  const [doomed, other] = [await joinAs('anna'), await join()];
  const before = pid(doomed.worker);
  process.kill(before, 'SIGKILL');
  await doomed.client.expectEnd();
  await doomed.upstream.expectEnd();
  await until('there is another one', () => linesOf(proxy, 'worker-started').length === 3);
  assert.notEqual(pid(doomed.worker), before);
  assert.deepEqual(linesOf(proxy, 'worker-lost'), [
    { worker: doomed.worker, cause: 'SIGKILL', sessions: 1, restartSeconds: 0 },
  ]);
  const [closed] = linesOf(proxy, 'session-closed');
  const { seconds, ...fields } = closed ?? {};
  assert.equal(typeof seconds, 'number');
  assert.deepEqual(fields, {
    session: doomed.session,
    side: 'proxy',
    cause: 'worker',
    bytesFromClient: 0,
    bytesToClient: 0,
    user: 'anna',
    worker: doomed.worker,
  });

  await other.client.send('a NOOP\r\n');
  await other.upstream.expect('a NOOP\r\n');
  assert.equal((await join()).worker, doomed.worker);
  const counted = await proxy.metrics();
  for (const line of ['sessions 2', 'workers 2', 'workers_lost_total 1']) {
    assert.ok(counted.includes(`imap_send_proxy_${line}\n`), line);
  }
});

test('a worker is replaced although the sender map is gone; nobody may send until it is back', async (t) => {
  const files = scratchDirectory('loss');
  t.after(() => files.remove());
  const map = join(files.path, 'senders');
  writeFileSync(map, '');
  const setting = await startCrew(t, { 'sender-policy': 'map', 'sender-map': map });
  const { proxy, pid } = setting;
  rmSync(map);
  for (const worker of [1, 2]) process.kill(pid(worker), 'SIGKILL');
  await until('both are replaced', () => linesOf(proxy, 'worker-started').length === 4);
  await setting.join();
  const causes = linesOf(proxy, 'sender-map-rejected').map(({ cause }) => String(cause));
  assert.ok(causes.some((cause) => cause.includes('no such file or directory')));

  const loaded = (): number => linesOf(proxy, 'sender-map-loaded').length;
  const before = loaded();
  writeFileSync(map, 'anna anna@example.org\n');
  await until('both have it again', () => loaded() === before + 2);
});

test('workers that cannot start again: clients are turned away, until one can', async (t) => {
  const files = scratchDirectory('loss');
  const broken = join(files.path, 'broken');
  const options = process.env['NODE_OPTIONS'];
  // What keeps a process from starting, when the test wants it.
  process.env['NODE_OPTIONS'] =
    `--import "data:text/javascript,import{existsSync}from'node:fs';if(existsSync('${broken}'))process.exit(3)"`;
  t.after(async () => {
    if (options === undefined) delete process.env['NODE_OPTIONS'];
    else process.env['NODE_OPTIONS'] = options;
    await files.remove();
  });
  const setting = await startCrew(t, { admin: 'http://127.0.0.1:0' });
  const { proxy, pid } = setting;
  writeFileSync(broken, '');
  for (const worker of [1, 2]) process.kill(pid(worker), 'SIGKILL');
  await until('both failed', () => linesOf(proxy, 'internal-error').length >= 2);
  assert.match(String(linesOf(proxy, 'internal-error')[0]?.['error']), /exit code 3/);
  const client = await dial(proxy.port);
  await client.expect('* BYE [UNAVAILABLE] the proxy is starting again\r\n');
  await client.expectEnd();
  client.end();
  assert.deepEqual(linesOf(proxy, 'session-refused'), [{ address: '127.0.0.1', limit: 'workers' }]);
  const { status, json } = await ask(proxy.admin ?? '', '/healthz/ready');
  assert.deepEqual([status, json.checks[0].name], [503, 'without-workers']);
  assert.equal((await ask(proxy.admin ?? '', '/api/status')).json.ready.ok, false);

  rmSync(broken);
  await until('one could', () => linesOf(proxy, 'worker-started').length > 2);
  await setting.join();
  const after = await ask(proxy.admin ?? '', '/healthz/ready');
  assert.equal(after.json.checks[0].name, 'upstream');
});

test('a fault in a worker: its clients are told to go, it is logged and the worker replaced', async (t) => {
  const options = process.env['NODE_OPTIONS'];
  // What a fault of the program would be, where the test wants it.
  process.env['NODE_OPTIONS'] =
    `--import "data:text/javascript,process.on('SIGUSR2',()=>{throw new Error('oops')})"`;
  const { proxy, join, pid } = await startCrew(t);
  if (options === undefined) delete process.env['NODE_OPTIONS'];
  else process.env['NODE_OPTIONS'] = options;
  const [doomed, other] = [await join(), await join()];
  process.kill(pid(doomed.worker), 'SIGUSR2');
  await doomed.client.expectLine(/^\* BYE \[UNAVAILABLE\] the proxy has a fault \(session .*\)\r\n$/);
  await doomed.client.expectEnd();
  doomed.client.end();
  await until('it is replaced', () => linesOf(proxy, 'worker-started').length === 3);
  const [fault] = linesOf(proxy, 'internal-error');
  assert.equal(fault?.['worker'], doomed.worker);
  assert.match(String(fault?.['error']), /^Error: oops\n/);
  const [closed] = linesOf(proxy, 'session-closed');
  assert.deepEqual([closed?.['session'], closed?.['cause']], [doomed.session, 'fault']);
  const [lost] = linesOf(proxy, 'worker-lost');
  assert.deepEqual([lost?.['cause'], lost?.['sessions']], ['exit code 1', 0]);
  assert.equal(other.client.ended, false);
});
