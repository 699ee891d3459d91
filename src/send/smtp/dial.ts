import { connect, type Socket } from 'node:net';

/** A TCP connection, or the system's name for what went wrong, e.g. `ECONNREFUSED`. */
export type Dialled =
  | { readonly ok: true; readonly socket: Socket }
  | { readonly ok: false; readonly code: string };

/**
 * Connects within `timeout` milliseconds, name lookup included, trying each address of `host` (RFC 8305). Names are
 * looked up by the system, so that its hosts file counts.
 */
export function dial(host: string, port: number, timeout: number): Promise<Dialled> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const fail = (code: string) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ ok: false, code });
    };
    const onError = (error: NodeJS.ErrnoException) => fail(error.code ?? 'ECONNFAILED');
    const timer = setTimeout(fail, timeout, 'ETIMEDOUT');
    socket.once('error', onError);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.removeListener('error', onError);
      resolve({ ok: true, socket });
    });
  });
}
