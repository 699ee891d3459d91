import type net from 'node:net';
import { TLSSocket } from 'node:tls';

/** Whom the verified certificate of the peer names: its common name, else its alternative names. */
export function certificateName(socket: net.Socket): string | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const { subject, subjectaltname } = socket.getPeerCertificate();
  // Several common names come as an array, in spite of the type.
  return [subject?.CN ?? subjectaltname ?? ''].flat().join(', ');
}
