import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Config } from '../src/config/config.js';
import { loadConfig } from '../src/config/load.js';
import type { Flags } from '../src/config/sources.js';
import { createReload } from '../src/proxy-reload.js';
import { certificates } from './support/certs.js';

const { ca, server, wrongName } = await certificates();
const base: Flags = {
  listen: 'imaps://127.0.0.1:0',
  'tls-cert': server.certFile,
  'tls-key': server.keyFile,
  'submission-auth': 'service',
  'submission-user': 'proxy',
};
const password = (text: string) => ({ IMAP_SEND_PROXY_SUBMISSION_PASSWORD: text });
const load = (flags: Flags, secret = 'first'): Config => loadConfig({ ...base, ...flags }, password(secret));

describe('each part that changed is named', () => {
  const rows: readonly [part: string, flags: Flags, secret?: string][] = [
    ['listen', { listen: 'imaps://127.0.0.2:0' }],
    ['listen', { listen: 'imap://127.0.0.1:0' }],
    ['tls-cert', { 'tls-cert': wrongName.certFile, 'tls-key': wrongName.keyFile }],
    ['tls-client-ca', { 'tls-client-ca': ca.certFile }],
    ['upstream', { upstream: 'imap://127.0.0.1:144' }],
    ['upstream', { 'upstream-starttls': 'require' }],
    ['accept-proxy-protocol', { 'accept-proxy-protocol': '192.0.2.1' }],
    ['accept-proxy-protocol', { 'accept-proxy-protocol': '192.0.2.0/24' }],
    ['upstream-proxy-protocol', { 'upstream-proxy-protocol': 'v2' }],
    ['upstream-id', { 'upstream-id': true }],
    ['submission', { submission: 'smtp://127.0.0.1:588' }],
    ['admin', { admin: 'http://127.0.0.1:0' }],
    ['submission', {}, 'second'],
    ['sender-policy', { 'default-domain': 'example.org' }],
    ['state', { state: 'redis://127.0.0.1' }],
    ['max-sessions', { 'max-sessions': 'unlimited' }],
    ['max-unauthenticated', { 'max-unauthenticated': '10' }],
    ['rate-messages', { 'rate-messages': '1/1h' }],
    ['tls-timeout', { 'tls-timeout': '1s' }],
    ['drain-timeout', { 'drain-timeout': '1s' }],
    ['workers', { workers: '2' }],
    ['log-level', { 'log-level': 'debug' }],
    ['log-format', { 'log-format': 'pretty' }],
  ];
  for (const [part, flags, secret] of rows) {
    test(`${part}: ${secret === undefined ? JSON.stringify(flags) : 'the password'}`, () => {
      const reload = createReload(load({}), {});
      assert.deepEqual(reload(load({})), { applied: [], needsRestart: [] });
      assert.deepEqual(reload(load(flags, secret)), { applied: [], needsRestart: [part] });
      assert.deepEqual(reload(load({})), { applied: [], needsRestart: [] });
    });
  }
});

test('what can be applied is, once for all its parts, and counts from then on', () => {
  const seen: Config[] = [];
  const apply = (config: Config) => seen.push(config) > 0;
  const reload = createReload(load({}), { 'tls-cert': apply, 'tls-client-ca': apply });
  const next = load({
    'tls-cert': wrongName.certFile,
    'tls-key': wrongName.keyFile,
    'tls-client-ca': ca.certFile,
    'max-recipients': '1',
  });
  const needsRestart = ['max-recipients'];
  assert.deepEqual(reload(next), { applied: ['tls-cert', 'tls-client-ca'], needsRestart });
  assert.deepEqual(reload(next), { applied: [], needsRestart });
  assert.deepEqual(seen, [next]);
});

test('what takes a restart this time is tried again the next', () => {
  let times = 0;
  const reload = createReload(load({}), { 'tls-cert': () => ++times > 1 });
  const next = load({ 'tls-cert': wrongName.certFile, 'tls-key': wrongName.keyFile });
  assert.deepEqual(reload(next), { applied: [], needsRestart: ['tls-cert'] });
  assert.deepEqual(reload(next), { applied: ['tls-cert'], needsRestart: [] });
  assert.deepEqual(reload(next), { applied: [], needsRestart: [] });
});

test('what cannot be applied after all is not in force: the next time it is tried again', () => {
  const reload = createReload(load({}), {
    'tls-cert': () => {
      throw new Error('no');
    },
  });
  const next = load({ 'tls-cert': wrongName.certFile, 'tls-key': wrongName.keyFile });
  for (let times = 0; times < 2; times++) assert.throws(() => reload(next), /^Error: no$/);
});
