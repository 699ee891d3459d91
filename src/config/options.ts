import { LEVELS } from '../log/events.js';
import { FORMATS } from '../log/logger.js';
import { ADMIN_OPTIONS } from './admin-options.js';
import { IMAP, SUBMISSION } from './endpoint.js';
import { LIMITS } from './limit-options.js';
import type { Option } from './option.js';
import { TIMEOUTS } from './timeout-options.js';
import * as type from './value-types.js';

const STARTTLS = type.choice(['never', 'try', 'require']);
const STARTTLS_DEFAULT = 'never to a loopback address, else require';

/**
 * All options of `serve`: `--upstream-ca F`, `IMAP_SEND_PROXY_UPSTREAM_CA=F` and `upstream-ca: F` in the config file are
 * the same. The order is that of the help text and in which values are checked.
 */
export const OPTIONS = {
  listen: {
    group: 'Clients',
    describe:
      'Where clients connect: imap://host:port or imaps://host:port, or +systemd://name for a socket of systemd; repeatable',
    type: type.listeners(IMAP),
    default: 'imap://127.0.0.1:1143',
    list: true,
  },
  'tls-cert': {
    group: 'Clients',
    describe:
      'Certificate chain (PEM file) for imaps:// and for STARTTLS on imap://; repeatable: the client is shown the one for the name it asks for, else the first',
    type: type.files,
    path: true,
    list: true,
  },
  'tls-key': {
    group: 'Clients',
    describe: 'Private key of each certificate, in the same order (PEM file)',
    type: type.files,
    otherwise: 'in the file of the certificate',
    path: true,
    list: true,
  },
  'tls-client-ca': {
    group: 'Clients',
    describe: 'Ask clients for a certificate signed by one of these authorities (PEM file)',
    type: type.file,
    path: true,
  },
  'tls-client-auth': {
    group: 'Clients',
    describe: 'Whether a client may do without a certificate: optional or require',
    type: type.choice(['optional', 'require']),
    otherwise: 'require with --tls-client-ca',
  },
  'allow-plaintext': {
    group: 'Clients',
    describe: 'Take logins without TLS outside loopback, and before STARTTLS',
    type: type.onOff,
    default: 'false',
    toggle: true,
  },
  'max-sessions': {
    group: 'Clients',
    describe: 'Sessions at a time, or unlimited',
    type: type.countOrUnlimited,
    default: '10000',
  },
  'max-sessions-per-ip': {
    group: 'Clients',
    describe: 'Sessions at a time from one client address, or unlimited',
    type: type.countOrUnlimited,
    default: 'unlimited',
  },
  'max-unauthenticated': {
    group: 'Clients',
    describe: 'Sessions at a time on which nobody is logged in, or unlimited',
    type: type.countOrUnlimited,
    otherwise: '1000, or max-sessions if that is less',
  },
  'accept-proxy-protocol': {
    group: 'Clients',
    describe: 'Addresses and networks of proxies in front, which send a PROXY header (v1 or v2), or none',
    type: type.networks,
    default: 'none',
    list: true,
  },

  upstream: {
    group: 'Upstream IMAP server',
    describe: 'The server we stand in front of: imap://host:port or imaps://host:port',
    type: type.server(IMAP),
    default: 'imap://127.0.0.1:143',
  },
  'upstream-starttls': {
    group: 'Upstream IMAP server',
    describe: 'Use STARTTLS with imap://: never, try (if offered) or require',
    type: STARTTLS,
    otherwise: STARTTLS_DEFAULT,
  },
  'upstream-ca': {
    group: 'Upstream IMAP server',
    describe: 'Trust the certificates signed by these authorities only (PEM file)',
    type: type.file,
    otherwise: 'those of Node.js',
    path: true,
  },
  'upstream-insecure': {
    group: 'Upstream IMAP server',
    describe: 'Do not verify the certificate',
    type: type.onOff,
    default: 'false',
    toggle: true,
  },
  'upstream-proxy-protocol': {
    group: 'Upstream IMAP server',
    describe: "Tell it the client's address in a PROXY header: none, v1 or v2 (with TLS information)",
    type: type.choice(['none', 'v1', 'v2']),
    default: 'none',
  },
  'upstream-id': {
    group: 'Upstream IMAP server',
    describe: "Tell it the client's address in an ID command, for login_trusted_networks of Dovecot",
    type: type.onOff,
    default: 'false',
    toggle: true,
  },

  submission: {
    group: 'Submission server',
    describe: 'Where messages are handed to: smtp://host:port or smtps://host:port',
    type: type.server(SUBMISSION),
    default: 'smtp://127.0.0.1:587',
  },
  'submission-starttls': {
    group: 'Submission server',
    describe: 'Use STARTTLS with smtp://: never, try (if offered) or require',
    type: STARTTLS,
    otherwise: STARTTLS_DEFAULT,
  },
  'submission-ca': {
    group: 'Submission server',
    describe: 'Trust the certificates signed by these authorities only (PEM file)',
    type: type.file,
    otherwise: 'those of Node.js',
    path: true,
  },
  'submission-insecure': {
    group: 'Submission server',
    describe: 'Do not verify the certificate',
    type: type.onOff,
    default: 'false',
    toggle: true,
  },
  'submission-auth': {
    group: 'Submission server',
    describe:
      "Log in as: user (replay the client's own login), service (one login for all), impersonate (one login that acts for the user: SASL PLAIN authzid) or none",
    type: type.choice(['user', 'service', 'impersonate', 'none']),
    default: 'user',
  },
  'submission-user': {
    group: 'Submission server',
    describe: 'Login name for service and impersonate',
    type: type.word('a login name'),
  },
  'submission-password-file': {
    group: 'Submission server',
    describe: 'File whose first line is the password for service and impersonate',
    type: type.file,
    path: true,
  },
  'submission-password': {
    group: 'Submission server',
    describe: 'The password itself',
    type: type.word('a password'),
    secret: true,
  },

  'sender-policy': {
    group: 'Senders',
    describe:
      'Who decides whether a login may use a sender address: submission (that server), login (it must be the login name) or map (--sender-map)',
    type: type.choice(['submission', 'login', 'map']),
    otherwise: 'submission with --submission-auth user or impersonate, else login',
  },
  'sender-map': {
    group: 'Senders',
    describe: 'File of logins with their addresses and domains; reloaded when it changes',
    type: type.file,
    path: true,
  },
  'default-domain': {
    group: 'Senders',
    describe: 'Completes login names without a domain, for login and map',
    type: type.domain,
  },

  ...LIMITS,

  ...TIMEOUTS,

  ...ADMIN_OPTIONS,

  state: {
    group: 'Operation',
    describe:
      'Where outcomes and rates are kept: memory, or redis://… or rediss://… for several instances (a URL with a password not as a flag)',
    type: type.state,
    default: 'memory',
    credentials: true,
  },
  'spool-dir': {
    group: 'Operation',
    describe: 'Directory for messages over 1 MiB while they are sent',
    type: type.file,
    otherwise: "the system's temporary directory",
    path: true,
  },
  'drain-timeout': {
    group: 'Operation',
    describe: 'How long sessions may go on after SIGTERM or SIGINT',
    type: type.duration,
    default: '30s',
  },
  workers: {
    group: 'Operation',
    describe: 'Processes that serve clients, or auto: as many as there are cores',
    type: type.workers,
    default: '1',
  },
  'log-level': {
    group: 'Operation',
    describe: `How much is logged: ${LEVELS.join(', ')}`,
    type: type.choice(LEVELS),
    default: 'info',
  },
  'log-format': {
    group: 'Operation',
    describe: `How the log is written: ${FORMATS.join(' or ')}`,
    type: type.choice(FORMATS),
    default: 'json',
  },
  'print-config': {
    group: 'Operation',
    describe: 'Print what is in force, with where it was set, as a config file without its secrets, and exit',
    type: type.onOff,
    default: 'false',
    toggle: true,
    outside: true,
  },
  config: {
    group: 'Operation',
    describe: 'Read options from this file (YAML or JSON)',
    type: type.file,
    outside: true,
  },
} as const satisfies Readonly<Record<string, Option>>;

export type OptionKey = keyof typeof OPTIONS;
export const OPTION_KEYS = Object.keys(OPTIONS) as readonly OptionKey[];

export function option(key: OptionKey): Option {
  return OPTIONS[key];
}

export function isOption(key: string): key is OptionKey {
  return Object.hasOwn(OPTIONS, key);
}

/** `upstream-ca` as `IMAP_SEND_PROXY_UPSTREAM_CA`. */
export const ENVIRONMENT_PREFIX = 'IMAP_SEND_PROXY_';
export function environmentName(key: OptionKey): string {
  return ENVIRONMENT_PREFIX + key.toUpperCase().replaceAll('-', '_');
}
