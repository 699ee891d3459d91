import type net from 'node:net';
import type { GateOptions } from '../gate/session-state.js';
import { byeLine } from '../imap/status.js';
import type { Log } from '../log/logger.js';
import type { Meter } from '../metrics/meter.js';
import type { Octets } from '../metrics/readings.js';
import { type Announcement, announce } from './announcement.js';
import { type CloseReason, causeText, failed } from './close-reason.js';
import { drainSessions, LEAVE_MS } from './drain.js';
import { farewell, unreachable } from './farewell.js';
import type { TakenCommandHandler } from './handler.js';
import { Leg } from './leg.js';
import { QuietCollection } from './quiet-collection.js';
import type { Arrival } from './reception.js';
import { Roster } from './roster.js';
import { Session } from './session.js';
import { type SessionDeadlines, sweepSession, type Watched, watch } from './session-deadlines.js';
import { sessionId } from './session-id.js';
import { listSessions, type SessionList } from './session-list.js';
import { serveTls } from './tls.js';
import type { TlsServer } from './tls-server.js';
import { dialUpstream, type UpstreamOptions } from './upstream.js';
import type { Dismissal, Visit } from './visit.js';

export interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  /** The descriptor where a socket listens there already. */
  readonly fd?: number;
  readonly tls:
    | { readonly mode: 'none' }
    /** `server` is asked for each handshake: certificates are renewed while the proxy runs. */
    | { readonly mode: 'implicit' | 'starttls'; readonly server: () => TlsServer };
  readonly gate: GateOptions;
}

export interface RelayOptions {
  readonly upstream: UpstreamOptions;
  readonly handler: TakenCommandHandler;
  readonly deadlines: SessionDeadlines;
  readonly log: Log;
  /** How upstream is told whose connection it gets. Default: not at all. */
  readonly announcement?: Announcement;
  /** Default: nothing is measured. */
  readonly meter?: Meter;
}

export interface DrainChoice {
  /** What clients are told. Default: that the proxy is stopping. */
  readonly why?: Dismissal;
  /** How many sessions may be told in one second, while there is time enough. */
  readonly pace?: number;
}

/** Fewer than a server carries that has all these clients anyway; a hundred are gone in a second. */
export const PACE = 100;

const STOPPING: Dismissal = {
  reason: { side: 'proxy', cause: 'shutdown' },
  text: 'the proxy is stopping',
};

/** Relays each client that was let in to upstream. */
export class Relay {
  readonly #options: RelayOptions;
  readonly #watched = new Roster<Watched & { readonly session: Session }>();
  /** Connections that are not sessions yet. */
  readonly #arriving = new Set<Visit>();
  /** Clients that are told why they get no session. */
  readonly #leaving = new Set<Leg>();
  readonly #sweeper: NodeJS.Timeout;
  readonly #collection = new QuietCollection(() => this.#count);
  #stopping: Dismissal | undefined;
  #count = 0;
  /** Of sessions that are over. */
  #passed: Octets = { fromClients: 0, toClients: 0 };
  readonly #waiting: (() => void)[] = [];

  constructor(options: RelayOptions) {
    this.#options = options;
    const sweep = (): void => {
      for (const watched of this.#watched) {
        sweepSession(watched, options.deadlines, Date.now());
        watched.session.probe();
      }
    };
    this.#sweeper = setInterval(sweep, options.deadlines.sweepMs).unref();
  }

