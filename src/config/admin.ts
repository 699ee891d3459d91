import type { Admin } from './config.js';
import { type Endpoint, isLoopback, type NamedSocket } from './endpoint.js';
import { readSecret } from './secret-file.js';
import type { Options } from './values.js';

/**
 * As `Authorization: Bearer` can carry it (RFC 6750 §2.1), and too long to be guessed over the network.
 */
const TOKEN = {
  pattern: /^(?=.{16})[A-Za-z0-9._~+/-]+=*$/,
  expected: 'a token of 16 characters or more: letters, digits, - . _ ~ + /',
};

/** Throws ConfigError. */
export function resolveAdmin(options: Options): Admin {
  const { values, unexpected } = options;
  const { admin: endpoint, 'admin-token-file': file } = values;
  if (endpoint === 'off') {
    if (file !== undefined) throw unexpected('admin-token-file', 'admin beside it');
    return { kind: 'off' };
  }
  if (endpoint.port !== 0 && values.listen.some((listener) => isSame(listener, endpoint))) {
    throw unexpected('admin', `another address than the listener at ${endpoint.host} port ${endpoint.port}`);
  }
  const { host, port } = endpoint;
  if (file !== undefined)
    return { kind: 'http', host, port, token: readSecret(options, 'admin-token-file', file, TOKEN) };
  // Passwords are not shown there, but whose they are is, and sessions can be ended.
  if (!isLoopback(host)) throw unexpected('admin', 'admin-token-file beside it outside loopback');
  return { kind: 'http', host, port };
}

const isSame = (one: Endpoint | NamedSocket, other: Endpoint): boolean =>
  'host' in one && one.host === other.host && one.port === other.port;
