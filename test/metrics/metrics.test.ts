import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventName, Events } from '../../src/log/events.js';
import { createMetrics } from '../../src/metrics/metrics.js';
import type { Octets, Readings } from '../../src/metrics/readings.js';

/** Without what is there from the start, and what histograms have. */
const shown = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replace('imap_send_proxy_', ''))
    .filter((line) => !/^build_info|_timestamp_|_seconds_(bucket|sum|count)/.test(line));

const readings = (octets: Octets): Readings => ({
  commands: new Map([
    ['NOOP', 2],
    ['ANNA', 3],
  ]),
  timings: [
    { what: 'ledger', operation: 'claim', seconds: 0.003, failed: true },
    { what: 'redis', seconds: 0.003, failed: false },
    { what: 'login', seconds: 2, failed: false },
  ],
  octets,
  inFlight: { fetch: 1, submission: 2 },
  spool: { octets: 300, files: 1 },
  process: { lagSeconds: 0.5, residentOctets: 1000, cpuSeconds: 4 },
});

test('what is logged is counted and passed on, and names nobody', async () => {
  const passed: EventName[] = [];
  const metrics = createMetrics();
  const log = metrics.counting({ event: (name) => void passed.push(name) });
  const events: readonly { [K in EventName]: readonly [K, Events[K]] }[EventName][] = [
    ['session-opened', { session: 's', address: '192.0.2.1:5', listener: 'imap://127.0.0.1:143' }],
    ['session-opened', { session: 't', address: '192.0.2.1:6', listener: 'imap://127.0.0.1:143' }],
    ['session-refused', { address: '192.0.2.1', limit: 'max-sessions' }],
    ['proxy-header-refused', { address: '192.0.2.1', listener: 'imap://127.0.0.1:143', cause: 'malformed' }],
    ['login', { session: 's', user: 'anna', method: 'LOGIN', address: '192.0.2.1' }],
    [
      'login-failed',
      { session: 't', user: 'anna', method: 'AUTHENTICATE ANNA', address: '192.0.2.1', reply: 'NO' },
    ],
    ['desync', { session: 't', side: 'upstream', cause: 'unknown-tag' }],
    ['send', { session: 's', user: 'anna', uid: 1, outcome: 'accepted', reply: '250 Ok', repeated: true }],
    [
      'send',
      {
        session: 's',
        user: 'anna',
        uid: 2,
        outcome: 'refused',
        reply: '550 No',
        command: 'RCPT TO',
        limit: 'max-recipients',
      },
    ],
    ['send-refused', { session: 's', user: 'anna', cause: 'max-messages-per-send' }],
    ['send-refused', { session: 's', user: 'anna', cause: 'administrator' }],
    ['reloaded', { applied: [], needsRestart: [] }],
    ['reload-rejected', { text: 'no' }],
    ['sender-map-rejected', { cause: 'no' }],
    ['admin-refused', { address: '192.0.2.1', cause: 'token' }],
    [
      'session-closed',
      {
        session: 't',
        side: 'client',
        cause: 'end',
        seconds: 1,
        bytesFromClient: 10,
        bytesToClient: 20,
      },
    ],
    ['ledger-degraded', { cause: 'Redis: gone' }],
    ['ledger-restored', { seconds: 1 }],
    ['ledger-degraded', { cause: 'Redis: gone' }],
    ['worker-started', { worker: 1, pid: 7 }],
    ['worker-started', { worker: 2, pid: 8 }],
    ['worker-lost', { worker: 1, cause: 'SIGKILL', sessions: 0, restartSeconds: 0 }],
    ['internal-error', { error: 'oops' }],
  ];
  for (const [name, fields] of events) log.event(name, fields as never);

  assert.deepEqual(
    passed,
    events.map(([name]) => name),
  );
  log.read(readings({ fromClients: 10, toClients: 20 }));
  const text = await metrics.text();
  assert.deepEqual(shown(text), [
    'sessions 1',
    'sessions_total 2',
    'sessions_refused_total{limit="max-sessions"} 1',
    'sessions_closed_total{side="client",cause="end"} 1',
    'proxy_headers_refused_total{cause="malformed"} 1',
    'client_octets_total{direction="in"} 10',
    'client_octets_total{direction="out"} 20',
    'commands_total{command="NOOP"} 2',
    'commands_total{command="other"} 3',
    'logins_total{result="ok",method="LOGIN"} 1',
    'logins_total{result="failed",method="AUTHENTICATE other"} 1',
    'desyncs_total{side="upstream",cause="unknown-tag"} 1',
    'limits_total{limit="max-sessions"} 1',
    'limits_total{limit="max-recipients"} 1',
    'limits_total{limit="max-messages-per-send"} 1',
    'messages_total{outcome="accepted",command="",code="250"} 1',
    'messages_total{outcome="refused",command="RCPT TO",code="550"} 1',
    'messages_repeated_total 1',
    'sends_refused_total{cause="max-messages-per-send"} 1',
    'sends_refused_total{cause="administrator"} 1',
    'messages_in_flight{stage="fetch"} 1',
    'messages_in_flight{stage="submission"} 2',
    'spool_bytes 300',
    'spool_files 1',
    'ledger_errors_total{operation="claim"} 1',
    'ledger_degraded 1',
    'ledger_degradations_total 2',
    'redis_errors_total 0',
    'configuration_reloads_total{result="ok"} 1',
    'configuration_reloads_total{result="failed"} 1',
    'configuration_last_reload_successful 0',
    'sender_map_reads_total{result="failed"} 1',
    'workers 1',
    'workers_lost_total 1',
    'event_loop_lag_seconds{process="primary"} 0.5',
    'resident_memory_bytes{process="primary"} 1000',
    'cpu_seconds_total{process="primary"} 4',
    'internal_errors_total 1',
    'admin_requests_refused_total{cause="token"} 1',
  ]);
  assert.doesNotMatch(text, /anna|192\.0\.2|user/);
});

