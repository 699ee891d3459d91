import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type RedisFacts, redisFindings } from '../../src/check/redis.js';
import { complaints, shown } from './facts.js';

const good: Extract<RedisFacts, { kind: 'answered' }> = {
  kind: 'answered',
  version: '7.0.15',
  refusal: undefined,
  policy: 'noeviction',
  appendOnly: true,
  appendFsync: 'always',
  ahead: 0,
};
const settings = (policy: string, appendOnly: string, fsync: string): string =>
  `redis-settings: maxmemory-policy ${policy}, appendonly ${appendOnly}, appendfsync ${fsync}`;

test('a Redis with which all is well', () => {
  assert.deepEqual(redisFindings(good, 'r port 6379').map(shown), [
    '+ redis: r port 6379: Redis 7.0.15, reads and writes',
    `+ ${settings('noeviction', 'yes', 'always')}`,
  ]);
});

describe('what is wrong with Redis', () => {
  const table: readonly (readonly [string, RedisFacts, complaint: string])[] = [
    [
      'down',
      { kind: 'unreachable', cause: 'ECONNREFUSED' },
      '- redis: r: ECONNREFUSED → is Redis running there, and are name, password and TLS in --state right? Sending goes on without it, but retries may send twice',
    ],
    [
      'a replica',
      { ...good, refusal: 'READONLY' },
      '- redis: r: Redis 7.0.15: READONLY → let the login read, write and EVAL keys imap-send-proxy:*, at a server that is no replica',
    ],
    [
      'evicting',
      { ...good, policy: 'allkeys-lru' },
      `- ${settings('allkeys-lru', 'yes', 'always')}; drops records when its memory is full, and retries send again → set maxmemory-policy noeviction`,
    ],
    [
      'keeping nothing',
      { ...good, appendOnly: false },
      `- ${settings('noeviction', 'no', 'always')}; forgets everything when it ends, and retries send again → set appendonly yes, and appendfsync always`,
    ],
    [
      'keeping it a second later',
      { ...good, appendFsync: 'everysec' },
      `? ${settings('noeviction', 'yes', 'everysec')}; a crash of its machine may cost the last records → set appendfsync always`,
    ],
    [
      'close-mouthed',
      { ...good, policy: undefined, appendOnly: undefined, appendFsync: undefined },
      `? ${settings('?', '?', '?')}; it does not tell us all → look yourself: maxmemory-policy noeviction, appendonly yes, appendfsync always`,
    ],
  ];
  for (const [name, facts, complaint] of table) {
    test(name, () => assert.deepEqual(complaints(redisFindings(facts, 'r')), [complaint]));
  }
});
