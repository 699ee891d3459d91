import { type Refusal, refuses, SECRET } from './refusals.js';

const name = (key: string) => `IMAP_SEND_PROXY_${key}`;
const imap = 'imap://host:port or imaps://host:port';
const places = `${imap}, or +systemd://name for ://host:port`;
const network = 'an address or a network such as 192.0.2.0/24, or none';
const smtp = 'smtp://host:port or smtps://host:port';

refuses([
  // What is no option
  [{ flags: { upsteam: 'imap://h' } }, 'upsteam: unknown option, did you mean upstream? (--upsteam)'],
  [{ flags: { l: 'imap://h' } }, 'l: unknown option (-l)'],
  [{ flags: { processes: '2' } }, 'processes: unknown option (--processes)'],
  [{ flags: { constructor: 'x' } }, 'constructor: unknown option (--constructor)'],
  [
    { env: { [name('UPSTEAM')]: 'x' } },
    'IMAP_SEND_PROXY_UPSTEAM: unknown option, did you mean IMAP_SEND_PROXY_UPSTREAM? (environment)',
  ],
  [
    { env: { [name('upstream')]: 'x' } },
    'IMAP_SEND_PROXY_upstream: unknown option, did you mean IMAP_SEND_PROXY_UPSTREAM? (environment)',
  ],
  [
    { file: '# comment\n\nlog-level: info\nupstream_ca: x\n' },
    'upstream_ca: unknown option, did you mean upstream-ca? (%/x.yaml:4:1)',
  ],
  [{ file: 'config: y.yaml' }, 'config: unknown option (%/x.yaml:1:1)'],
  [{ file: '"a\\nb": 1' }, 'a?b: unknown option (%/x.yaml:1:1)'],

  // Workers
  ...['0', '65', 'all', '1.5'].map(
    (text): Refusal => [
      { flags: { workers: text } },
      `workers: expected a whole number from 1 to 64, or auto, given "${text}" (--workers)`,
    ],
  ),

  // Endpoints
  [
    { flags: { upstream: 'mail.example.org' } },
    `upstream: expected ${imap}, given "mail.example.org" (--upstream)`,
  ],
  [
    { env: { [name('UPSTREAM')]: 'http://h' } },
    `upstream: expected ${imap}, given "http://h" (environment IMAP_SEND_PROXY_UPSTREAM)`,
  ],
  [{ file: '\nupstream: smtp://h\n' }, `upstream: expected ${imap}, given "smtp://h" (%/x.yaml:2:11)`],
  [{ flags: { upstream: 'imap://h:0' } }, `upstream: expected ${imap}, given "imap://h:0" (--upstream)`],
  [{ flags: { upstream: true } }, `upstream: expected ${imap}, given nothing (--upstream)`],
  [
    { env: { [name('UPSTREAM')]: '' } },
    `upstream: expected ${imap}, given nothing (environment IMAP_SEND_PROXY_UPSTREAM)`,
  ],
  [{ file: 'upstream:' }, `upstream: expected ${imap}, given nothing (%/x.yaml:1:10)`],
  [
    { flags: { upstream: ['imap://a', 'imap://b'] } },
    'upstream: expected to be given once, given "imap://a, imap://b" (--upstream)',
  ],
  [{ file: 'upstream: [imap://a]' }, 'upstream: expected to be given once, given "imap://a" (%/x.yaml:1:11)'],
  [{ flags: { submission: 'imap://h' } }, `submission: expected ${smtp}, given "imap://h" (--submission)`],
  [
    { flags: { 'accept-proxy-protocol': ['10.0.0.0/8', '10.0.0.0/33'] } },
    `accept-proxy-protocol: expected ${network}, given "10.0.0.0/8, 10.0.0.0/33" (--accept-proxy-protocol)`,
  ],
  [
    { file: 'accept-proxy-protocol: haproxy.example.org' },
    `accept-proxy-protocol: expected ${network}, given "haproxy.example.org" (%/x.yaml:1:24)`,
  ],
  [
    { flags: { 'accept-proxy-protocol': 'none,::1' } },
    `accept-proxy-protocol: expected ${network}, given "none,::1" (--accept-proxy-protocol)`,
  ],
  [
    { flags: { 'upstream-proxy-protocol': 'v3' } },
    'upstream-proxy-protocol: expected none, v1 or v2, given "v3" (--upstream-proxy-protocol)',
  ],
  [
    { flags: { submission: 'smtp://h/x' } },
    `submission: expected ${smtp}, given "smtp://h/x" (--submission)`,
  ],
  [
    { flags: { listen: ['imap://127.0.0.1:1', 'imap://'] } },
    `listen: expected ${places}, given "imap://127.0.0.1:1, imap://" (--listen)`,
  ],
  [
    { env: { [name('LISTEN')]: 'imap://127.0.0.1:1,' } },
    `listen: expected ${places}, given "imap://127.0.0.1:1," (environment IMAP_SEND_PROXY_LISTEN)`,
  ],
  [{ file: 'listen: []' }, `listen: expected ${places}, given nothing (%/x.yaml:1:9)`],

  ...[
    '127.0.0.1:9143',
    'https://127.0.0.1:9143',
    'http://127.0.0.1:9143/metrics',
    'http://:9143',
    'true',
  ].map(
    (text): Refusal => [
      { flags: { admin: text } },
      `admin: expected http://host:port, or off, given "${text}" (--admin)`,
    ],
  ),

  // Words, numbers, quantities
  [
    { flags: { 'upstream-starttls': 'maybe' } },
    'upstream-starttls: expected never, try or require, given "maybe" (--upstream-starttls)',
  ],
  [
    { flags: { 'upstream-insecure': 'maybe' } },
    'upstream-insecure: expected true or false, given "maybe" (--upstream-insecure)',
  ],
  [
    { file: 'submission-auth: users' },
    'submission-auth: expected user, service, impersonate or none, given "users" (%/x.yaml:1:18)',
  ],
  [
    { flags: { 'sender-policy': 'none' } },
    'sender-policy: expected submission, login or map, given "none" (--sender-policy)',
  ],
  [
    { flags: { 'default-domain': '@example.org' } },
    'default-domain: expected a domain such as example.org, given "…@example.org" (--default-domain)',
  ],
  [
    { flags: { 'max-message-size': '100M' } },
    'max-message-size: expected a size such as 100MiB, given "100M" (--max-message-size)',
  ],
  [
    { flags: { 'max-recipients': '0' } },
    'max-recipients: expected a whole number from 1, given "0" (--max-recipients)',
  ],
  [
    { file: 'max-messages-per-send: 1e3' },
    'max-messages-per-send: expected a whole number from 1, given "1e3" (%/x.yaml:1:24)',
  ],
  [
    { flags: { 'max-sessions': 'none' } },
    'max-sessions: expected a whole number from 1, or unlimited, given "none" (--max-sessions)',
  ],
  [
    { flags: { 'rate-messages': '200' } },
    'rate-messages: expected a rate such as 200/1h, or off, given "200" (--rate-messages)',
  ],
  [
    { file: 'drain-timeout: 30' },
    'drain-timeout: expected a duration such as 30s, at most 24d, given "30" (%/x.yaml:1:16)',
  ],
  [
    { file: 'idle-timeout: 29m' },
    'idle-timeout: expected a duration from 30m (RFC 9051) to 24d, given "29m" (%/x.yaml:1:15)',
  ],
  ...[
    'tls-timeout',
    'upstream-connect-timeout',
    'greeting-timeout',
    'login-timeout',
    'write-timeout',
  ].flatMap((key) =>
    ['0s', '999ms', '25d', '30', 'off'].map(
      (value): Refusal => [
        { flags: { [key]: value } },
        `${key}: expected a duration from 1s to 24d, given "${value}" (--${key})`,
      ],
    ),
  ),
  [
    { env: { [name('MAX_UNAUTHENTICATED')]: '0' } },
    'max-unauthenticated: expected a whole number from 1, or unlimited, given "0" (environment IMAP_SEND_PROXY_MAX_UNAUTHENTICATED)',
  ],
  [
    { flags: { 'log-level': 'verbose' } },
    'log-level: expected error, warn, info or debug, given "verbose" (--log-level)',
  ],
  [{ flags: { 'log-format': 'text' } }, 'log-format: expected json or pretty, given "text" (--log-format)'],
  [{ flags: { state: 'disk' } }, 'state: expected memory, redis://… or rediss://…, given "disk" (--state)'],
  [
    { flags: { state: 'redis://a,b' } },
    'state: expected one host; several need redis+sentinel:// or redis+cluster://, given "redis://a,b" (--state)',
  ],
  [{ flags: { config: true } }, 'config: expected a file name, given nothing (--config)'],
  [{ flags: { config: ['a', 'b'] } }, 'config: expected to be given once, given "a, b" (--config)'],
  [
    { flags: { 'log-level': `x\r\n${'y'.repeat(200)}` } },
    `log-level: expected error, warn, info or debug, given "x??${'y'.repeat(156)}…" (--log-level)`,
  ],

  // Secrets are not shown, nor taken from where everybody can read them
  [
    { flags: { 'submission-password': SECRET } },
    'submission-password: expected no secret in a flag, but in the environment or a file, given [secret] (--submission-password)',
  ],
  [
    { flags: { state: `redis://:${SECRET}@h:6379` } },
    'state: expected no secret in a flag, but in the environment or a file, given [secret] (--state)',
  ],
  [
    { flags: { state: `redis://h:6379?password=${SECRET}` } },
    'state: expected no secret in a flag, but in the environment or a file, given [secret] (--state)',
  ],
  [
    { env: { [name('STATE')]: `redis//:${SECRET}@h` } },
    'state: expected memory, redis://… or rediss://…, given "…@h" (environment IMAP_SEND_PROXY_STATE)',
  ],
  [
    { file: `state: redis:/h?password=${SECRET}` },
    'state: expected redis://, rediss://, redis+sentinel:// or redis+cluster:// and a host, given "redis:/h?…" (%/x.yaml:1:8)',
  ],
  [
    { flags: { upstream: `imap://ann:${SECRET}@h` } },
    `upstream: expected ${imap}, given "imap://…@h" (--upstream)`,
  ],
  [
    { env: { [name('SUBMISSION_PASSWORD')]: '' } },
    'submission-password: expected a password, given [secret] (environment IMAP_SEND_PROXY_SUBMISSION_PASSWORD)',
  ],
]);