test('sessions are counted by why they ended, in words of ours alone', async () => {
  const metrics = createMetrics();
  const log = metrics.counting({ event: () => {} });
  const causes = [
    'end',
    'error connect: who\nknows',
    'error EPIPE',
    'desync unknown-tag',
    'timeout write',
    'limit x',
  ];
  for (const cause of causes) {
    const octets = { bytesFromClient: 0, bytesToClient: 0 };
    log.event('session-closed', { session: 's', side: 'client', cause, seconds: 1, ...octets });
  }
  const counted = [
    ...(await metrics.text()).matchAll(/sessions_closed_total\{side="client",cause="(.*)"\} (\d)/g),
  ];
  assert.deepEqual(
    counted.map(([, cause, count]) => [cause, count]),
    [
      ['end', '1'],
      ['error', '2'],
      ['desync', '1'],
      ['timeout write', '1'],
      ['limit x', '1'],
    ],
  );
});

test('Redis fails for as many processes as say so, and for none that is gone', async () => {
  const metrics = createMetrics();
  const degraded = async () => /ledger_degraded (\d)/.exec(await metrics.text())?.[1];
  const [one, two] = [metrics.counting({ event: () => {} }), metrics.counting({ event: () => {} })];
  one.event('ledger-degraded', { cause: 'gone' });
  two.event('ledger-degraded', { cause: 'gone' });
  one.event('ledger-restored', { seconds: 1 });
  assert.equal(await degraded(), '1');
  two.gone();
  one.gone();
  assert.equal(await degraded(), '0');
});

test('octets are counted once, whoever reads how often, and a process that is gone leaves its own', async () => {
  const metrics = createMetrics();
  const [one, two] = [metrics.counting({ event: () => {} }, '1'), metrics.counting({ event: () => {} }, '2')];
  one.read(readings({ fromClients: 10, toClients: 20 }));
  one.read(readings({ fromClients: 10, toClients: 25 }));
  two.read(readings({ fromClients: 1, toClients: 1 }));
  assert.deepEqual(metrics.octets, { fromClients: 11, toClients: 26 });
  two.gone();
  const text = shown(await metrics.text());
  for (const line of ['client_octets_total{direction="out"} 26', 'spool_bytes 300', 'spool_files 1']) {
    assert.ok(text.includes(line), line);
  }
  assert.ok(!text.some((line) => /^(event_loop|resident).*process="2"/.test(line)));
});

test('the lag is the longest since somebody saw it', async () => {
  const metrics = createMetrics();
  const log = metrics.counting({ event: () => {} });
  const read = (lagSeconds: number): void => {
    const { process, ...others } = readings({ fromClients: 0, toClients: 0 });
    log.read({ ...others, process: { ...process, lagSeconds } });
  };
  const lag = async () => /lag_seconds\{.*\} (\S+)/.exec(await metrics.text())?.[1];
  read(0.25);
  read(0.125);
  assert.equal(await lag(), '0.25');
  read(0.125);
  assert.equal(await lag(), '0.125');
});

test('timings are in the histogram that is theirs', async () => {
  const metrics = createMetrics();
  const log = metrics.counting({ event: () => {} });
  log.noted(readings({ fromClients: 0, toClients: 0 }));
  const text = await metrics.text();
  for (const line of [
    'login_duration_seconds_bucket{le="1"} 0',
    'login_duration_seconds_bucket{le="2.5"} 1',
    'redis_request_duration_seconds_sum 0.003',
    'ledger_operation_duration_seconds_count{operation="claim"} 1',
  ]) {
    assert.ok(text.includes(`imap_send_proxy_${line}\n`), line);
  }
});

test('a certificate that is shown no more has no expiry', async () => {
  const metrics = createMetrics();
  const expiries = async () =>
    [...(await metrics.text()).matchAll(/expiry_timestamp_seconds\{(.*)\} (\S+)/g)].map(([, of, at]) => [
      of,
      at,
    ]);
  metrics.certificates([
    { name: 'a.example', keyType: 'ec', notAfter: 5_000 },
    { name: 'a.example', keyType: 'rsa', notAfter: 6_000 },
  ]);
  metrics.certificates([{ name: 'b.example', keyType: 'ec', notAfter: 7_000 }]);
  assert.deepEqual(await expiries(), [['name="b.example",key_type="ec"', '7']]);
});
