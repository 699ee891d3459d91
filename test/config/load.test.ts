import assert from 'node:assert/strict';
import { availableParallelism, tmpdir } from 'node:os';
import { describe, test } from 'node:test';
import type { Config, SenderPolicy, ServerTls } from '../../src/config/config.js';
import { loadConfig } from '../../src/config/load.js';
import type { Flags } from '../../src/config/sources.js';
import { formatIp } from '../../src/ip-address.js';
import { Secret } from '../../src/secret.js';
import { certificates } from '../support/certs.js';
import { placeFile } from './refusals.js';

const { ca, server } = await certificates();
const certificate = { 'tls-cert': server.certFile, 'tls-key': server.keyFile };

test('without any option: the defaults of the documentation', () => {
  const expected: Config = {
    listeners: [{ host: '127.0.0.1', port: 1143, tls: { mode: 'none' } }],
    upstream: { host: '127.0.0.1', port: 143, tls: { mode: 'none' } },
    submission: { host: '127.0.0.1', port: 587, tls: { mode: 'none' }, auth: { kind: 'user' } },
    clientAddress: { trustedProxies: [], proxyProtocol: 'none', id: false },
    senderPolicy: { kind: 'submission' },
    state: { kind: 'memory' },
    limits: {
      maxMessageSize: 104_857_600,
      maxRecipients: 500,
      maxMessagesPerSend: 100,
      maxSessions: 10_000,
      maxSessionsPerIp: Number.POSITIVE_INFINITY,
      maxUnauthenticated: 1_000,
    },
    timeouts: {
      handshakeMs: 30_000,
      connectMs: 15_000,
      greetingMs: 60_000,
      loginMs: 180_000,
      idleMs: 2_100_000,
      writeMs: 300_000,
    },
    spoolDirectory: tmpdir(),
    admin: { kind: 'off' },
    drainTimeoutMs: 30_000,
    workers: 1,
    log: { level: 'info', format: 'json' },
  };
  assert.deepEqual(loadConfig({}, {}), expected);
});

test('the networks of proxies in front are a list, and none takes it back', () => {
  const networksOf = (flags: Flags, environment = {}) =>
    loadConfig(flags, environment).clientAddress.trustedProxies.map(
      ({ address, prefix }) => `${formatIp(address)}/${prefix}`,
    );
  const environment = { IMAP_SEND_PROXY_ACCEPT_PROXY_PROTOCOL: '192.0.2.10, 2001:DB8::/32' };
  assert.deepEqual(networksOf({}, environment), ['192.0.2.10/32', '2001:db8::/32']);
  assert.deepEqual(networksOf({ 'accept-proxy-protocol': 'none' }, environment), []);
});

describe('listeners', () => {
  const tlsOf = (flags: Flags) => loadConfig(flags, {}).listeners.map(({ tls }) => tls);

  test('several, each with the TLS that its scheme says', () => {
    const listeners = loadConfig(
      { ...certificate, listen: ['imap://[::1]:0', 'imaps://0.0.0.0:0'] },
      {},
    ).listeners;
    const held = { chain: server.cert, key: new Secret(server.key), names: ['localhost'], keyType: 'ec' };
    const identity = { certificates: [held], clients: { kind: 'none' } };
    assert.deepEqual(listeners, [
      { host: '::1', port: 0, tls: { mode: 'starttls', required: true, ...identity } },
      { host: '0.0.0.0', port: 0, tls: { mode: 'implicit', ...identity } },
    ]);
    assert.equal(
      listeners[1]?.tls.mode === 'implicit' && listeners[1].tls.certificates[0].key.reveal(),
      server.key,
    );
  });

  test('with a certificate, logins before STARTTLS need --allow-plaintext, also on loopback', () => {
    const listen = 'imap://127.0.0.1:0';
    const required = tlsOf({ ...certificate, listen }).map((tls) => tls.mode === 'starttls' && tls.required);
    assert.deepEqual(required, [true]);
    const allowed = tlsOf({ ...certificate, listen, 'allow-plaintext': true });
    assert.deepEqual(
      allowed.map((tls) => tls.mode === 'starttls' && tls.required),
      [false],
    );
  });

  test('--allow-plaintext opens a plain listener to the network', () => {
    assert.deepEqual(tlsOf({ listen: 'imap://0.0.0.0:0', 'allow-plaintext': true }), [{ mode: 'none' }]);
  });
});

