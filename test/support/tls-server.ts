import { createTlsServer, type TlsServer } from '../../src/relay/tls-server.js';
import type { Certificate } from './certs.js';

/** A listener's side of TLS with one certificate, for every name. */
export function serverOf({ cert, key }: Certificate): () => TlsServer {
  const server = createTlsServer({
    certificates: [{ chain: cert, key, names: [], keyType: 'ec' }],
    clientCertificate: 'none',
  });
  return () => server;
}
