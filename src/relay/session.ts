import type net from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Login } from '../credentials.js';
import { Gate } from '../gate/gate.js';
import type { TakenCommand } from '../gate/local-command.js';
import type { ServerEvent } from '../gate/server-side.js';
import type { GateOptions } from '../gate/session-state.js';
import { VIOLATION_TEXT, type Violation } from '../gate/violation.js';
import { byeLine, type ResponseCode, taggedLine } from '../imap/status.js';
import type { Log } from '../log/logger.js';
import { ClientFlow } from './client-flow.js';
import type { CloseReason } from './close-reason.js';
import type { TakenCommandHandler } from './handler.js';
import type { Leg } from './leg.js';
import { OwnFetches } from './own-fetches.js';
import { Pump } from './pump.js';
import { ServerFlow } from './server-flow.js';
import { TakenCommands } from './taken.js';

export interface SessionOptions {
  readonly id: string;
  readonly gate: GateOptions;
  readonly handler: TakenCommandHandler;
  readonly log: Log;
  /** Starts TLS on the client's connection, when STARTTLS is offered. */
  readonly startTls?: (plain: net.Socket) => Promise<TLSSocket>;
}

/** One client, one upstream connection, from the greeting to the end of both. */
export class Session {
  readonly id: string;
  login: Login | undefined;
  readonly #options: SessionOptions;
  readonly #client: Leg;
  readonly #upstream: Leg;
  readonly #gate: Gate;
  readonly #fetches: OwnFetches;
  readonly #taken: TakenCommands;
  readonly #fromClient: Pump;
  readonly #fromUpstream: Pump;
  readonly #clientFlow: ClientFlow;
  readonly #serverFlow: ServerFlow;
  #reason: CloseReason | undefined;
  #farewell: readonly [ResponseCode | undefined, string] = [undefined, ''];
  #clientOpen = true;
  #upstreamOpen = true;
  #clientEnded = false;
  #done: (reason: CloseReason) => void = () => {};