const known = { kind: 'default' } as const;
const tlsRows: readonly [flags: Flags, tls: ServerTls][] = [
  [{ upstream: 'imap://localhost' }, { mode: 'none' }],
  [{ upstream: 'imap://mail.example.org' }, { mode: 'starttls', required: true, trust: known }],
  [
    { upstream: 'imap://h', 'upstream-starttls': 'try' },
    { mode: 'starttls', required: false, trust: known },
  ],
  [{ upstream: 'imap://h', 'upstream-starttls': 'never' }, { mode: 'none' }],
  [
    { upstream: 'imap://[::1]', 'upstream-starttls': 'require' },
    { mode: 'starttls', required: true, trust: known },
  ],
  [{ upstream: 'imaps://127.0.0.1' }, { mode: 'implicit', trust: known }],
  [
    { upstream: 'imaps://h', 'upstream-insecure': true },
    { mode: 'implicit', trust: { kind: 'anyone' } },
  ],
  [
    { upstream: 'imaps://h', 'upstream-insecure': 'false' },
    { mode: 'implicit', trust: known },
  ],
  [
    { upstream: 'imaps://h', 'upstream-ca': ca.certFile },
    { mode: 'implicit', trust: { kind: 'authorities', pem: ca.cert } },
  ],
];

for (const [flags, tls] of tlsRows) {
  test(`TLS to a server: ${Object.entries(flags).join(' ').replaceAll(ca.certFile, 'F')}`, () => {
    assert.deepEqual(loadConfig(flags, {}).upstream.tls, tls);
    const submission = Object.entries(flags).map(([key, value]) => [
      key.replace('upstream', 'submission'),
      typeof value === 'string' ? value.replace('imap', 'smtp') : value,
    ]);
    assert.deepEqual(loadConfig(Object.fromEntries(submission), {}).submission.tls, tls);
  });
}

describe('the submission password', () => {
  const flags = { 'submission-auth': 'impersonate', 'submission-user': 'proxy' };
  const passwordOf = (config: Config) => {
    const { auth } = config.submission;
    assert.ok(auth.kind === 'impersonate' && auth.user === 'proxy');
    return auth.password.reveal();
  };

  test('from the environment, as it is', () => {
    const environment = { IMAP_SEND_PROXY_SUBMISSION_PASSWORD: ' pass,word ' };
    assert.equal(passwordOf(loadConfig(flags, environment)), ' pass,word ');
  });

  for (const text of ['pass word', 'pass word\n', 'pass word\r\n', 'pass word\nnote']) {
    test(`from the first line of a file: ${JSON.stringify(text)}`, () => {
      const file = placeFile('password', text);
      assert.equal(passwordOf(loadConfig({ ...flags, 'submission-password-file': file }, {})), 'pass word');
    });
  }
});

const map = placeFile('senders', '');
const policies: readonly [flags: Flags, policy: SenderPolicy][] = [
  [{ 'submission-auth': 'user' }, { kind: 'submission' }],
  [{ 'submission-auth': 'impersonate' }, { kind: 'submission' }],
  [{ 'submission-auth': 'service' }, { kind: 'login' }],
  [{ 'submission-auth': 'none' }, { kind: 'login' }],
  [{ 'submission-auth': 'none', 'sender-policy': 'submission' }, { kind: 'submission' }],
  [
    { 'submission-auth': 'none', 'default-domain': 'Bücher.example' },
    { kind: 'login', defaultDomain: 'xn--bcher-kva.example' },
  ],
  [
    { 'sender-policy': 'map', 'sender-map': map },
    { kind: 'map', file: map },
  ],
  [
    { 'sender-policy': 'map', 'sender-map': map, 'default-domain': 'example.org' },
    { kind: 'map', file: map, defaultDomain: 'example.org' },
  ],
];

