import net from 'node:net';
import type { Network } from '../ip-address.js';
import type { Log } from '../log/logger.js';
import { Admission, type AdmissionLimits } from './admission.js';
import { Arrivals } from './arrivals.js';
import type { ClientConnection } from './client-connection.js';
import { turnAway } from './farewell.js';
import type { ListenerOptions } from './listener.js';
import { tooMany, Visit } from './visit.js';

/** A connection that was let in. */
export interface Arrival {
  /** Nothing of it was read; or what was, behind a PROXY header, was put back. */
  readonly socket: net.Socket;
  readonly listener: ListenerOptions;
  /** Of the listener, with the real port. */
  readonly url: string;
  readonly client: ClientConnection;
  readonly visit: Visit;
  /** To be told when somebody logs in on it, or, with UNAUTHENTICATE (RFC 8437), out again. */
  authenticated(is: boolean): void;
}

export interface ReceptionOptions {
  readonly limits: AdmissionLimits;
  /** Whose PROXY header is believed, and has to come. */
  readonly trustedProxies: readonly Network[];
  /** For that header, in milliseconds. */
  readonly headerMs: number;
  readonly log: Log;
  /** Resolves when the connection is over; never rejects. */
  serve(arrival: Arrival): Promise<void>;
}

/** Accepts clients on any number of addresses, finds out whose connections they are, and lets in as many as may be. */
export class Reception {
  readonly #options: ReceptionOptions;
  readonly #servers: net.Server[] = [];
  readonly #admission: Admission;
  readonly #arrivals: Arrivals;
  readonly #waiting: (() => void)[] = [];

  constructor(options: ReceptionOptions) {
    this.#options = options;
    this.#admission = new Admission(options.limits);
    this.#arrivals = new Arrivals({ ...options, maxWaiting: () => this.#admission.limits.maxSessions });
  }

  /** Those who are in stay. */
  setLimits(limits: AdmissionLimits): void {
    this.#admission.limits = limits;
  }

  /** Resolves with the URL, once connections are accepted. Rejects with what the system says. */
  listen(options: ListenerOptions): Promise<string> {
    // The reader moves the connection's handle, so nothing may be read before.
    const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
    this.#servers.push(server);
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(socketOf(options), () => {
        server.removeListener('error', reject);
        // One connection that could not be accepted, for want of descriptors: the others go on.
        server.on('error', (error) => this.#options.log.event('internal-error', { error: String(error) }));
        const url = listenerUrl(options, (server.address() as net.AddressInfo).port);
        server.on('connection', (socket) => void this.#accept(socket, options, url));
        resolve(url);
      });
    });
  }

  /** Connections that count towards the limits, now, and how many there may be: null for any number. */
  get occupancy(): {
    readonly open: number;
    readonly unauthenticated: number;
    readonly limit: number | null;
  } {
    const { count, unauthenticated, limits } = this.#admission;
    const limit = Number.isFinite(limits.maxSessions) ? limits.maxSessions : null;
    return { open: count, unauthenticated, limit };
  }

  /** Accepts no more. Resolves when everybody who was let in is gone, to which others have to see. */
  close(): Promise<void> {
    for (const server of this.#servers) server.close();
    this.#arrivals.stop();
    return new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      this.#tellIdle();
    });
  }

  #tellIdle(): void {
    if (this.#admission.count + this.#arrivals.count > 0) return;
    for (const idle of this.#waiting.splice(0)) idle();
  }

  async #accept(socket: net.Socket, listener: ListenerOptions, url: string): Promise<void> {
    // Whatever becomes of it must not find it without somebody who hears of its errors.
    socket.on('error', () => {});
    // Reset before it was accepted: nobody is there to be served, or to be counted.
    if (socket.remoteAddress === undefined) return void socket.destroy();
    const client = await this.#arrivals.clientOf(socket, url);
    if (client === undefined) return this.#tellIdle();
    const visit = new Visit(client.address);
    const limit = this.#admission.enter(visit);
    if (limit !== undefined) {
      this.#options.log.event('session-refused', { address: visit.address, limit });
      turnAway(socket, listener.tls.mode === 'implicit', tooMany(limit));
      return;
    }
    const authenticated = (is: boolean): void => this.#admission.authenticated(visit, is);
    await this.#options.serve({ socket, listener, url, client, visit, authenticated });
    this.#admission.leave(visit);
    this.#tellIdle();
  }
}

/** Its queue was chosen by whoever opened it: Node.js would shorten it to its own default; the system knows its limit. */
const LONGEST_QUEUE = 65_535;

function socketOf({ host, port, fd }: ListenerOptions): net.ListenOptions {
  return fd === undefined ? { host, port } : ({ fd, backlog: LONGEST_QUEUE } as net.ListenOptions);
}

function listenerUrl({ host, tls }: ListenerOptions, port: number): string {
  const scheme = tls.mode === 'implicit' ? 'imaps' : 'imap';
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