  constructor(options: SessionOptions, client: Leg, upstream: Leg) {
    this.id = options.id;
    this.#options = options;
    this.#client = client;
    this.#upstream = upstream;
    this.#gate = new Gate(options.gate, client.secure);
    this.#taken = new TakenCommands(options.handler);
    this.#fetches = new OwnFetches((own, line) => {
      this.#gate.beginOwnFetch(own);
      upstream.write(line);
    });
    this.#clientFlow = new ClientFlow(this.#gate, upstream, {
      answer: (tag, answer) => this.#write(taggedLine(tag, answer)),
      take: (command) => this.#take(command),
      startTls: (tag, residue) => this.#startTls(tag, residue),
      fail: (violation) => this.#violated('client', violation),
    });
    this.#serverFlow = new ServerFlow(this.#gate, client, this.#fetches, upstream, {
      event: (event) => this.#event(event),
      fail: (violation) => this.#violated('upstream', violation),
    });
    this.#fromClient = new Pump(client, upstream, (octets) => this.#clientFlow.decide(octets));
    this.#fromUpstream = new Pump(upstream, client, (octets) => this.#serverFlow.decide(octets));
  }

  get authenticated(): boolean {
    return this.#gate.authenticated;
  }

  get sending(): boolean {
    return this.#taken.running;
  }

  /** It was decided that the session ends. */
  get ending(): boolean {
    return this.#reason !== undefined;
  }

  /** Changes whenever octets came in on either side. */
  get activity(): number {
    return this.#client.bytesRead + this.#upstream.bytesRead;
  }

  /** `greeting`: what upstream sent already. Resolves when both connections are over. */
  run(greeting: Buffer): Promise<CloseReason> {
    const ended = new Promise<CloseReason>((resolve) => {
      this.#done = resolve;
    });
    this.#client.listen({
      chunk: (octets) => {
        if (this.#fromClient.rest.length === 0) this.#taken.seen(true);
        this.#guarded(() => this.#fromClient.push(octets));
      },
      ended: () => this.#clientGone({ side: 'client', cause: 'end' }),
      drained: () => this.#fromUpstream.drained(),
      closed: (error) => {
        this.#clientOpen = false;
        this.#clientGone(error === undefined ? { side: 'client', cause: 'end' } : failed('client', error));
        this.#checkDone();
      },
    });
    if (greeting.length > 0) this.#fromUpstream.push(greeting);
    this.#upstream.listen({
      chunk: (octets) => this.#guarded(() => this.#fromUpstream.push(octets)),
      ended: () => this.#upstreamGone({ side: 'upstream', cause: 'end' }),
      drained: () => this.#fromClient.drained(),
      closed: (error) => {
        this.#upstreamOpen = false;
        this.#upstreamGone(
          error === undefined ? { side: 'upstream', cause: 'end' } : failed('upstream', error),
        );
        this.#checkDone();
      },
    });
    return ended;
  }

  /** Ends the session with `* BYE`, after the message that is being sent. */
  close(reason: CloseReason, code: ResponseCode | undefined, text: string): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#farewell = [code, text];
    this.#taken.stop();
    if (!this.#taken.running) this.#bye(code, text);
  }

  /** Ends both connections at once. */
  destroy(reason: CloseReason): void {
    this.#reason ??= reason;
    this.#client.destroy();
    this.#upstream.destroy();
  }

  #bye(code: ResponseCode | undefined, text: string): void {
    this.#clientFlow.stop();
    this.#serverFlow.last(byeLine(code, `${text} (session ${this.id})`), () => this.#client.end());
    this.#upstream.end();
  }

  #violated(side: 'client' | 'upstream', violation: Violation): void {
    this.#options.log.event('desync', { session: this.id, side, cause: violation });
    this.#reason ??= { side, cause: 'desync', violation };
    this.#taken.stop();
    this.#clientFlow.stop();
    this.#serverFlow.stop();
    if (this.#gate.atResponseBoundary) this.#client.write(byeLine(undefined, this.#text(violation)));
    this.#client.end();
    this.#upstream.destroy();
  }

  #text(violation: Violation): string {
    return `${VIOLATION_TEXT[violation]} (session ${this.id})`;
  }

  /** A fault of ours ends this session, not the process with all others. */
  #guarded(move: () => void): void {
    try {
      move();
    } catch (error) {
      this.#options.log.event('internal-error', { session: this.id, error: String((error as Error).stack) });
      this.destroy({ side: 'proxy', cause: 'fault' });
    }
  }

  #write(line: Buffer): void {
    this.#serverFlow.insert(line);
  }

  #event(event: ServerEvent): void {
    const { log, id } = { log: this.#options.log, id: this.id };
    const address = this.#client.remoteAddress;
    switch (event.kind) {
      case 'login':
        this.login = event.login;
        log.event('login', { session: id, user: event.login?.user ?? '', method: event.method, address });
        break;
      case 'login-failed':
        log.event('login-failed', {
          session: id,
          user: event.login?.user,
          method: event.method,
          address,
          reply: event.reply,
        });
        break;
      case 'unauthenticated':
        this.login = undefined;
        break;
      default:
        this.#fetches.on(event);
    }
    if (this.#clientFlow.held) this.#retryClient();
  }

  #retryClient(): void {
    this.#fromClient.retry();
    if (this.#clientEnded) this.#endUpstream();
  }

  #take(command: TakenCommand): void {
    if (this.#clientEnded || this.#reason !== undefined) {
      this.#clientFlow.stop();
      return;
    }
    const lend = {
      id: this.id,
      login: this.login,
      fetch: this.#fetches.fetch.bind(this.#fetches),
      write: (line: Buffer) => this.#write(line),
    };
    const fault = (error: unknown): void =>
      this.#options.log.event('internal-error', { session: this.id, error: String((error as Error).stack) });
    void this.#taken.run(command, lend, fault).then((answer) => {
      this.#write(taggedLine(command.tag, answer));
      this.#gate.resume();
      this.#afterTaken();
    });
  }

  /** What had to wait for the taken command. */
  #afterTaken(): void {
    if (this.#farewell[1] !== '') this.#bye(...this.#farewell);
    else if (this.#clientEnded) this.#endUpstream();
    else if (this.#reason !== undefined) this.#client.end();
    else this.#retryClient();
    this.#checkDone();
  }

  #startTls(tag: string, residue: number): void {
    const { startTls } = this.#options;
    if (startTls === undefined) throw new Error('proxy: STARTTLS without a certificate');
    if (residue > 0) {
      // A command that came in clear must not be carried out under TLS (CVE-2011-0411).
      this.#reason ??= { side: 'client', cause: 'octets-before-tls' };
      this.#options.log.event('desync', { session: this.id, side: 'client', cause: 'octets-before-tls' });
      this.#bye(undefined, 'octets follow STARTTLS, closing');
      return;
    }
    this.#write(taggedLine(tag, { status: 'OK', text: 'begin TLS negotiation now' }));
    this.#client.upgrade(startTls).then(
      () => {
        this.#gate.secured();
        this.#retryClient();
      },
      (error: NodeJS.ErrnoException) => {
        this.#reason ??= failed('client', error);
        this.#clientOpen = false;
        this.#upstream.end();
        this.#checkDone();
      },
    );
  }

  #clientGone(reason: CloseReason): void {
    this.#reason ??= reason;
    this.#clientEnded = true;
    this.#taken.stop();
    this.#endUpstream();
  }

  /** Delivers what the client sent, then its end, unless that has to wait. */
  #endUpstream(): void {
    if (this.#taken.running || (this.#clientFlow.held && this.#clientOpen)) return;
    if (!this.#clientFlow.held) this.#upstream.write(this.#fromClient.rest);
    this.#clientFlow.stop();
    this.#upstream.end();
  }

  #upstreamGone(reason: CloseReason): void {
    this.#reason ??= reason;
    this.#fetches.lost();
    if (this.#taken.running) return;
    if (!this.#serverFlow.stopped) this.#client.write(this.#fromUpstream.rest);
    this.#client.end();
  }

  #checkDone(): void {
    if (this.#clientOpen || this.#upstreamOpen || this.#taken.running) return;
    this.#taken.seen(false);
    this.#done(this.#reason ?? { side: 'proxy', cause: 'fault' });
  }
}

const failed = (side: 'client' | 'upstream', error: NodeJS.ErrnoException): CloseReason => ({
  side,
  cause: 'error',
  code: error.code ?? error.message,
});
