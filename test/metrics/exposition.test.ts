import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { before, test } from 'node:test';
import { CATALOGUE, type Described, PREFIX } from '../../src/metrics/catalogue.js';
import { MESSAGE, startAdmin } from '../admin/setting.js';
import { answerBody, answerListing } from '../relay/sending.js';
import { certificates } from '../support/certs.js';
import { ensure } from '../support/packages.js';
import { linesOf, until } from '../workers/crew.js';

before(() => ensure('prometheus'));

/** What promtool(1) says, and its exit code: 0 without a complaint. */
async function promtool(metrics: string): Promise<{ code: number; said: string }> {
  const tool = spawn('promtool', ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<number>((resolve, reject) => {
    tool.once('error', reject);
    tool.once('close', resolve);
  });
  tool.stdin.end(metrics);
  const said = await Promise.all([text(tool.stdout), text(tool.stderr)]);
  return { code: await ended, said: said.join('') };
}

for (const workers of ['1', '2']) {
  test(`promtool has nothing to say about what is served, workers ${workers}`, async (t) => {
    const { server } = await certificates();
    const flags = {
      workers,
      'tls-cert': server.certFile,
      'tls-key': server.keyFile,
      'allow-plaintext': 'true',
    };
    const { join, get, proxy, change } = await startAdmin(t, flags);
    const { client, upstream } = await join('anna@example.org');
    await client.send('a SEND 1\r\n');
    await answerListing(upstream, '1', [MESSAGE]);
    await answerBody(upstream, 1, MESSAGE);
    await client.expect('* 1 SEND (11 OK NIL)\r\na OK SEND completed\r\n');
    await client.send('x X-ANNA\r\n');
    await upstream.expect('x X-ANNA\r\n');
    await change('PUT', '/api/refused/bert');
    await until('it is told', () => linesOf(proxy, 'send').length === 1);

    const { body, headers } = await get('/metrics');
    assert.match(String(headers['content-type']), /^text\/plain; version=0\.0\.4/);
    assert.deepEqual(await promtool(body), { code: 0, said: '' });
    for (const line of [
      'sessions 1',
      'commands_total{command="LOGIN"} 1',
      'commands_total{command="SEND"} 1',
      'commands_total{command="other"} 1',
      'logins_total{result="ok",method="LOGIN"} 1',
      'login_duration_seconds_count 1',
      'upstream_connect_duration_seconds_count 1',
      'messages_total{outcome="accepted",command="",code="250"} 1',
      'message_duration_seconds_count 1',
      'message_fetch_duration_seconds_count 1',
      'message_submission_duration_seconds_count 1',
      'messages_in_flight{stage="fetch"} 0',
      'spool_bytes 0',
      'ledger_operation_duration_seconds_count{operation="handover"} 1',
      `workers ${workers === '1' ? 0 : workers}`,
    ]) {
      assert.ok(body.includes(`\n${PREFIX}${line}\n`), line);
    }
    const octets = 'l LOGIN anna@example.org secret\r\ns SELECT INBOX\r\na SEND 1\r\nx X-ANNA\r\n'.length;
    assert.ok(body.includes(`\n${PREFIX}client_octets_total{direction="in"} ${octets}\n`), 'octets');
    assert.match(body, /certificate_expiry_timestamp_seconds\{name="[\w.]+",key_type="\w+"\} \d{10}\n/);
    assert.match(body, /\nprocess_resident_memory_bytes \d+\n/);
    assert.match(body, /\nnodejs_eventloop_lag_seconds /);
    assert.doesNotMatch(body, /anna|bert|127\.0\.0\.1|INBOX|nodejs_active/i);
    const processes = [...body.matchAll(/event_loop_lag_seconds\{process="(\w+)"\}/g)].map(
      ([, name]) => name,
    );
    assert.deepEqual(processes.sort(), workers === '1' ? ['primary'] : ['1', '2', 'primary']);
  });
}

test('the document on metrics has each with its kind and labels, and no other', () => {
  const document = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');
  const rows = [...document.matchAll(/^\| `imap_send_proxy_(\w+)` \| (\w+) \| (.*?) \| (.+) \|$/gm)];
  assert.deepEqual(
    rows.map(([, name, kind, labels]) => [
      name,
      kind,
      [...(labels ?? '').matchAll(/`(\w+)`/g)].map(([, l]) => l),
    ]),
    Object.entries<Described>(CATALOGUE).map(([name, { kind, labels = [] }]) => [name, kind, [...labels]]),
  );
});
