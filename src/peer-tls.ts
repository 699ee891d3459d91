import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** What a server that we connected to showed in the handshake. */
export interface PeerTls {
  /** `TLSv1.3` */
  readonly version: string;
  readonly cipher: string;
  /** The certificate was verified; false where it need not be. */
  readonly verified: boolean;
  readonly certificate: X509Certificate | undefined;
}

/** Undefined for a connection without TLS. */
export function peerTls(socket: Socket): PeerTls | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  return {
    version: socket.getProtocol() ?? 'unknown version',
    cipher: socket.getCipher().name,
    verified: socket.authorized,
    certificate: socket.getPeerX509Certificate(),
  };
}
