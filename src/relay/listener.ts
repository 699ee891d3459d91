import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import net from 'node:net';
import type tls from 'node:tls';
import type { GateOptions } from '../gate/session-state.js';
import { byeLine, type ResponseCode } from '../imap/status.js';
import type { Log } from '../log/logger.js';
import { Admission, type AdmissionLimits } from './admission.js';
import { type CloseReason, causeText, failed } from './close-reason.js';
import type { TakenCommandHandler } from './handler.js';
import { Leg } from './leg.js';
import { Session } from './session.js';
import { type SessionDeadlines, sweepSession, type Watched, watch } from './session-deadlines.js';
import { serveTls } from './tls.js';
import { type Dialed, dialUpstream, type UpstreamOptions } from './upstream.js';

export interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly tls:
    | { readonly mode: 'none' }
    | { readonly mode: 'implicit' | 'starttls'; readonly context: tls.SecureContext };
  readonly gate: GateOptions;
}

export interface RelayOptions extends AdmissionLimits {
  readonly upstream: UpstreamOptions;
  readonly handler: TakenCommandHandler;
  readonly deadlines: SessionDeadlines;
  readonly log: Log;
}

/** Milliseconds for a client to close its connection after `* BYE`, when the proxy stops. */
const LEAVE_MS = 1_000;

/** Accepts clients on any number of addresses and relays each of them to upstream. */
export class Relay {
  readonly #options: RelayOptions;
  readonly #servers: net.Server[] = [];
  readonly #watched = new Set<Watched & { readonly session: Session }>();
  readonly #admission: Admission;
  /** Connections in their first TLS handshake. */
  readonly #handshakes = new Set<net.Socket>();
  /** Clients that are told why they get no session. */
  readonly #leaving = new Set<Leg>();
  readonly #sweeper: NodeJS.Timeout;
  readonly #stop = new AbortController();
  #idle: () => void = () => {};

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#admission = new Admission(options);
    const sweep = (): void => {
      for (const watched of this.#watched) sweepSession(watched, options.deadlines, Date.now());
    };
    this.#sweeper = setInterval(sweep, options.deadlines.sweepMs).unref();
    // Every dial listens to it.
    setMaxListeners(0, this.#stop.signal);
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
    this.#stop.abort();
    for (const socket of this.#handshakes) socket.destroy();
    for (const { session } of this.#watched) {
      session.close({ side: 'proxy', cause: 'shutdown' }, 'UNAVAILABLE', 'the proxy is stopping');
    }
    const reason = { side: 'proxy', cause: 'shutdown' } as const;
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
    if (this.#admission.count === 0) this.#idle();
  }

  async #accept(socket: net.Socket, options: ListenerOptions, listener: string): Promise<void> {
    const address = socket.remoteAddress ?? '';
    const limit = this.#admission.enter(address);
    if (limit !== undefined) {
      this.#options.log.event('session-refused', { address, limit });
      turnAway(socket, options.tls.mode === 'implicit', limit);
      return;
    }
    try {
      await this.#serve(socket, options, listener, address);
    } catch (error) {
      // A fault of ours ends this session, not the process with all others.
      this.#options.log.event('internal-error', { error: String((error as Error).stack) });
      socket.destroy();
    } finally {
      this.#admission.leave(address);
      this.#tellIdle();
    }
  }

  async #serve(
    socket: net.Socket,
    options: ListenerOptions,
    listener: string,
    address: string,
  ): Promise<void> {
    const { log, deadlines, upstream, handler } = this.#options;
    const id = randomBytes(6).toString('base64url');
    const opened = Date.now();
    const where = `${address.includes(':') ? `[${address}]` : address}:${socket.remotePort ?? 0}`;
    log.event('session-opened', { session: id, address: where, listener });
    const closed = (reason: CloseReason, client?: Leg, user?: string): void =>
      log.event('session-closed', {
        session: id,
        side: reason.side,
        cause: causeText(reason),
        seconds: (Date.now() - opened) / 1000,
        bytesFromClient: client?.bytesRead ?? 0,
        bytesToClient: client?.bytesWritten ?? 0,
        user,
      });

    socket.on('error', () => {});
    const client = await this.#clientLeg(socket, options);
    if (!(client instanceof Leg)) return closed(client);
    const dialed = await dialUpstream(upstream, this.#stop.signal);
    if (dialed.kind === 'failed' || this.#stop.signal.aborted) {
      if (dialed.kind === 'connected') dialed.leg.destroy();
      const [reason, text] = whyNoSession(dialed, this.#stop.signal);
      this.#leaving.add(client);
      await farewell(client, byeLine('UNAVAILABLE', `${text} (session ${id})`), deadlines.lingerMs);
      this.#leaving.delete(client);
      return closed(reason, client);
    }
    const startTls =
      options.tls.mode === 'starttls'
        ? { startTls: (plain: net.Socket) => serveTls(plain, contextOf(options), deadlines.handshakeMs) }
        : {};
    const session = new Session({ id, gate: options.gate, handler, log, ...startTls }, client, dialed.leg);
    const watched = watch(session, opened);
    this.#watched.add(watched);
    const reason = await session.run(dialed.greeting);
    this.#watched.delete(watched);
    closed(reason, client, session.login?.user);
  }

  async #clientLeg(socket: net.Socket, options: ListenerOptions): Promise<Leg | CloseReason> {
    if (options.tls.mode !== 'implicit') return new Leg(socket);
    this.#handshakes.add(socket);
    try {
      return new Leg(await serveTls(socket, contextOf(options), this.#options.deadlines.handshakeMs));
    } catch (error) {
      if (this.#stop.signal.aborted) return { side: 'proxy', cause: 'shutdown' };
      return failed('client', error as NodeJS.ErrnoException);
    } finally {
      this.#handshakes.delete(socket);
    }
  }
}

function contextOf({ tls }: ListenerOptions): tls.SecureContext {
  if (tls.mode === 'none') throw new Error('proxy: TLS on a listener without a certificate');
  return tls.context;
}

function listenerUrl({ host, tls }: ListenerOptions, port: number): string {
  const scheme = tls.mode === 'implicit' ? 'imaps' : 'imap';
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Says goodbye before there is a session; under TLS that would take a handshake, which is what a limit has to save. */
function turnAway(socket: net.Socket, implicitTls: boolean, limit: string): void {
  socket.on('error', () => {});
  const code: ResponseCode = 'UNAVAILABLE';
  if (!implicitTls) socket.write(byeLine(code, `too many connections (${limit})`));
  socket.destroySoon();
}

function whyNoSession(dialed: Dialed, stop: AbortSignal): [CloseReason, string] {
  if (dialed.kind === 'connected' || stop.aborted) {
    return [{ side: 'proxy', cause: 'shutdown' }, 'the proxy is stopping'];
  }
  const { phase, cause, timedOut } = dialed;
  const reason: CloseReason = timedOut
    ? { side: 'upstream', cause: 'timeout', phase }
    : { side: 'upstream', cause: 'error', code: `${phase}: ${cause}` };
  const silent = timedOut && phase === 'greeting';
  return [reason, silent ? 'the mail server does not answer' : 'the mail server cannot be reached'];
}

/** Resolves when the client has the line and is gone, or after `lingerMs`. */
function farewell(client: Leg, line: Buffer, lingerMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => client.destroy(), lingerMs);
    client.listen({
      chunk: () => {},
      ended: () => {},
      drained: () => {},
      closed: () => {
        clearTimeout(timer);
        resolve();
      },
    });
    client.write(line);
    client.end();
  });
}
