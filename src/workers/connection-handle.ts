import type { SendHandle } from 'node:child_process';
import type net from 'node:net';

/** What Node.js has of a connection below `net.Socket`. */
export type ConnectionHandle = SendHandle & { close(): void };

/**
 * Takes the connection out of `socket`, of which nothing is being read and which is spent then: it goes to another process, and the
 * socket would wait for that. Undefined where there is no connection any more.
 */
export function detachHandle(socket: net.Socket): ConnectionHandle | undefined {
  const owner = socket as unknown as { _handle?: (ConnectionHandle & Readable) | null };
  const handle = owner._handle;
  if (handle === undefined || handle === null || typeof handle.readStop !== 'function') return undefined;
  handle.readStop();
  handle.reading = false;
  owner._handle = null;
  socket.destroy();
  return handle;
}

interface Readable {
  reading: boolean;
  readStop(): void;
}
