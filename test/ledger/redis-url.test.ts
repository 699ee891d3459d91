import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRedisUrl } from '../../src/ledger/redis-url.js';
import { Secret } from '../../src/secret.js';

const single = { tls: false, kind: 'single', db: 0 };
const good: [string, object][] = [
  ['redis://localhost', { ...single, node: { host: 'localhost', port: 6379 } }],
  ['REDIS://LocalHost', { ...single, node: { host: 'LocalHost', port: 6379 } }],
  ['redis://localhost/', { ...single, node: { host: 'localhost', port: 6379 } }],
  ['redis://10.0.0.1:7000/3', { ...single, node: { host: '10.0.0.1', port: 7000 }, db: 3 }],
  ['rediss://[2001:db8::1]:7000', { ...single, tls: true, node: { host: '2001:db8::1', port: 7000 } }],
  ['redis://:p%40ss%2F@h', { ...single, node: { host: 'h', port: 6379 }, password: new Secret('p@ss/') }],
  [
    'redis://us%3Aer:a:b@h',
    { ...single, node: { host: 'h', port: 6379 }, user: 'us:er', password: new Secret('a:b') },
  ],
  [
    'rediss+sentinel://a,b:7000,[::1]/my%20master/2?sentinel-user=u&sentinel-password=p%26q',
    {
      tls: true,
      kind: 'sentinel',
      sentinels: [
        { host: 'a', port: 26379 },
        { host: 'b', port: 7000 },
        { host: '::1', port: 26379 },
      ],
      master: 'my master',
      db: 2,
      sentinelUser: 'u',
      sentinelPassword: new Secret('p&q'),
    },
  ],
  [
    'redis+sentinel://user:secret@a/mymaster',
    {
      tls: false,
      kind: 'sentinel',
      sentinels: [{ host: 'a', port: 26379 }],
      master: 'mymaster',
      db: 0,
      user: 'user',
      password: new Secret('secret'),
    },
  ],
  [
    'rediss+cluster://:secret@a:1,b',
    {
      tls: true,
      kind: 'cluster',
      nodes: [
        { host: 'a', port: 1 },
        { host: 'b', port: 6379 },
      ],
      password: new Secret('secret'),
    },
  ],
];

const bad: [string, RegExp][] = [
  ['', /redis:\/\//],
  ['localhost:6379', /redis:\/\//],
  ['http://h', /redis:\/\//],
  ['redis+ring://h', /redis:\/\//],
  ['redis://', /and a host/],
  ['redis://:p@ss@h', /and a host/],
  ['redis://h#1', /and a host/],
  ['redis://h:0', /host:port/],
  ['redis://h:65536', /host:port/],
  ['redis://h:x', /host:port/],
  ['redis://::1', /brackets/],
  ['redis://h ', /host:port/],
  ['redis://a,b', /redis\+sentinel:\/\/ or redis\+cluster/],
  ['redis+cluster://a,,b', /host:port/],
  ['redis://h/x', /database number/],
  ['redis://h/1/2', /database number/],
  ['redis://h?db=1', /no options/],
  ['redis://:%zz@h', /%XX/],
  ['redis+cluster://h/1', /only one/],
  ['redis+sentinel://h', /the master's name/],
  ['redis+sentinel://h/', /the master's name/],
  ['redis+sentinel://h/m/x', /database number/],
  ['redis+sentinel://h/m?sentinel-pasword=x', /no other options/],
];

test('an URL says where Redis is', () => {
  for (const [url, target] of good) {
    const parsed = parseRedisUrl(url);
    assert.ok(parsed.ok, url);
    assert.deepEqual(reveal(parsed.target), reveal(target), url);
  }
});

test('what is no such URL is told in what it should be', () => {
  for (const [url, reason] of bad) {
    const parsed = parseRedisUrl(url);
    assert.ok(!parsed.ok, url);
    assert.match(parsed.reason, reason, url);
    assert.doesNotMatch(parsed.reason, /p@ss|pasword/);
  }
});

/** Secrets compare as equal whatever is in them. */
function reveal(target: object): object {
  const open = ([name, value]: [string, unknown]) => [name, value instanceof Secret ? value.reveal() : value];
  return Object.fromEntries(Object.entries(target).map(open));
}
