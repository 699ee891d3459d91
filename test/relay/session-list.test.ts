import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Session } from '../../src/relay/session.js';
import { listSessions } from '../../src/relay/session-list.js';

/** What is shown of a session, by what it is. */
function session({
  id = 'x1',
  user,
  address = '192.0.2.1',
  sending = false,
  ending = false,
  authenticated = false,
  selected = false,
  tls,
  tlsInFront = false,
}: Partial<Record<string, unknown>> = {}) {
  const vitals = { authenticated, selected, tls, bytesFromClient: 1, bytesToClient: 2, bytesFromUpstream: 3 };
  const login = user === undefined ? undefined : { user };
  const options = { address, port: 5000, listener: 'imap://127.0.0.1:143', tlsInFront };
  return { session: { id, login, sending, ending, vitals, options } as unknown as Session, opened: 0 };
}

const rowOf = (which: Parameters<typeof session>[0]) => listSessions([session(which)], '', 1).sessions[0];

test('what a session is in has one word', () => {
  const phases: readonly (readonly [Parameters<typeof session>[0], string])[] = [
    [{}, 'not authenticated'],
    [{ authenticated: true }, 'authenticated'],
    [{ authenticated: true, selected: true }, 'selected'],
    [{ authenticated: true, selected: true, sending: true }, 'sending'],
    [{ authenticated: true, ending: true }, 'ending'],
    [{ authenticated: true, ending: true, sending: true }, 'sending'],
  ];
  for (const [which, phase] of phases) assert.equal(rowOf(which)?.state, phase, JSON.stringify(which));
});

test('addresses and TLS are shown as they are', () => {
  assert.equal(rowOf({})?.address, '192.0.2.1:5000');
  assert.equal(rowOf({ address: '2001:db8::1' })?.address, '[2001:db8::1]:5000');
  assert.equal(rowOf({})?.tls, null);
  assert.equal(rowOf({ tls: { version: 'TLSv1.3', cipher: 'X' } })?.tls, 'TLSv1.3 X');
  assert.equal(rowOf({ tlsInFront: true })?.tls, 'with the proxy in front');
});

test('id, user and address are looked through, all are counted, some are shown', () => {
  const all = [
    session({ id: 'abc', user: 'anna@example.org' }),
    session({ id: 'def', user: 'bert' }),
    session({ id: 'ghi', address: '2001:db8::1' }),
  ];
  const found = (text: string) => listSessions(all, text, 10).sessions.map(({ id }) => id);
  assert.deepEqual(found(''), ['abc', 'def', 'ghi']);
  assert.deepEqual(found('ANNA'), ['abc']);
  assert.deepEqual(found('De'), ['def']);
  assert.deepEqual(found('[2001:DB8'), ['ghi']);
  assert.deepEqual(found('.*'), []);
  const { total, sessions } = listSessions(all, '', 2);
  assert.deepEqual([total, sessions.length], [3, 2]);
});
