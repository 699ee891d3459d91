import type { Config, Listener, ServerTls, TlsIdentity } from './config/config.js';
import type { Log } from './log/logger.js';
import type { ListenerOptions } from './relay/listener.js';
import type { Reception, ReceptionOptions } from './relay/reception.js';
import type { TlsClientOptions } from './relay/tls.js';
import { createTlsServer, type TlsServer } from './relay/tls-server.js';
import type { UpstreamOptions } from './relay/upstream.js';
import type { SubmissionServer } from './send/smtp/submission.js';

/** From the words of the configuration to those of the parts that connect. */

export function listenerOptions(
  { host, port, fd, tls: security }: Listener,
  config: Config,
  server: () => TlsServer,
): ListenerOptions {
  const gate = {
    startTls: security.mode === 'starttls',
    allowCleartextLogin: security.mode !== 'starttls' || !security.required,
    replayLogin: config.submission.auth.kind === 'user',
  };
  const where = { host, port, ...(fd !== undefined && { fd }), gate };
  if (security.mode === 'none') return { ...where, tls: { mode: 'none' } };
  return { ...where, tls: { mode: security.mode, server } };
}

export function receptionOptions(
  { limits, clientAddress, timeouts }: Config,
  log: Log,
  serve: ReceptionOptions['serve'],
): ReceptionOptions {
  const { trustedProxies } = clientAddress;
  return { limits, trustedProxies, headerMs: timeouts.handshakeMs, log, serve };
}

export async function listenOn(
  reception: Reception,
  listeners: readonly ListenerOptions[],
): Promise<readonly { readonly url: string }[]> {
  const urls = await Promise.all(listeners.map((listener) => reception.listen(listener)));
  return urls.map((url) => ({ url }));
}

export function tlsServer({ certificates, clients }: TlsIdentity): TlsServer {
  const [first, ...others] = certificates.map((own) => ({ ...own, key: own.key.reveal() }));
  return createTlsServer({
    certificates: [first as NonNullable<typeof first>, ...others],
    clientCertificate: clients.kind,
    ...(clients.kind === 'none' ? {} : { clientAuthorities: clients.authorities }),
  });
}

export function upstreamOptions({ upstream, timeouts }: Config): UpstreamOptions {
  const { host, port, tls: security } = upstream;
  const options = { host, port, dialMs: timeouts.connectMs, greetingMs: timeouts.greetingMs };
  switch (security.mode) {
    case 'none':
      return { ...options, tls: { mode: 'none' } };
    case 'implicit':
      return { ...options, tls: { mode: 'implicit', ...tlsClientOptions(host, security) } };
    case 'starttls': {
      const { required } = security;
      return { ...options, tls: { mode: 'starttls', required, ...tlsClientOptions(host, security) } };
    }
  }
}

function tlsClientOptions(
  servername: string,
  { trust }: Exclude<ServerTls, { mode: 'none' }>,
): TlsClientOptions {
  return {
    servername,
    insecure: trust.kind === 'anyone',
    ...(trust.kind === 'authorities' ? { ca: trust.pem } : {}),
  };
}

export function submissionServer({ submission: { host, port, tls: security } }: Config): SubmissionServer {
  if (security.mode === 'none') return { host, port, tls: 'never', insecure: false };
  const { insecure, ca } = tlsClientOptions(host, security);
  const mode =
    security.mode === 'implicit' ? 'implicit' : security.required ? 'starttls-require' : 'starttls-try';
  return { host, port, tls: mode, insecure, ...(ca === undefined ? {} : { ca: [ca] }) };
}
