import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { startProxy } from '../support/proxy.js';
import { scratchDirectory } from '../support/scratch.js';
import { until } from '../workers/crew.js';
import { ask, BY_PAGE } from './http.js';
import { startAdmin } from './setting.js';

const TOKEN = '0123456789abcdef';

test('what is not there, not with this method, or no path, is refused as HTTP has it', async (t) => {
  const { get } = await startAdmin(t);
  const cases: readonly (readonly [method: string, path: string, status: number, allow?: string])[] = [
    ['GET', '/', 200],
    ['HEAD', '/', 200],
    ['GET', '/healthz/live', 200],
    ['GET', '/healthz/live?now', 200],
    ['GET', '/healthz', 404],
    ['GET', '/healthz/live/', 404],
    ['GET', '//healthz/live', 404],
    ['GET', '/metrics/../api/status', 404],
    ['GET', '/api/sessions//end', 404],
    ['GET', '/%', 400],
    ['GET', 'http://127.0.0.1/metrics', 400],
    ['OPTIONS', '*', 400],
    ['POST', '/', 405, 'GET, HEAD'],
    ['OPTIONS', '/api/status', 405, 'GET, HEAD'],
    ['DELETE', '/metrics', 405, 'GET, HEAD'],
    ['GET', '/api/sessions/x/end', 405, 'POST'],
    ['POST', '/api/refused/anna', 405, 'PUT, DELETE'],
    ['POST', '/api/sessions/x/end', 404],
  ];
  for (const [method, path, status, allow] of cases) {
    const answered = await get(path, { method, headers: BY_PAGE });
    assert.equal(answered.status, status, `${method} ${path}`);
    assert.equal(answered.headers.allow, allow, `${method} ${path}`);
    assert.equal(answered.body === '', method === 'HEAD', `${method} ${path}`);
  }
});

test('no answer goes without what keeps browsers from harm', async (t) => {
  const { get } = await startAdmin(t);
  for (const path of ['/', '/metrics', '/api/status', '/nothing']) {
    const { headers } = await get(path);
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['x-frame-options'], 'DENY');
    assert.match(String(headers['content-security-policy']), /^default-src 'none';.*frame-ancestors 'none'$/);
    assert.equal(headers['access-control-allow-origin'], undefined);
  }
  const { headers } = await get('/');
  const policy = String(headers['content-security-policy']);
  assert.match(
    policy,
    /; script-src 'sha256-[\w+/]{43}='; style-src 'sha256-[\w+/]{43}='; connect-src 'self';/,
  );
});

test('a health check in HTTP/1.0, which has no Host, is answered', async (t) => {
  const { admin } = await startAdmin(t);
  const client = connect(Number(new URL(admin).port), '127.0.0.1');
  client.end('GET /healthz/live HTTP/1.0\r\n\r\n');
  assert.match(await text(client), /^HTTP\/1\.1 200 OK\r\n/);
});

test('a request by another name, or by another site, changes nothing and is logged', async (t) => {
  const { get, proxy } = await startAdmin(t);
  const rebound = await get('/api/status', { headers: { host: 'evil.example' } });
  assert.equal(rebound.status, 421);
  const path = '/api/refused/anna';
  assert.equal((await get(path, { method: 'PUT' })).status, 403);
  const origin = 'http://evil.example';
  assert.equal((await get(path, { method: 'PUT', headers: { ...BY_PAGE, origin } })).status, 403);
  assert.deepEqual((await get('/api/status')).json.refusedUsers, []);
  const causes = proxy.logged.flatMap(({ event, fields }) =>
    event === 'admin-refused' && 'cause' in fields ? [fields.cause] : [],
  );
  assert.deepEqual(causes, ['host', 'origin', 'origin']);
});

test('a body is not taken, and neither are large headers', async (t) => {
  const { get } = await startAdmin(t);
  const put = (body: string, headers = {}) =>
    get('/api/refused/anna', { method: 'PUT', body, headers: { ...BY_PAGE, ...headers } });
  assert.equal((await put('x'.repeat(2_000), { 'content-length': 2_000 })).status, 413);
  assert.equal((await put('x', { 'transfer-encoding': 'chunked' })).status, 413);
  assert.equal((await put('{}', { 'content-length': 2 })).status, 200);
  assert.equal((await get('/', { headers: { 'x-long': 'x'.repeat(20_000) } })).status, 431);
});