for (const [flags, policy] of policies) {
  test(`senders: ${Object.entries(flags).join(' ').replaceAll(map, 'F')}`, () => {
    const needed = ['service', 'impersonate'].includes(String(flags['submission-auth']));
    const environment = needed
      ? { IMAP_SEND_PROXY_SUBMISSION_USER: 'u', IMAP_SEND_PROXY_SUBMISSION_PASSWORD: 'p' }
      : {};
    assert.deepEqual(loadConfig(flags, environment).senderPolicy, policy);
  });
}

test('limits, rates, state and operation', () => {
  const config = loadConfig(
    {
      'max-message-size': '25MB',
      'max-recipients': '50',
      'max-messages-per-send': '10',
      'max-sessions': 'unlimited',
      'max-sessions-per-ip': '20',
      'rate-messages': '200/1h',
      'drain-timeout': '2m',
      'log-level': 'debug',
      'log-format': 'pretty',
    },
    { IMAP_SEND_PROXY_STATE: 'rediss://:word@redis.example.org:6380/2' },
  );
  assert.deepEqual(config.limits, {
    maxMessageSize: 25_000_000,
    maxRecipients: 50,
    maxMessagesPerSend: 10,
    maxSessions: Number.POSITIVE_INFINITY,
    maxSessionsPerIp: 20,
    maxUnauthenticated: 1_000,
    messageRate: { count: 200, seconds: 3600 },
  });
  assert.ok(config.state.kind === 'redis' && config.state.target.kind === 'single');
  assert.deepEqual(config.state.target.node, { host: 'redis.example.org', port: 6380 });
  assert.equal(config.state.target.password?.reveal(), 'word');
  assert.equal(config.drainTimeoutMs, 120_000);
  assert.deepEqual(config.log, { level: 'debug', format: 'pretty' });
});

test('as many workers as there are cores, with auto', () => {
  assert.equal(loadConfig({ workers: 'auto' }, {}).workers, Math.min(64, availableParallelism()));
  assert.equal(loadConfig({ workers: '64' }, {}).workers, 64);
});

test('no more connections without a login than connections', () => {
  assert.equal(loadConfig({ 'max-sessions': '500' }, {}).limits.maxUnauthenticated, 500);
});

test('time-outs', () => {
  const flags = {
    'tls-timeout': '1s',
    'upstream-connect-timeout': '2000ms',
    'greeting-timeout': '3s',
    'login-timeout': '30m',
    'idle-timeout': '30m',
    'write-timeout': '6m',
  };
  assert.deepEqual(loadConfig(flags, {}).timeouts, {
    handshakeMs: 1_000,
    connectMs: 2_000,
    greetingMs: 3_000,
    loginMs: 1_800_000,
    idleMs: 1_800_000,
    writeMs: 360_000,
  });
});

test('"off" in a flag takes back the rate of the config file', () => {
  const config = placeFile('rates.yaml', 'rate-messages: 200/1h\nrate-recipients: 1000/1d\n');
  assert.deepEqual(Object.keys(loadConfig({ config, 'rate-messages': 'off' }, {}).limits).slice(-1), [
    'recipientRate',
  ]);
});

describe('the admin listener', () => {
  test('is off, and off again with "off" in a flag', () => {
    assert.deepEqual(loadConfig({}, {}).admin, { kind: 'off' });
    const environment = { IMAP_SEND_PROXY_ADMIN: 'http://127.0.0.1:9143' };
    assert.deepEqual(loadConfig({ admin: 'off' }, environment).admin, { kind: 'off' });
  });

  test('needs no token on a loopback address, and has one wherever the file is named', () => {
    const [host, port] = ['::1', 0];
    assert.deepEqual(loadConfig({ admin: 'http://[::1]:0' }, {}).admin, { kind: 'http', host, port });
    const file = placeFile('token', 'AZaz09-._~+/abc=\r\nanother line\n');
    const flags = { admin: 'http://192.0.2.1:9143', 'admin-token-file': file };
    const { admin } = loadConfig(flags, {});
    assert.ok(admin.kind === 'http');
    assert.equal(admin.token?.reveal(), 'AZaz09-._~+/abc=');
    assert.ok(!JSON.stringify(admin).includes('AZaz09'));
  });
});
