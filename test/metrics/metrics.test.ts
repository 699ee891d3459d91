import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventName, Events } from '../../src/log/events.js';
import { createMetrics } from '../../src/metrics/metrics.js';

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
    ['login-failed', { session: 't', user: 'anna', method: 'LOGIN', address: '192.0.2.1', reply: 'NO' }],
    ['desync', { session: 't', side: 'upstream', cause: 'unknown-tag' }],
    ['send', { session: 's', user: 'anna', uid: 1, outcome: 'accepted', reply: '250 Ok' }],
    ['send', { session: 's', user: 'anna', uid: 2, outcome: 'refused', reply: '550 No', command: 'RCPT TO' }],
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
  const text = await metrics.text();
  const values = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  assert.deepEqual(
    values.map((line) => line.replace('imap_send_proxy_', '')),
    [
      'sessions 1',
      'sessions_total 2',
      'sessions_refused_total{limit="max-sessions"} 1',
      'proxy_headers_refused_total{cause="malformed"} 1',
      'sessions_closed_total{side="client",cause="end"} 1',
      'client_octets_total{direction="in"} 10',
      'client_octets_total{direction="out"} 20',
      'logins_total{result="ok"} 1',
      'logins_total{result="failed"} 1',
      'desyncs_total{side="upstream",cause="unknown-tag"} 1',
      'messages_total{outcome="accepted",command=""} 1',
      'messages_total{outcome="refused",command="RCPT TO"} 1',
      'ledger_degraded 1',
      'ledger_degradations_total 2',
      'workers 1',
      'workers_lost_total 1',
      'internal_errors_total 1',
    ],
  );
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
