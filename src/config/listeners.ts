import type { Config, Listener, ListenerTls, TlsIdentity } from './config.js';
import { type Endpoint, formatEndpoint, isLoopback } from './endpoint.js';
import { type Place, resolvePlaces } from './inherited-sockets.js';
import type { Environment } from './sources.js';
import { resolveIdentity } from './tls-identity.js';
import type { Options } from './values.js';

/** Where clients connect, and with which TLS. Throws ConfigError. */
export function resolveListeners(options: Options, environment: Environment): Config['listeners'] {
  const endpoints = resolvePlaces(options, environment);
  const fixed = endpoints.filter(({ port }) => port !== 0).map(({ host, port }) => `${host} ${port}`);
  if (new Set(fixed).size < fixed.length) throw options.unexpected('listen', 'each host and port once');
  const loop = endpoints.find((endpoint) => reaches(options.values.upstream, endpoint));
  if (loop) throw options.unexpected('upstream', `another server than ourselves at ${formatEndpoint(loop)}`);

  const identity = resolveIdentity(options);
  const listeners = endpoints.map((endpoint) => resolveListener(options, endpoint, identity));
  return listeners as [Listener, ...Listener[]];
}

function resolveListener(options: Options, place: Place, identity: TlsIdentity | undefined): Listener {
  const { host, port, fd } = place;
  return { host, port, ...(fd !== undefined && { fd }), tls: resolveTls(options, place, identity) };
}

function resolveTls(
  options: Options,
  { host, secure }: Endpoint,
  identity: TlsIdentity | undefined,
): ListenerTls {
  const allowPlaintext = options.values['allow-plaintext'];
  if (identity) {
    return secure
      ? { mode: 'implicit', ...identity }
      : { mode: 'starttls', required: !allowPlaintext, ...identity };
  }
  if (secure) throw options.unexpected('listen', 'tls-cert and tls-key with imaps://');
  if (!allowPlaintext && !isLoopback(host)) {
    throw options.unexpected(
      'listen',
      'tls-cert and tls-key, or allow-plaintext, with imap:// outside loopback',
    );
  }
  return { mode: 'none' };
}

/** Whether a connection to `upstream` would arrive at our own listener, and so on without end. */
function reaches(upstream: Endpoint, listener: Endpoint): boolean {
  if (upstream.port !== listener.port) return false;
  const everywhere = listener.host === '0.0.0.0' || listener.host === '::';
  const isName = upstream.host === 'localhost' || listener.host === 'localhost';
  const here = isLoopback(upstream.host) && (everywhere || (isName && isLoopback(listener.host)));
  return upstream.host === listener.host || here;
}
