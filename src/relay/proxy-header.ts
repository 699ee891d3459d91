import type net from 'node:net';
import type { HeaderFault, ProxiedConnection } from '../proxy-protocol/header.js';
import { readHeader } from '../proxy-protocol/parse.js';

export type ProxyHeader =
  /** Without `proxied`, the connection is the sender's own. */
  | { readonly kind: 'header'; readonly proxied: ProxiedConnection | undefined }
  | { readonly kind: 'refused'; readonly cause: HeaderFault | 'cut-short' | 'timeout' }
  /** It closed without an octet: a health check. */
  | { readonly kind: 'gone' };

/**
 * Reads the PROXY header that an accepted connection has to begin with. Octets behind it are the client's: they are put
 * back into the socket, where TLS and a leg begin to read. Never rejects.
 */
export function readProxyHeader(socket: net.Socket, milliseconds: number): Promise<ProxyHeader> {
  return new Promise((resolve) => {
    let received: Buffer = Buffer.alloc(0);
    const settle = (result: ProxyHeader): void => {
      clearTimeout(timer);
      socket.removeListener('readable', read).removeListener('end', ended).removeListener('close', ended);
      resolve(result);
    };
    const timer = setTimeout(() => settle({ kind: 'refused', cause: 'timeout' }), milliseconds);
    const read = (): void => {
      const octets: Buffer | null = socket.read();
      if (octets === null) return;
      received = Buffer.concat([received, octets]);
      const found = readHeader(received);
      switch (found.kind) {
        case 'more':
          return;
        case 'invalid':
          settle({ kind: 'refused', cause: found.cause });
          return;
        case 'header':
          settle({ kind: 'header', proxied: found.proxied });
          if (found.length < received.length) socket.unshift(received.subarray(found.length));
      }
    };
    const ended = (): void =>
      settle(received.length === 0 ? { kind: 'gone' } : { kind: 'refused', cause: 'cut-short' });
    socket.on('end', ended).on('close', ended).on('readable', read);
  });
}
