import type { TLSSocket } from 'node:tls';
import type { ProxiedTls } from '../proxy-protocol/header.js';

/** What a TLS connection of a client agreed on, and who the client is by its certificate. */
export function tlsDetails(socket: TLSSocket): ProxiedTls {
  const { servername } = socket as unknown as { servername?: string | false };
  // The name may be there several times, and then is a list: nobody's name.
  const name: unknown = socket.authorized ? socket.getPeerCertificate().subject?.CN : undefined;
  return {
    version: socket.getProtocol() ?? undefined,
    cipher: socket.getCipher().name,
    serverName: servername || undefined,
    commonName: typeof name === 'string' ? name : undefined,
  };
}
