import type { OptionKey } from '../src/config/options.js';

/** What docs/configuration.md says of an option beside its description, in Markdown. */
export const NOTES: { readonly [Key in OptionKey]?: string } = {
  listen:
    'Port 0 lets the system choose; the event `ready` has the real one. `imaps+systemd://name`: all sockets of that `FileDescriptorName=` that systemd passed, see [operation.md](operation.md#restart-without-a-gap).',
  'tls-cert': '[tls.md](tls.md#several-certificates)',
  'tls-client-ca': '[tls.md](tls.md#certificates-of-clients)',
  'allow-plaintext':
    'Without it, an `imap://` listener outside loopback needs a certificate, and every `imap://` listener with one refuses logins before STARTTLS.',
  'max-sessions-per-ip': 'Mind webmail and NAT.',
  'accept-proxy-protocol': '`192.0.2.10`, `2001:db8::/32`: [client-address.md](client-address.md)',
  'upstream-starttls': 'With `try`, where it is offered it has to succeed.',
  'upstream-proxy-protocol': '[client-address.md](client-address.md#to-upstream)',
  'upstream-id':
    'It comes before any command of the client: [client-address.md](client-address.md#to-upstream)',
  'submission-starttls': 'With `try`, a login is still not sent in clear, except to loopback.',
  'submission-auth': 'See below.',
  'submission-password': 'Never a flag; in the file it is `submission-password`.',
  'sender-policy': 'See below.',
  'sender-map': 'See below.',
  'tls-timeout':
    'On `imaps://` and after STARTTLS. The PROXY header, with `--accept-proxy-protocol`, has it for itself.',
  'greeting-timeout':
    "The first octet counts. Cyrus may look up the proxy's name first. With `--upstream-starttls`, from the connection with upstream to its answer to STARTTLS, and once more for its answers under TLS.",
  'login-timeout':
    'The handshake is included, and it does not matter how busy the client is; after UNAUTHENTICATE from there.',
  'idle-timeout':
    "That is RFC 9051 §5.4. It should be longer than upstream's own, whose `* BYE` is better. Upstream's `* OK Still here` during IDLE is an octet.",
  'write-timeout':
    'It counts while the other side has to wait for that, and while an upstream that was sent the announcement of a literal says nothing.',
  admin: 'Port 0 lets the system choose.',
  'admin-token-file': 'It has 16 or more letters, digits, and `-._~+/`.',
  state: 'See below.',
  'spool-dir': 'They are files without a name.',
  'drain-timeout':
    'The process ends about a second later at the latest: [delivery.md](delivery.md#stopping). At most 24 days. A second signal ends it at once.',
  workers: 'At most 64: [below](#several-processes).',
  'log-format': 'The log goes to standard output: [logging.md](logging.md).',
};
