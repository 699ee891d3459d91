import { randomBytes } from 'node:crypto';
import net from 'node:net';
import type { GateOptions } from '../gate/session-state.js';
import { byeLine } from '../imap/status.js';
import type { Network } from '../ip-address.js';
import type { Log } from '../log/logger.js';
import { Admission, type AdmissionLimits } from './admission.js';
import { type Announcement, announce } from './announcement.js';
import { Arrivals } from './arrivals.js';
import type { ClientConnection } from './client-connection.js';
import { type CloseReason, causeText, failed } from './close-reason.js';
import { farewell, turnAway, unreachable } from './farewell.js';
import type { TakenCommandHandler } from './handler.js';
import { Leg } from './leg.js';
import { Session } from './session.js';
import { type SessionDeadlines, sweepSession, type Watched, watch } from './session-deadlines.js';
import { serveTls } from './tls.js';
import type { TlsServer } from './tls-server.js';
import { dialUpstream, type UpstreamOptions } from './upstream.js';
import { type Dismissal, Visit } from './visit.js';

export interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly tls:
    | { readonly mode: 'none' }
    /** `server` is asked for each handshake: certificates are renewed while the proxy runs. */
    | { readonly mode: 'implicit' | 'starttls'; readonly server: () => TlsServer };
  readonly gate: GateOptions;
}

export interface RelayOptions {
  readonly upstream: UpstreamOptions;
  readonly handler: TakenCommandHandler;
  readonly limits: AdmissionLimits;
  readonly deadlines: SessionDeadlines;
  readonly log: Log;
  /** Whose PROXY header is believed, and has to come. Default: nobody's. */
  readonly trustedProxies?: readonly Network[];
  /** How upstream is told whose connection it gets. Default: not at all. */
  readonly announcement?: Announcement;
}

/** Milliseconds for a client to close its connection after `* BYE`, when the proxy stops. */
const LEAVE_MS = 1_000;

const STOPPING: Dismissal = {
  reason: { side: 'proxy', cause: 'shutdown' },
  text: 'the proxy is stopping',
};

