import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dial } from '../support/imap-peer.js';
import { type Joined, linesOf, startCrew, until } from './crew.js';

const count = (workers: readonly number[], worker: number): number =>
  workers.filter((each) => each === worker).length;

function leave({ client, upstream }: Joined): void {
  client.reset();
  upstream.reset();
}

test('sessions are spread evenly, and newcomers go where fewest are', async (t) => {
  const { join, proxy } = await startCrew(t);
  const all = [];
  for (let n = 0; n < 40; n++) all.push(await join());
  const workers = all.map(({ worker }) => worker);
  assert.deepEqual([count(workers, 1), count(workers, 2)], [20, 20]);

  for (const joined of all) if (joined.worker === 2) leave(joined);
  await until('they are gone', () => linesOf(proxy, 'session-closed').length === 20);
  const newcomers = [];
  for (let n = 0; n < 6; n++) newcomers.push((await join()).worker);
  assert.deepEqual(newcomers, Array(6).fill(2));
});

test('octets pass through a worker in both directions, and half-closes', async (t) => {
  const { client, upstream } = await (await startCrew(t)).joinAs('anna');
  const literal = 'x'.repeat(300_000);
  void upstream.send(`* 1 FETCH (BODY[] {${literal.length}}\r\n${literal})\r\n`);
  await client.expect(`* 1 FETCH (BODY[] {${literal.length}}\r\n${literal})\r\n`);
  await client.send('b NOOP\r\n');
  client.end();
  await upstream.expect('b NOOP\r\n');
  await upstream.expectEnd();
  await upstream.send('b OK\r\n');
  upstream.end();
  await client.expect('b OK\r\n');
  await client.expectEnd();
});

test('limits count the sessions of all workers, and places become free again', async (t) => {
  const { proxy, peer, join } = await startCrew(t, { 'max-sessions-per-ip': '2', 'max-sessions': '3' });
  const [first, second] = [await join(), await join()];
  assert.notEqual(first.worker, second.worker);
  await join('127.0.0.2');
  for (const [from, limit] of [
    ['127.0.0.1', 'max-sessions-per-ip'],
    ['127.0.0.2', 'max-sessions'],
  ]) {
    const client = await dial(proxy.port, {}, from);
    await client.expect(`* BYE [UNAVAILABLE] too many connections (${limit})\r\n`);
    await client.expectEnd();
    client.end();
  }
  assert.equal(peer.connections, 3);
  leave(first);
  await until('there is room again', async () => {
    const client = await dial(proxy.port);
    await until('there is an answer', () => client.ended || peer.connections > 3);
    client.reset();
    return peer.connections > 3;
  });
});

test('a newcomer takes the place of a connection without a login that another worker has', async (t) => {
  const { proxy, join, joinAs } = await startCrew(t, { 'max-unauthenticated': '2' });
  // Logged in: they do not count.
  for (const user of ['anna', 'bert', 'carl']) await joinAs(user);
  const [oldest, other] = [await join(), await join()];
  assert.notEqual(oldest.worker, other.worker);
  const newcomer = await join('127.0.0.2');
  assert.notEqual(newcomer.worker, undefined);
  await oldest.client.expectLine(/^\* BYE \[UNAVAILABLE\] too many connections \(max-unauthenticated\)/);
  await oldest.client.expectEnd();
  await until('it is logged', () => linesOf(proxy, 'session-closed').length === 1);
  const [closed] = linesOf(proxy, 'session-closed');
  assert.deepEqual([closed?.['session'], closed?.['cause']], [oldest.session, 'limit max-unauthenticated']);
  assert.deepEqual([newcomer.client.ended, other.client.ended], [false, false]);
});

test('octets that came with a PROXY header reach upstream, and the address the log', async (t) => {
  const { proxy, peer } = await startCrew(t, { 'accept-proxy-protocol': '127.0.0.1' });
  const client = await dial(proxy.port);
  await client.send('PROXY TCP4 192.0.2.7 192.0.2.8 5000 143\r\na CAPABILITY\r\n');
  const upstream = await peer.accept();
  await upstream.send('* OK ready\r\n');
  await client.expect('* OK ready\r\n');
  await upstream.expect('a CAPABILITY\r\n');
  await until('it is logged', () => linesOf(proxy, 'session-opened').length === 1);
  const [opened] = linesOf(proxy, 'session-opened');
  assert.deepEqual([opened?.['address'], opened?.['via']], ['192.0.2.7:5000', '127.0.0.1']);
  client.reset();
});

test('each line of a worker has its number, and all are counted together', async (t) => {
  const { proxy, joinAs } = await startCrew(t);
  const sessions = [await joinAs('anna'), await joinAs('bert'), await joinAs('carl')];
  await until('logins are logged', () => linesOf(proxy, 'login').length === 3);
  for (const { session, worker } of sessions) {
    const lines = proxy.logged
      .map(({ event, fields }) => ({ event, fields: fields as Record<string, unknown> }))
      .filter(({ fields }) => fields['session'] === session);
    assert.deepEqual(
      lines.map(({ event, fields }) => [event, fields['worker']]),
      [
        ['session-opened', worker],
        ['login', worker],
      ],
    );
  }
  const counted = await proxy.metrics();
  for (const line of [
    'sessions 3',
    'sessions_total 3',
    'logins_total{result="ok",method="LOGIN"} 3',
    'workers 2',
  ]) {
    assert.ok(counted.includes(`imap_send_proxy_${line}\n`), line);
  }
});
