import { type Refusal, refuses, SECRET } from './refusals.js';

const service = { 'submission-auth': 'service', 'submission-user': 'proxy' };
const password = { IMAP_SEND_PROXY_SUBMISSION_PASSWORD: SECRET };
const remote = { submission: 'smtp://mail.example.org' };

refuses([
  // Listeners
  [
    { flags: { listen: 'imap://0.0.0.0:1143' } },
    'listen: expected tls-cert and tls-key, or allow-plaintext, with imap:// outside loopback, given "imap://0.0.0.0:1143" (--listen)',
  ],
  [
    { file: 'listen:\n  - imap://127.0.0.1:1143\n  - imap://[::]:1144\n' },
    'listen: expected tls-cert and tls-key, or allow-plaintext, with imap:// outside loopback, given "imap://127.0.0.1:1143, imap://[::]:1144" (%/x.yaml:2:3)',
  ],
  [
    { flags: { listen: 'imaps://127.0.0.1:993' } },
    'listen: expected tls-cert and tls-key with imaps://, given "imaps://127.0.0.1:993" (--listen)',
  ],
  [
    { flags: { listen: 'imaps://0.0.0.0:993', 'allow-plaintext': true } },
    'listen: expected tls-cert and tls-key with imaps://, given "imaps://0.0.0.0:993" (--listen)',
  ],
  [
    { flags: { 'tls-cert': ['a.pem', 'b.pem'], 'tls-key': 'a.key' } },
    'tls-key: expected 2 files, as tls-cert has, given "a.key" (--tls-key)',
  ],
  [
    { file: 'tls-cert: a.pem', env: { IMAP_SEND_PROXY_TLS_KEY: '/a.key, /b.key' } },
    'tls-key: expected one file, as tls-cert has, given "/a.key, /b.key" (environment IMAP_SEND_PROXY_TLS_KEY)',
  ],
  [
    { flags: { 'tls-client-ca': 'ca.pem' } },
    'tls-client-ca: expected tls-cert beside it, given "ca.pem" (--tls-client-ca)',
  ],
  [
    { flags: { 'tls-client-auth': 'optional' } },
    'tls-client-auth: expected tls-cert beside it, given "optional" (--tls-client-auth)',
  ],
  [
    { env: { IMAP_SEND_PROXY_TLS_KEY: 'k.pem' } },
    'tls-key: expected tls-cert beside it, given "k.pem" (environment IMAP_SEND_PROXY_TLS_KEY)',
  ],
  [
    { flags: { listen: ['imap://127.0.0.1:1', 'imap://127.0.0.1:1'] } },
    'listen: expected each host and port once, given "imap://127.0.0.1:1, imap://127.0.0.1:1" (--listen)',
  ],
  [
    { flags: { upstream: 'imap://127.0.0.1:1143' } },
    'upstream: expected another server than ourselves at imap://127.0.0.1:1143, given "imap://127.0.0.1:1143" (--upstream)',
  ],
  [
    { flags: { listen: 'imap://0.0.0.0:143', 'allow-plaintext': true } },
    'upstream: expected another server than ourselves at imap://0.0.0.0:143, given "imap://127.0.0.1:143" (default)',
  ],

  // TLS towards servers
  [
    { flags: { upstream: 'imaps://mail.example.org', 'upstream-starttls': 'require' } },
    'upstream-starttls: expected not to be set where upstream has TLS from the start, given "require" (--upstream-starttls)',
  ],
  [
    { flags: { submission: 'smtps://mail.example.org' }, file: 'submission-starttls: never' },
    'submission-starttls: expected not to be set where submission has TLS from the start, given "never" (%/x.yaml:1:22)',
  ],
  [
    { flags: { 'upstream-ca': 'ca.pem' } },
    'upstream-ca: expected TLS to go with it (upstream-starttls is never), given "ca.pem" (--upstream-ca)',
  ],
  [
    { flags: { 'upstream-insecure': true } },
    'upstream-insecure: expected TLS to go with it (upstream-starttls is never), given "true" (--upstream-insecure)',
  ],
  [
    { flags: { ...remote, 'submission-starttls': 'never', 'submission-ca': 'ca.pem' } },
    'submission-ca: expected TLS to go with it (submission-starttls is never), given "ca.pem" (--submission-ca)',
  ],
  [
    { flags: { ...remote, 'submission-insecure': true, 'submission-ca': 'ca.pem' } },
    'submission-insecure: expected not to be set beside submission-ca, given "true" (--submission-insecure)',
  ],

  // Logins at the submission server
  [
    { flags: { 'submission-user': 'proxy' } },
    'submission-user: expected submission-auth service or impersonate with it, not user, given "proxy" (--submission-user)',
  ],
  [
    { flags: { 'submission-auth': 'none', 'submission-password-file': 'p' } },
    'submission-password-file: expected submission-auth service or impersonate with it, not none, given "p" (--submission-password-file)',
  ],
  [
    { env: password },
    'submission-password: expected submission-auth service or impersonate with it, not user, given [secret] (environment IMAP_SEND_PROXY_SUBMISSION_PASSWORD)',
  ],
  [
    { flags: { 'submission-auth': 'service' }, env: password },
    'submission-auth: expected submission-user with it, given "service" (--submission-auth)',
  ],
  [
    { flags: { ...service, 'submission-auth': 'impersonate' } },
    'submission-auth: expected submission-password-file with it, given "impersonate" (--submission-auth)',
  ],
  [
    { flags: { ...service, 'submission-password-file': 'p' }, env: password },
    'submission-password: expected not to be set beside submission-password-file, given [secret] (environment IMAP_SEND_PROXY_SUBMISSION_PASSWORD)',
  ],

  // Limits and time-outs that can never be met
  [
    { flags: { 'max-sessions': '10', 'max-unauthenticated': '11' } },
    'max-unauthenticated: expected at most max-sessions, which is 10, given "11" (--max-unauthenticated)',
  ],
  [
    { flags: { 'max-sessions-per-ip': '10001' } },
    'max-sessions-per-ip: expected at most max-sessions, which is 10000, given "10001" (--max-sessions-per-ip)',
  ],
  ...['tls-timeout', 'upstream-connect-timeout', 'greeting-timeout', 'login-timeout', 'write-timeout'].map(
    (key): Refusal => [
      { flags: { [key]: '36m' } },
      `${key}: expected at most idle-timeout, which is 35m, given "36m" (--${key})`,
    ],
  ),

  // The admin listener
  [
    { flags: { admin: 'http://0.0.0.0:9143' } },
    'admin: expected admin-token-file beside it outside loopback, given "http://0.0.0.0:9143" (--admin)',
  ],
  [
    { flags: { 'admin-token-file': 't' } },
    'admin-token-file: expected admin beside it, given "t" (--admin-token-file)',
  ],
  [
    { flags: { admin: 'http://127.0.0.1:1143' } },
    'admin: expected another address than the listener at 127.0.0.1 port 1143, given "http://127.0.0.1:1143" (--admin)',
  ],

  // Senders
  [
    { flags: { 'sender-policy': 'map' } },
    'sender-policy: expected sender-map with it, given "map" (--sender-policy)',
  ],
  [
    { flags: { 'sender-map': 'm', 'sender-policy': 'login' } },
    'sender-map: expected sender-policy map with it, given "m" (--sender-map)',
  ],
  [
    { flags: { 'sender-map': 'm' } },
    'sender-map: expected sender-policy map with it, given "m" (--sender-map)',
  ],
  [
    { flags: { 'default-domain': 'example.org' } },
    'default-domain: expected sender-policy login or map with it, given "example.org" (--default-domain)',
  ],
]);
