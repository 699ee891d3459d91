import { constants } from 'node:crypto';
import tls from 'node:tls';

/** What listeners show to clients, and ask of them. Replaced as a whole when certificates are renewed. */
export interface TlsServer {
  /** Whether it depends on the name that a client asks for what it is shown. */
  readonly byName: boolean;
  /** The certificates for that name, else those of the first. */
  context(name?: string): tls.SecureContext;
  readonly clientCertificate: 'none' | 'optional' | 'required';
}

export interface TlsServerOptions {
  /** PEM. The first counts when no name is asked for. */
  readonly certificates: readonly [ServerCertificate, ...ServerCertificate[]];
  readonly clientCertificate: TlsServer['clientCertificate'];
  /** PEM certificates that those of clients are verified by. */
  readonly clientAuthorities?: string;
}

export interface ServerCertificate {
  readonly chain: string;
  readonly key: string;
  /** In lower case. */
  readonly names: readonly string[];
  readonly keyType: string;
}

export function createTlsServer(options: TlsServerOptions): TlsServer {
  const { certificates, clientCertificate } = options;
  const [first] = certificates;
  const byName = new Map<string, readonly ServerCertificate[]>();
  for (const name of certificates.flatMap(({ names }) => names)) {
    byName.set(name, onePerType(certificates.filter(({ names }) => names.includes(name))));
  }
  // Beside the first, the one for the same name that has a key of another type.
  const fallback = onePerType([first, ...(byName.get(first.names[0] ?? '') ?? [])]);
  const contexts = new Map<string, tls.SecureContext>();
  const contextOf = (chosen: readonly ServerCertificate[]): tls.SecureContext => {
    const key = chosen.map((certificate) => certificates.indexOf(certificate)).join();
    const context = contexts.get(key) ?? createContext(chosen, options);
    contexts.set(key, context);
    return context;
  };
  const chosenFor = (name: string) => byName.get(name) ?? byName.get(name.replace(/^[^.]+/, '*')) ?? fallback;
  // All of them now: a certificate that cannot be used must not be found out by a client.
  const distinct = new Set([fallback, ...byName.values()].map(contextOf));
  return {
    byName: distinct.size > 1,
    context: (name = '') => contextOf(chosenFor(name)),
    clientCertificate,
  };
}

/** OpenSSL keeps one certificate of each type in a context, and shows the one that goes with what the client can verify. */
function onePerType(certificates: readonly ServerCertificate[]): readonly ServerCertificate[] {
  return certificates.filter(
    ({ keyType }, index) => certificates.findIndex((other) => other.keyType === keyType) === index,
  );
}

function createContext(
  chosen: readonly ServerCertificate[],
  { clientCertificate, clientAuthorities }: TlsServerOptions,
): tls.SecureContext {
  const { SSL_OP_NO_RENEGOTIATION, SSL_OP_NO_TICKET } = constants;
  return tls.createSecureContext({
    cert: chosen.map(({ chain }) => chain),
    key: chosen.map(({ key }) => key),
    minVersion: 'TLSv1.2',
    // Renegotiation costs the server far more than the client, and nobody needs it. A resumed session would vouch for a
    // client whose certificate is not looked at again, or that never had one.
    secureOptions: SSL_OP_NO_RENEGOTIATION | (clientCertificate === 'none' ? 0 : SSL_OP_NO_TICKET),
    ...(clientAuthorities === undefined ? {} : { ca: clientAuthorities }),
    // Without one, OpenSSL ends a handshake that tries to resume where client certificates are asked for.
    sessionIdContext: 'imap-send-proxy',
  });
}
