import type net from 'node:net';
import { contains, type Network, parseEnd } from '../ip-address.js';
import type { Log } from '../log/logger.js';
import { type ClientConnection, ownConnection, proxiedConnection } from './client-connection.js';
import { readProxyHeader } from './proxy-header.js';

export interface ArrivalOptions {
  /** Whose PROXY header is believed, and has to come. */
  readonly trustedProxies: readonly Network[];
  /** For the header, in milliseconds. */
  readonly headerMs: number;
  /** How many connections may wait for their header at a time. */
  readonly maxWaiting: () => number;
  readonly log: Log;
}

/** Finds out whose a new connection is, which for one of a trusted proxy takes its PROXY header. */
export class Arrivals {
  readonly #options: ArrivalOptions;
  readonly #waiting = new Set<net.Socket>();
  #stopped = false;

  constructor(options: ArrivalOptions) {
    this.#options = options;
  }

  /** Connections that wait for their header. */
  get count(): number {
    return this.#waiting.size;
  }

  /** Undefined when there is nobody to serve: then the connection is over already. Never rejects. */
  async clientOf(socket: net.Socket, listener: string): Promise<ClientConnection | undefined> {
    const own = ownConnection(socket);
    if (!this.#trusts(own)) return own;
    const { log, headerMs, maxWaiting } = this.#options;
    if (this.#waiting.size >= maxWaiting()) {
      log.event('session-refused', { address: own.address, limit: 'max-sessions' });
      socket.destroy();
      return undefined;
    }
    this.#waiting.add(socket);
    const header = await readProxyHeader(socket, headerMs);
    this.#waiting.delete(socket);
    if (header.kind === 'header') {
      return header.proxied === undefined ? own : proxiedConnection(socket, header.proxied);
    }
    socket.destroy();
    if (header.kind === 'refused' && !this.#stopped) {
      log.event('proxy-header-refused', { address: own.address, listener, cause: header.cause });
    }
    return undefined;
  }

  /** Waits for no header any more. */
  stop(): void {
    this.#stopped = true;
    for (const socket of this.#waiting) socket.destroy();
  }

  #trusts({ address }: ClientConnection): boolean {
    const { trustedProxies } = this.#options;
    if (trustedProxies.length === 0) return false;
    const ip = parseEnd(address);
    return ip !== undefined && trustedProxies.some((network) => contains(network, ip));
  }
}
