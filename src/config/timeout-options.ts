import type { Option } from './option.js';
import * as type from './value-types.js';

/** How long what is waited for may take. Kept from the other options because they belong together, and are many. */
export const TIMEOUTS = {
  'tls-timeout': {
    group: 'Timeouts',
    describe: 'For a TLS handshake of a client, and for a PROXY header before it',
    type: type.timeout,
    default: '30s',
  },
  'upstream-connect-timeout': {
    group: 'Timeouts',
    describe: 'For the connection to upstream, and once more for TLS',
    type: type.timeout,
    default: '15s',
  },
  'greeting-timeout': {
    group: 'Timeouts',
    describe: 'From the connection of a client to the greeting of upstream',
    type: type.timeout,
    default: '60s',
  },
  'login-timeout': {
    group: 'Timeouts',
    describe: 'From the connection of a client to its login',
    type: type.timeout,
    default: '3m',
  },
  'idle-timeout': {
    group: 'Timeouts',
    describe: 'For a session in which neither side sends anything; at least 30m',
    type: type.idleTimeout,
    default: '35m',
  },
  'write-timeout': {
    group: 'Timeouts',
    describe: 'For a client or upstream to take something of what is sent to it, or upstream a literal',
    type: type.timeout,
    default: '5m',
  },
} as const satisfies Readonly<Record<string, Option>>;
