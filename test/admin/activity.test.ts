import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Activity } from '../../src/admin/activity.js';
import type { Events } from '../../src/log/events.js';

const sent = (fields: Partial<Events['send']> = {}): Events['send'] => ({
  session: 's',
  user: 'anna',
  uid: 1,
  outcome: 'accepted',
  reply: '250 Ok',
  ...fields,
});

function watched() {
  const activity = new Activity(() => new Date(0));
  const passed: string[] = [];
  return { activity, passed, log: activity.watching({ event: (name) => void passed.push(name) }) };
}

test('an interval has what happened in it, and what passed', () => {
  const { activity, log, passed } = watched();
  log.event('session-opened', { session: 's', address: '192.0.2.1:5', listener: 'imap://127.0.0.1:143' });
  log.event('login', { session: 's', user: 'anna', method: 'LOGIN', address: '192.0.2.1' });
  log.event('login-failed', { session: 's', address: '192.0.2.1', method: 'LOGIN', reply: 'NO' });
  log.event('send', sent());
  log.event('send', sent({ outcome: 'refused' }));
  activity.sample({ fromClients: 10, toClients: 20 });
  activity.sample({ fromClients: 11, toClients: 25 });
  const at = '1970-01-01T00:00:00.000Z';
  const nothing = { sessionsOpened: 0, logins: 0, loginFailures: 0, sends: 0, sendFailures: 0 };
  assert.deepEqual(activity.rates, [
    {
      at,
      sessionsOpened: 1,
      logins: 1,
      loginFailures: 1,
      sends: 2,
      sendFailures: 1,
      bytesIn: 10,
      bytesOut: 20,
    },
    { at, ...nothing, bytesIn: 1, bytesOut: 5 },
  ]);
  assert.deepEqual(passed, ['session-opened', 'login', 'login-failed', 'send', 'send']);
});

test('ten minutes and 200 messages are kept, the newest message first', () => {
  const { activity, log } = watched();
  for (let uid = 1; uid <= 201; uid++) {
    log.event('send', sent({ uid }));
    activity.sample({ fromClients: uid, toClients: uid });
  }
  assert.equal(activity.rates.length, 120);
  assert.deepEqual(
    activity.recentSends.map(({ uid }) => uid),
    Array.from({ length: 200 }, (_, at) => 201 - at),
  );
});

test('a message is shown with its outcome and the reply, and no more of a text than is read', () => {
  const { activity, log } = watched();
  log.event(
    'send',
    sent({
      outcome: 'refused',
      command: 'RCPT TO',
      parameter: 'bob@example.net',
      reply: `550 ${'x'.repeat(1_000)}`,
      recipients: 2,
      size: 300,
      seconds: 0.1234,
      repeated: true,
    }),
  );
  const [shown] = activity.recentSends;
  assert.deepEqual(shown, {
    at: '1970-01-01T00:00:00.000Z',
    session: 's',
    user: 'anna',
    uid: 1,
    outcome: 'NO',
    stage: 'RCPT TO',
    reply: `550 ${'x'.repeat(508)}`,
    recipients: 2,
    octets: 300,
    durationMs: 123,
    repeated: true,
  });
});
