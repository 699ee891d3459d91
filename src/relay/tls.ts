import net from 'node:net';
import tls from 'node:tls';
import { readAskedName } from './client-hello.js';
import { TimeoutError } from './timeout-error.js';
import type { TlsServer } from './tls-server.js';

/** The only places where a connection becomes TLS. */

/**
 * What a client may ask for by ALPN. One that asks for something else is a browser that was sent here: its request must not
 * be taken for IMAP (ALPACA, RFC 9325 §3.7). One that asks for nothing is served.
 */
const ALPN = ['imap'];

/** What we check of a server that we dial. */
export interface TlsClientOptions {
  readonly servername: string;
  /** PEM certificates to trust instead of the system's. */
  readonly ca?: string;
  /** Accept any certificate. */
  readonly insecure: boolean;
}

/**
 * Serves TLS on an accepted connection, of which nothing may have been read beyond what was answered. `authorized` says
 * whether the client has a certificate that is verified; one that is not is refused.
 */
export async function serveTls(
  socket: net.Socket,
  server: TlsServer,
  handshakeMs: number,
): Promise<tls.TLSSocket> {
  const deadline = Date.now() + handshakeMs;
  const name = server.byName ? await askedName(socket, handshakeMs) : undefined;
  const secured = new tls.TLSSocket(socket, {
    isServer: true,
    secureContext: server.context(name),
    ALPNProtocols: ALPN,
    requestCert: server.clientCertificate !== 'none',
    rejectUnauthorized: server.clientCertificate === 'required',
  });
  await handshake(secured, 'secure', Math.max(1, deadline - Date.now()));
  if (server.clientCertificate !== 'none') checkClient(secured, server.clientCertificate);
  return secured;
}

/**
 * Node.js lets every certificate pass in the handshake, and leaves the verdict to whoever asks for it afterwards; `tls.Server`
 * would, but cannot be given a connection with a context of its own. No certificate is verdict enough for OpenSSL where a
 * session is resumed.
 */
function checkClient(secured: tls.TLSSocket, expected: 'optional' | 'required'): void {
  const handle = (secured as unknown as { _handle: { verifyError(): NodeJS.ErrnoException | null } })._handle;
  const refusal = handle.verifyError();
  const presented = secured.getPeerX509Certificate() !== undefined;
  secured.authorized = presented && !refusal;
  if (secured.authorized || (!presented && expected === 'optional')) return;
  secured.on('error', () => {}).destroy();
  throw codedError('client certificate refused', refusal?.code ?? 'NO_CLIENT_CERTIFICATE');
}

/** The name of the ClientHello, which the socket then has to read once more. */
async function askedName(socket: net.Socket, timeoutMs: number): Promise<string | undefined> {
  let received: Buffer = Buffer.alloc(0);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(new TimeoutError('tls', 'TLS handshake timed out')), timeoutMs);
    const settle = (): void => {
      clearTimeout(timer);
      socket.removeListener('readable', read).removeListener('end', ended);
      socket.removeListener('error', fail).removeListener('close', ended);
    };
    const fail = (error: Error): void => {
      settle();
      socket.on('error', () => {}).destroy();
      reject(error);
    };
    const ended = (): void => fail(codedError('connection ended during the TLS handshake', 'ECONNRESET'));
    const read = (): void => {
      for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) {
        received = Buffer.concat([received, chunk]);
      }
      const asked = readAskedName(received);
      if (asked.kind === 'incomplete') return;
      settle();
      socket.unshift(received);
      resolve(asked.name);
    };
    socket.on('readable', read).once('end', ended).once('error', fail).once('close', ended);
    // One that read in place does not begin by itself.
    socket.read(0);
  });
}

/** Starts TLS on a dialed connection, of which nothing may have been read beyond the go-ahead. */
export function startTls(
  socket: net.Socket,
  options: TlsClientOptions,
  handshakeMs: number,
): Promise<tls.TLSSocket> {
  const secured = tls.connect({
    socket,
    // No address is a name to ask for (RFC 6066 §3).
    ...(net.isIP(options.servername) ? {} : { servername: options.servername }),
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
      // A record that is broken later is told in the same way, and the socket left open, though nothing can come any more.
      socket.on('_tlsError', (error: Error) => void socket.destroy(error));
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