test('who opens connections and says nothing is sent away, and others are served', async (t) => {
  const { get, admin } = await startAdmin(t);
  const { port } = new URL(admin);
  const silent = Array.from({ length: 20 }, () => connect(Number(port), '127.0.0.1'));
  const half = connect(Number(port), '127.0.0.1');
  half.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ');
  const said = text(half);
  assert.equal((await get('/healthz/live')).status, 200);
  assert.match(await said, /^HTTP\/1\.1 408 /);
  const sampled = async () => (await get('/api/status')).json.rates.length > 0;
  await until('an interval is over, too', sampled);
  for (const socket of silent) socket.destroy();
});

test('the oldest of too many connections makes room for a newcomer', async (t) => {
  const { get, admin } = await startAdmin(t);
  const { port } = new URL(admin);
  const silent = [];
  for (let count = 0; count < 64; count++) {
    const socket = connect(Number(port), '127.0.0.1').on('error', () => {});
    await once(socket, 'connect');
    silent.push(socket);
  }
  const [oldest] = silent;
  const gone = once(oldest as Socket, 'close');
  oldest?.resume();
  assert.equal((await get('/healthz/live')).status, 200);
  await gone;
  for (const socket of silent) socket.destroy();
});

test('with a token, only what tells nothing is told without it', async (t) => {
  const files = scratchDirectory('admin-token');
  const file = join(files.path, 'token');
  writeFileSync(file, `${TOKEN}\n`);
  t.after(() => files.remove());
  const { get, proxy, peer } = await startAdmin(t, { 'admin-token-file': file });
  const bearer = { authorization: `Bearer ${TOKEN}` };
  for (const path of ['/metrics', '/api/status', '/api/sessions', '/nothing', '/api/refused/anna']) {
    const refused = await get(path);
    assert.equal(refused.status, 401, path);
    assert.equal(refused.headers['www-authenticate'], 'Bearer');
    assert.equal((await get(path, { headers: { authorization: `Bearer ${TOKEN}0` } })).status, 401, path);
  }
  const put = (headers: Record<string, string>) => get('/api/refused/anna', { method: 'PUT', headers });
  assert.equal((await put(BY_PAGE)).status, 401);
  assert.equal((await put(bearer)).status, 403);
  assert.equal((await put({ ...BY_PAGE, ...bearer })).status, 200);
  for (const path of ['/', '/healthz/live']) assert.equal((await get(path)).status, 200, path);
  assert.equal((await get('/api/status', { headers: bearer })).status, 200);

  const looking = get('/healthz/ready');
  await (await peer.accept()).send('* NO go away, anna\r\n');
  const unready = await looking;
  assert.equal(unready.status, 503);
  assert.deepEqual(unready.json.checks[0], { name: 'upstream', ok: false, required: true });
  const told = await get('/healthz/ready', { headers: bearer });
  assert.equal(told.json.checks[0].detail, 'greeting: * NO go away, anna');
  assert.doesNotMatch(JSON.stringify(proxy.logged), new RegExp(TOKEN));
});

test('an admin port in use is an error of the start that names it, and nothing else is left open', async (t) => {
  const { admin } = await startAdmin(t);
  for (const workers of ['1', '2']) {
    await assert.rejects(startProxy({ admin, workers }), {
      code: 'EADDRINUSE',
      syscall: 'listen',
      port: Number(new URL(admin).port),
    });
  }
});

test('without --admin there is none', async (t) => {
  const proxy = await startProxy({});
  t.after(() => proxy.stop());
  assert.equal(proxy.admin, undefined);
});

test('a HEAD is the answer to GET without its body', async (t) => {
  const { admin } = await startAdmin(t);
  const { headers } = await ask(admin, '/healthz/live', { method: 'HEAD' });
  assert.equal(headers['content-length'], '12');
});
