import type net from 'node:net';
import tls from 'node:tls';
import { TimeoutError } from './timeout-error.js';

/** The only places where a connection becomes TLS. */

/** What we check of a server that we dial. */
export interface TlsClientOptions {
  readonly servername: string;
  /** PEM certificates to trust instead of the system's. */
  readonly ca?: string;
  /** Accept any certificate. */
  readonly insecure: boolean;
}

/** Serves TLS on an accepted connection, of which nothing may have been read beyond what was answered. */
export function serveTls(
  socket: net.Socket,
  context: tls.SecureContext,
  handshakeMs: number,
): Promise<tls.TLSSocket> {
  const secured = new tls.TLSSocket(socket, {
    isServer: true,
    secureContext: context,
    minVersion: 'TLSv1.2',
  } as tls.TLSSocketOptions);
  return handshake(secured, 'secure', handshakeMs);
}

/** Starts TLS on a dialed connection, of which nothing may have been read beyond the go-ahead. */
export function startTls(
  socket: net.Socket,
  options: TlsClientOptions,
  handshakeMs: number,
): Promise<tls.TLSSocket> {
  const secured = tls.connect({
    socket,
    ...(/^[\d.]+$|:/.test(options.servername) ? {} : { servername: options.servername }),
    ...(options.ca === undefined ? {} : { ca: options.ca }),
    rejectUnauthorized: !options.insecure,
    minVersion: 'TLSv1.2',
    checkServerIdentity: (_host, certificate) => tls.checkServerIdentity(options.servername, certificate),
  });
  return handshake(secured, 'secureConnect', handshakeMs);
}

function handshake(
  socket: tls.TLSSocket,
  event: 'secure' | 'secureConnect',
  handshakeMs: number,
): Promise<tls.TLSSocket> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(new TimeoutError('tls', 'TLS handshake timed out')), handshakeMs);
    const fail = (error: Error): void => {
      settle();
      socket.on('error', () => {});
      socket.destroy();
      reject(error);
    };
    const closed = (): void => fail(codedError('connection ended during the TLS handshake', 'ECONNRESET'));
    const done = (): void => {
      settle();
      resolve(socket.pause());
    };
    const settle = (): void => {
      clearTimeout(timer);
      socket.removeListener('error', fail).removeListener('_tlsError', fail);
      socket.removeListener('close', closed).removeListener('end', closed).removeListener(event, done);
    };
    // An accepted socket tells why its handshake failed by `_tlsError` alone.
    socket.once('error', fail).once('_tlsError', fail);
    // A connection that may be half-closed does not close when the peer ends it.
    socket.once('close', closed).once('end', closed).once(event, done);
  });
}

const codedError = (message: string, code: string): Error => Object.assign(new Error(message), { code });