  /**
   * Lets messages in flight finish, ends all sessions within `drainMs`, one after the other at `pace`: those that even
   * then still wait for their submission are told so by `* BYE` alone.
   */
  async drain(drainMs: number, { why = STOPPING, pace = PACE }: DrainChoice = {}): Promise<void> {
    this.#stopping = why;
    for (const visit of this.#arriving) visit.dismiss(why);
    const sessions = () => Array.from(this.#watched, ({ session }) => session);
    const stop = drainSessions(sessions, { drainMs, pace, why });
    // Nor must whoever is told why there is no session for him.
    const impatient = setInterval(() => {
      for (const client of this.#leaving) client.destroy();
    }, LEAVE_MS);
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      this.#tellIdle();
    });
    stop();
    clearInterval(impatient);
    clearInterval(this.#sweeper);
    this.#collection.stop();
  }

  /** Whose id, address or user has `text` in it; at most so many are shown. */
  list(text: string, most: number): SessionList {
    return listSessions(this.#watched, text, most);
  }

  /** Ends a session in order, for `why`; false when there is none of that id. */
  end(id: string, { reason, text }: Dismissal): boolean {
    for (const { session } of this.#watched) {
      if (session.id !== id) continue;
      session.close(reason, undefined, text);
      return true;
    }
    return false;
  }

  /** All that passed so far. Added up when it is asked for: what passes costs nothing by it. */
  get octets(): Octets {
    let { fromClients, toClients } = this.#passed;
    for (const { session } of this.#watched) {
      fromClients += session.vitals.bytesFromClient;
      toClients += session.vitals.bytesToClient;
    }
    return { fromClients, toClients };
  }

  /** Resolves when the connection is over. Never rejects. */
  async serve(arrival: Arrival): Promise<void> {
    const { visit } = arrival;
    this.#count++;
    this.#collection.came();
    this.#arriving.add(visit);
    try {
      if (this.#stopping !== undefined) visit.dismiss(this.#stopping);
      await this.#serve(arrival);
    } catch (error) {
      // A fault of ours ends this session, not the process with all others.
      this.#options.log.event('internal-error', { error: String((error as Error).stack) });
      arrival.socket.destroy();
    } finally {
      this.#arriving.delete(visit);
      this.#count--;
      this.#collection.left();
      this.#tellIdle();
    }
  }

  #tellIdle(): void {
    if (this.#count === 0) for (const idle of this.#waiting.splice(0)) idle();
  }

  async #serve(arrival: Arrival): Promise<void> {
    const { socket, listener: options, url: listener, client: connection, visit } = arrival;
    const { log, deadlines, upstream, handler, announcement, meter } = this.#options;
    const id = sessionId();
    const opened = Date.now();
    const { address, port, via } = connection;
    const where = `${address.includes(':') ? `[${address}]` : address}:${port}`;
    log.event('session-opened', { session: id, address: where, via, listener });
    const closed = (reason: CloseReason, client?: Leg, user?: string): void => {
      const { fromClients, toClients } = this.#passed;
      const [read, written] = [client?.bytesRead ?? 0, client?.bytesWritten ?? 0];
      this.#passed = { fromClients: fromClients + read, toClients: toClients + written };
      log.event('session-closed', {
        session: id,
        side: reason.side,
        cause: causeText(reason),
        seconds: (Date.now() - opened) / 1000,
        bytesFromClient: read,
        bytesToClient: written,
        user,
        certificate: client?.certificate,
      });
    };

    const client = await this.#clientLeg(socket, options, visit);
    if (!(client instanceof Leg)) return closed(visit.dismissal?.reason ?? client);
    const legs = [client];
    try {
      const told = announcement && announce(announcement, connection, client.tls, id);
      const dialing = performance.now();
      const dialed = await dialUpstream({ ...upstream, ...told }, visit);
      const seconds = (performance.now() - dialing) / 1000;
      meter?.took({ what: 'upstream-connect', seconds, failed: dialed.kind === 'failed' });
      if (dialed.kind === 'connected') legs.push(dialed.leg);
      const ready = visit.dismissal ?? (dialed.kind === 'failed' ? unreachable(dialed) : dialed);
      if ('reason' in ready) {
        if (dialed.kind === 'connected') dialed.leg.destroy();
        const line = byeLine('UNAVAILABLE', `${ready.text} (session ${id})`);
        this.#leaving.add(client);
        const lingerMs = ready.reason.cause === 'limit' ? 'now' : deadlines.lingerMs;
        await farewell(client, line, lingerMs, visit);
        this.#leaving.delete(client);
        return closed(ready.reason, client);
      }
      const startTls =
        options.tls.mode === 'starttls'
          ? { startTls: (plain: net.Socket) => serveTls(plain, serverOf(options), deadlines.handshakeMs) }
          : {};
      const { authenticated } = arrival;
      const who = { address, port, listener, tlsInFront: connection.tls !== undefined };
      const what = { id, ...who, gate: options.gate, handler, log, meter, authenticated, ...startTls };
      const session = new Session(what, client, ready.leg);
      visit.session = session;
      this.#arriving.delete(visit);
      const watched = watch(session, opened);
      this.#watched.add(watched);
      const reason = await session.run(ready.greeting);
      this.#watched.delete(watched);
      visit.session = undefined;
      closed(reason, client, session.login?.user);
    } catch (error) {
      for (const leg of legs) leg.destroy();
      closed({ side: 'proxy', cause: 'fault' }, client);
      throw error;
    }
  }

  async #clientLeg(socket: net.Socket, options: ListenerOptions, visit: Visit): Promise<Leg | CloseReason> {
    if (options.tls.mode !== 'implicit') return new Leg(socket);
    const giveUp = (): void => void socket.destroy();
    visit.whenDismissed(giveUp);
    if (visit.dismissal !== undefined) giveUp();
    try {
      return new Leg(await serveTls(socket, serverOf(options), this.#options.deadlines.handshakeMs));
    } catch (error) {
      return failed('client', error as NodeJS.ErrnoException);
    } finally {
      visit.whenDismissed(undefined);
    }
  }
}

function serverOf({ tls }: ListenerOptions): TlsServer {
  if (tls.mode === 'none') throw new Error('proxy: TLS on a listener without a certificate');
  return tls.server();
}
