import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { pino } from 'pino';
import type { Level } from '../../src/log/events.js';
import { createLog, type Log, type LogOptions } from '../../src/log/logger.js';
import { Secret } from '../../src/secret.js';

/** The lines that a log with these options writes while `use` runs. */
function written(options: Partial<LogOptions>, use: (log: Log) => void): string[] {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  use(createLog({ level: 'info', format: 'json', ...options }, destination));
  return lines;
}

const login = { session: 's1', user: 'ann', method: 'LOGIN', address: '192.0.2.1:5000' };

test('an event is one JSON line: level as a word, ISO time, event, fields', () => {
  const [line, ...more] = written({}, (log) => log.event('login', login));
  assert.equal(more.length, 0);
  assert.match(
    line ?? '',
    /^\{"level":"info","time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","event":"login","session":"s1","user":"ann","method":"LOGIN","address":"192\.0\.2\.1:5000"\}\n$/,
  );
});

test('an absent field leaves no trace', () => {
  const [line] = written({}, (log) =>
    log.event('send', {
      session: 's1',
      user: 'ann',
      uid: 7,
      outcome: 'accepted',
      reply: '250 ok',
      size: undefined,
    }),
  );
  assert.deepEqual(Object.keys(JSON.parse(line ?? '')), [
    'level',
    'time',
    'event',
    'session',
    'user',
    'uid',
    'outcome',
    'reply',
  ]);
});

test('pretty is one line for people, written at once', () => {
  const [line, ...more] = written({ format: 'pretty' }, (log) => log.event('login', login));
  assert.equal(more.length, 0);
  assert.match(line ?? '', /^\d\d:\d\d:\d\d\.\d{3} INFO {2}login session=s1 user=ann .*\n$/);
});

for (const format of ['json', 'pretty'] as const) {
  test(`${format}: remote text is cleaned and cut wherever it stands in the fields`, () => {
    const [line = ''] = written({ format }, (log) =>
      log.event('send', {
        session: 's1',
        user: 'ann\r\nforged',
        uid: 7,
        outcome: 'refused',
        reply: `550 ${'x'.repeat(1000)}`,
        envelope: { from: 'a\x1b@example.org', to: ['b\u202E@example.org'] },
      }),
    );
    assert.match(line, /"?user"?[:=]"?ann\?\?forged\b/);
    assert.ok(line.includes(`"550 ${'x'.repeat(155)}…"`));
    assert.ok(line.includes('"a?@example.org"'));
    assert.ok(line.includes('"b?@example.org"'));
  });
}

test('of a stack, more is shown, on one line', () => {
  for (const format of ['json', 'pretty'] as const) {
    const stack = `TypeError: x\n${'    at somewhere (file.js:1:1)\n'.repeat(200)}`;
    const lines = written({ format }, (log) => log.event('internal-error', { error: stack }));
    assert.deepEqual([lines.length, lines[0]?.indexOf('\n')], [1, (lines[0]?.length ?? 0) - 1]);
    const length = lines[0]?.length ?? 0;
    assert.ok(length > 2_000 && length < 2_200, String(length));
  }
});

test('of a list, the first hundred elements are shown', () => {
  const to = Array.from({ length: 101 }, (_, index) => `r${index}@example.org`);
  const [line] = written({}, (log) =>
    log.event('send', {
      session: 's1',
      user: 'ann',
      uid: 7,
      outcome: 'accepted',
      reply: '250 ok',
      envelope: { from: 'ann@example.org', to },
      recipients: to.length,
    }),
  );
  const fields = JSON.parse(line ?? '');
  assert.deepEqual(fields.envelope.to, to.slice(0, 100));
  assert.equal(fields.recipients, 101);
});

const levels: readonly [Level, string[]][] = [
  ['debug', ['login', 'login-failed', 'internal-error']],
  ['info', ['login', 'login-failed', 'internal-error']],
  ['warn', ['login-failed', 'internal-error']],
  ['error', ['internal-error']],
];
for (const [level, events] of levels) {
  test(`at level ${level} the log shows ${events.join(', ')}`, () => {
    const lines = written({ level }, (log) => {
      log.event('login', login);
      log.event('login-failed', { ...login, reply: 'NO wrong' });
      log.event('internal-error', { error: 'TypeError: x' });
    });
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).event),
      events,
    );
  });
}

test('a secret does not show itself in inspect, JSON, text, or a log', () => {
  const held = { password: new Secret('hunter2') };
  const lines: string[] = [];
  pino({}, { write: (line: string) => void lines.push(line) }).error(held, String(held.password));
  written({ level: 'debug' }, (log) => log.event('stopped', held)).forEach((line) => void lines.push(line));
  const shown = [
    inspect(held, { depth: 9, showHidden: true }),
    JSON.stringify(held),
    `${held.password}`,
    ...lines,
  ];
  assert.equal(shown.length, 5);
  for (const text of shown) {
    assert.ok(text.includes('[secret]'), text);
    assert.ok(!text.includes('hunter2'), text);
  }
  assert.equal(held.password.reveal(), 'hunter2');
});