/** Accepts clients on any number of addresses and relays each of them to upstream. */
export class Relay {
  readonly #options: RelayOptions;
  readonly #servers: net.Server[] = [];
  readonly #watched = new Set<Watched & { readonly session: Session }>();
  readonly #admission: Admission;
  readonly #arrivals: Arrivals;
  /** Connections that are not sessions yet. */
  readonly #arriving = new Set<Visit>();
  /** Clients that are told why they get no session. */
  readonly #leaving = new Set<Leg>();
  readonly #sweeper: NodeJS.Timeout;
  #stopping = false;
  #idle: () => void = () => {};

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#admission = new Admission(options.limits);
    this.#arrivals = new Arrivals({
      trustedProxies: options.trustedProxies ?? [],
      headerMs: options.deadlines.handshakeMs,
      maxWaiting: () => this.#admission.limits.maxSessions,
      log: options.log,
    });
    const sweep = (): void => {
      for (const watched of this.#watched) {
        sweepSession(watched, options.deadlines, Date.now());
        watched.session.probe();
      }
    };
    this.#sweeper = setInterval(sweep, options.deadlines.sweepMs).unref();
  }

  /** Resolves with the URL, once connections are accepted. Rejects with what the system says. */
  listen(options: ListenerOptions): Promise<string> {
    // The reader moves the connection's handle, so nothing may be read before.
    const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
    this.#servers.push(server);
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: options.host, port: options.port }, () => {
        server.removeListener('error', reject);
        // One connection that could not be accepted, for want of descriptors: the others go on.
        server.on('error', (error) => this.#options.log.event('internal-error', { error: String(error) }));
        const url = listenerUrl(options, (server.address() as net.AddressInfo).port);
        server.on('connection', (socket) => void this.#accept(socket, options, url));
        resolve(url);
      });
    });
  }

  /**
   * Accepts no more, lets messages in flight finish, ends all sessions within `drainMs`: those that even then still wait for
   * their submission are told so by `* BYE` alone.
   */
  async drain(drainMs: number): Promise<void> {
    for (const server of this.#servers) server.close();
    this.#stopping = true;
    const { reason, text } = STOPPING;
    this.#arrivals.stop();
    for (const visit of this.#arriving) visit.dismiss(STOPPING);
    for (const { session } of this.#watched) session.close(reason, 'UNAVAILABLE', text);
    // Whoever was told to go, and does not, must not hold up a restart.
    const impatient = setInterval(() => {
      for (const client of this.#leaving) client.destroy();
      for (const { session } of this.#watched) if (session.told) session.destroy(reason);
    }, LEAVE_MS);
    const rest = setTimeout(() => {
      for (const { session } of this.#watched) {
        if (session.sending) session.giveUp(reason);
        else session.destroy(reason);
      }
    }, drainMs);
    await new Promise<void>((resolve) => {
      this.#idle = resolve;
      this.#tellIdle();
    });
    clearInterval(impatient);
    clearTimeout(rest);
    clearInterval(this.#sweeper);
  }

  #tellIdle(): void {
    if (this.#admission.count + this.#arrivals.count === 0) this.#idle();
  }

  async #accept(socket: net.Socket, options: ListenerOptions, listener: string): Promise<void> {
    // Whatever becomes of it must not find it without somebody who hears of its errors.
    socket.on('error', () => {});
    // Reset before it was accepted: nobody is there to be served, or to be counted.
    if (socket.remoteAddress === undefined) return void socket.destroy();
    const client = await this.#arrivals.clientOf(socket, listener);
    if (client === undefined) return this.#tellIdle();
    const visit = new Visit(client.address);
    const limit = this.#admission.enter(visit);
    if (limit !== undefined) {
      this.#options.log.event('session-refused', { address: visit.address, limit });
      turnAway(socket, options.tls.mode === 'implicit', limit);
      return;
    }
    this.#arriving.add(visit);
    try {
      if (this.#stopping) visit.dismiss(STOPPING);
      await this.#serve(socket, options, listener, client, visit);
    } catch (error) {
      // A fault of ours ends this session, not the process with all others.
      this.#options.log.event('internal-error', { error: String((error as Error).stack) });
      socket.destroy();
    } finally {
      this.#arriving.delete(visit);
      this.#admission.leave(visit);
      this.#tellIdle();
    }
  }

  async #serve(
    socket: net.Socket,
    options: ListenerOptions,
    listener: string,
    connection: ClientConnection,
    visit: Visit,
  ): Promise<void> {
    const { log, deadlines, upstream, handler, announcement } = this.#options;
    const id = randomBytes(6).toString('base64url');
    const opened = Date.now();
    const { address, port, via } = connection;
    const where = `${address.includes(':') ? `[${address}]` : address}:${port}`;
    log.event('session-opened', { session: id, address: where, via, listener });
    const closed = (reason: CloseReason, client?: Leg, user?: string): void =>
      log.event('session-closed', {
        session: id,
        side: reason.side,
        cause: causeText(reason),
        seconds: (Date.now() - opened) / 1000,
        bytesFromClient: client?.bytesRead ?? 0,
        bytesToClient: client?.bytesWritten ?? 0,
        user,
        certificate: client?.certificate,
      });

    const client = await this.#clientLeg(socket, options, visit);
    if (!(client instanceof Leg)) return closed(visit.dismissal?.reason ?? client);
    const told = announcement && announce(announcement, connection, client.tls, id);
    const dialed = await dialUpstream({ ...upstream, ...told }, visit.signal);
    const ready = visit.dismissal ?? (dialed.kind === 'failed' ? unreachable(dialed) : dialed);
    if ('reason' in ready) {
      if (dialed.kind === 'connected') dialed.leg.destroy();
      const line = byeLine('UNAVAILABLE', `${ready.text} (session ${id})`);
      this.#leaving.add(client);
      const lingerMs = ready.reason.cause === 'limit' ? 'now' : deadlines.lingerMs;
      await farewell(client, line, lingerMs, visit.signal);
      this.#leaving.delete(client);
      return closed(ready.reason, client);
    }
    const startTls =
      options.tls.mode === 'starttls'
        ? { startTls: (plain: net.Socket) => serveTls(plain, serverOf(options), deadlines.handshakeMs) }
        : {};
    const authenticated = (is: boolean): void => this.#admission.authenticated(visit, is);
    const who = { address, tlsInFront: connection.tls !== undefined };
    const what = { id, ...who, gate: options.gate, handler, log, authenticated, ...startTls };
    const session = new Session(what, client, ready.leg);
    visit.session = session;
    this.#arriving.delete(visit);
    const watched = watch(session, opened);
    this.#watched.add(watched);
    const reason = await session.run(ready.greeting);
    this.#watched.delete(watched);
    closed(reason, client, session.login?.user);
  }

  async #clientLeg(
    socket: net.Socket,
    options: ListenerOptions,
    { signal }: Visit,
  ): Promise<Leg | CloseReason> {
    if (options.tls.mode !== 'implicit') return new Leg(socket);
    const giveUp = (): void => void socket.destroy();
    signal.addEventListener('abort', giveUp);
    if (signal.aborted) giveUp();
    try {
      return new Leg(await serveTls(socket, serverOf(options), this.#options.deadlines.handshakeMs));
    } catch (error) {
      return failed('client', error as NodeJS.ErrnoException);
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }
}

function serverOf({ tls }: ListenerOptions): TlsServer {
  if (tls.mode === 'none') throw new Error('proxy: TLS on a listener without a certificate');
  return tls.server();
}

function listenerUrl({ host, tls }: ListenerOptions, port: number): string {
  const scheme = tls.mode === 'implicit' ? 'imaps' : 'imap';
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
