import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answerBody, answerListing } from '../relay/sending.js';
import { linesOf, until } from '../workers/crew.js';
import { MESSAGE, startAdmin } from './setting.js';

for (const workers of ['1', '2']) {
  const flags = { workers };
  describe(`with ${workers} ${workers === '1' ? 'process' : 'workers'}`, () => {
    test('sessions are listed with who, where and how, and found by what is in it', async (t) => {
      const { join, get, proxy } = await startAdmin(t, flags);
      const { client, upstream: server } = await join('anna@example.org');
      await join('bert');
      const { total, sessions } = (await get('/api/sessions?q=ANNA')).json;
      assert.equal(total, 1);
      const { id, address, since, bytesFromClient, bytesFromServer, ...rest } = sessions[0];
      assert.match(address, /^127\.0\.0\.1:\d+$/);
      assert.ok(Date.parse(since) <= Date.now());
      const upstream = (await get('/api/status')).json.upstream;
      assert.deepEqual(rest, {
        user: 'anna@example.org',
        state: 'selected',
        tls: null,
        listener: `imap://127.0.0.1:${proxy.port}`,
        upstream,
      });
      assert.deepEqual(
        [bytesFromClient, bytesFromServer],
        [
          'l LOGIN anna@example.org secret\r\ns SELECT INBOX\r\n'.length,
          '* OK ready\r\nl OK done\r\ns OK done\r\n'.length,
        ],
      );
      assert.equal((await get(`/api/sessions?q=${id}`)).json.total, 1);
      assert.equal((await get('/api/sessions')).json.total, 2);
      assert.equal((await get('/api/sessions?q=nobody')).json.total, 0);
      client.reset();
      server.end();
      await until('she is gone', async () => (await get('/api/sessions')).json.total === 1);
    });

    test('a session is ended in order, and the log has who did it', async (t) => {
      const { join, get, change, proxy } = await startAdmin(t, flags);
      const { client, upstream } = await join();
      const { id } = (await get('/api/sessions')).json.sessions[0];
      assert.equal((await change('POST', `/api/sessions/${id}/end`)).status, 200);
      await client.expect(`* BYE the administrator ended this session (session ${id})\r\n`);
      await client.expectEnd();
      await upstream.expectEnd();
      client.end();
      upstream.end();
      await until('it is over', () => linesOf(proxy, 'session-closed').length === 1);
      const [closed] = linesOf(proxy, 'session-closed');
      assert.deepEqual([closed?.['side'], closed?.['cause']], ['proxy', 'administrator']);
      assert.equal((await change('POST', `/api/sessions/${id}/end`)).status, 404);
      assert.deepEqual(linesOf(proxy, 'admin-action'), [
        { address: '127.0.0.1', action: 'end-session', target: id, done: true },
        { address: '127.0.0.1', action: 'end-session', target: id, done: false },
      ]);
    });

    test('SEND is refused for a login in every spelling, until it is allowed again; others send', async (t) => {
      const { join, get, change, proxy, sink } = await startAdmin(t, flags);
      const [anna, bert] = [await join('Anna@Example.org'), await join('bert')];
      const send = async ({ client, upstream }: typeof anna, answer: string): Promise<void> => {
        await client.send('a SEND 1\r\n');
        await answerListing(upstream, '1', [MESSAGE]);
        await answerBody(upstream, 1, MESSAGE);
        await client.expect(answer);
      };
      const accepted = '* 1 SEND (11 OK NIL)\r\na OK SEND completed\r\n';
      const put = await change('PUT', '/api/refused/anna%40example.org');
      assert.deepEqual(put.json, { refusedUsers: ['anna@example.org'] });
      await anna.client.send('a UID SEND 11\r\n');
      await anna.client.expect('a NO [NOPERM] UID SEND is refused for this login by the administrator\r\n');
      await send(bert, accepted);
      assert.deepEqual((await get('/api/status')).json.refusedUsers, ['anna@example.org']);
      const again = await change('PUT', '/api/refused/Anna%40example.org');
      assert.deepEqual(again.json, { refusedUsers: ['anna@example.org'] });
      assert.deepEqual((await change('DELETE', '/api/refused/ANNA%40EXAMPLE.ORG')).json, {
        refusedUsers: [],
      });
      await send(anna, accepted);
      assert.equal(sink.messages.length, 2);
      await change('DELETE', '/api/refused/anna%40example.org');
      assert.deepEqual(
        linesOf(proxy, 'admin-action').map(({ action, target, done }) => [action, target, done]),
        [
          ['refuse-send', 'anna@example.org', true],
          ['refuse-send', 'Anna@example.org', false],
          ['allow-send', 'ANNA@EXAMPLE.ORG', true],
          ['allow-send', 'anna@example.org', false],
        ],
      );
      const [refused] = linesOf(proxy, 'send-refused');
      assert.deepEqual([refused?.['user'], refused?.['cause']], ['Anna@Example.org', 'administrator']);
    });

    test('what was sent is shown with its outcome and the reply, as text alone', async (t) => {
      const reply = '550 5.1.1 <script>alert(1)</script> \u202egnp.exe\u0007';
      const { join, get } = await startAdmin(t, flags, { onRecipient: () => reply });
      const { client, upstream } = await join('anna');
      await client.send('a SEND 1\r\n');
      await answerListing(upstream, '1', [MESSAGE]);
      await answerBody(upstream, 1, MESSAGE);
      await client.expectLine(/^\* 1 SEND \(11 NO \("RCPT TO"/);
      await until('it is known', async () => (await get('/api/status')).json.recentSends.length === 1);
      const { body, json } = await get('/api/status');
      assert.doesNotMatch(body, /[^\x20-\x7e\n]/);
      const [{ at, session, reply: shown, durationMs, ...sent }] = json.recentSends;
      assert.match(shown, /^550 5\.1\.1 <script>alert\(1\)<\/script>/);
      assert.deepEqual(sent, {
        user: 'anna',
        uid: 11,
        outcome: 'NO',
        stage: 'RCPT TO',
        recipients: 1,
        octets: MESSAGE.length,
      });
      assert.ok(durationMs >= 0 && Date.parse(at) > 0 && session !== '');
      assert.doesNotMatch(body, /by the way|Hello/);
    });

    test('the status has all that the page shows', async (t) => {
      const { join, get, proxy, peer, sink } = await startAdmin(t, { ...flags, 'max-sessions': '50' });
      await join();
      await until('she counts', async () => (await get('/api/status')).json.sessions.unauthenticated === 0);
      const { version, startedAt, now, rates, recentSends, ready, ...status } = (await get('/api/status'))
        .json;
      assert.match(version, /^\d+\.\d+\.\d+$/);
      assert.ok(Date.parse(startedAt) <= Date.parse(now));
      assert.deepEqual(status, {
        workers: Number(workers),
        upstream: `imap://127.0.0.1:${peer.port}`,
        submission: `smtp://127.0.0.1:${sink.port}`,
        draining: false,
        sessions: { open: 1, unauthenticated: 0, limit: 50 },
        refusedUsers: [],
      });
      assert.ok(Array.isArray(rates) && Array.isArray(recentSends) && proxy.admin !== undefined);
    });

    test('while it stops it is not ready and still answers, and goes last', async (t) => {
      const { join, get, stop, peer } = await startAdmin(t, flags);
      const looking = get('/healthz/ready');
      const probe = await peer.accept();
      await probe.send('* OK ready\r\n');
      const before = await looking;
      assert.equal(before.status, 200, before.body);
      await probe.expect('P LOGOUT\r\n');
      const { client, upstream } = await join();
      await client.send('a SEND 1\r\n');
      await answerListing(upstream, '1', [MESSAGE]);
      const { finish } = await answerBody(upstream, 1, MESSAGE, 10);
      const stopping = stop();
      const after = await get('/healthz/ready');
      assert.equal(after.status, 503);
      assert.deepEqual(after.json.checks, [
        { name: 'draining', ok: false, required: true, detail: 'the proxy is stopping' },
      ]);
      assert.equal((await get('/healthz/live')).status, 200);
      assert.equal((await get('/api/status')).json.draining, true);
      assert.match((await get('/metrics')).body, /^imap_send_proxy_sessions 1$/m);
      await finish();
      client.end();
      upstream.end();
      await stopping;
      await assert.rejects(get('/healthz/live'), { code: 'ECONNREFUSED' });
    });
  });
}

test('ready names what is wrong, and does not ask again at once', async (t) => {
  const { get, peer, sink } = await startAdmin(t);
  await sink.stop();
  const looking = Promise.all([get('/healthz/ready'), get('/healthz/ready')]);
  await (await peer.accept()).send('* OK ready\r\n');
  const [one, other] = await looking;
  assert.deepEqual([one.status, other.status], [503, 503]);
  assert.deepEqual(one.json, {
    ok: false,
    checks: [
      { name: 'upstream', ok: true, required: true, detail: 'greets' },
      {
        name: 'submission',
        ok: false,
        required: true,
        detail: '421 4.4.1 The submission server cannot be reached (ECONNREFUSED)',
      },
    ],
  });
  await get('/healthz/ready');
  assert.equal(peer.connections, 1);
});
