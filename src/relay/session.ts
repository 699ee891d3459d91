import type { Login } from '../credentials.js';
import { Gate } from '../gate/gate.js';
import type { TakenCommand } from '../gate/local-command.js';
import type { ServerEvent } from '../gate/server-side.js';
import type { Violation } from '../gate/violation.js';
import { type Answer, type ResponseCode, taggedLine } from '../imap/status.js';
import { faultLogger } from '../log/fault.js';
import { ClientFlow } from './client-flow.js';
import { startClientTls } from './client-starttls.js';
import type { CloseReason } from './close-reason.js';
import type { Leg } from './leg.js';
import { LoginLog } from './login-log.js';
import { OwnFetches } from './own-fetches.js';
import { Pump } from './pump.js';
import { Retirement } from './retirement.js';
import { ServerFlow } from './server-flow.js';
import { SessionEnd, type SessionParts } from './session-end.js';
import type { SessionOptions } from './session-options.js';
import { TakenCommands } from './taken.js';
import { Vitals } from './vitals.js';

/** One client, one upstream connection, from the greeting to the end of both. */
export class Session {
  readonly id: string;
  readonly vitals: Vitals;
  login: Login | undefined;
  readonly options: SessionOptions;
  readonly #client: Leg;
  readonly #upstream: Leg;
  readonly #gate: Gate;
  readonly #fetches: OwnFetches;
  readonly #taken: TakenCommands;
  readonly #fromClient: Pump;
  readonly #fromUpstream: Pump;
  readonly #clientFlow: ClientFlow;
  readonly #serverFlow: ServerFlow;
  readonly #parts: SessionParts;
  readonly #end: SessionEnd;
  readonly #logins: LoginLog;
  #wasAuthenticated = false;
  /** Set when the proxy stops. */
  #retirement: Retirement | undefined;

  constructor(options: SessionOptions, client: Leg, upstream: Leg) {
    this.id = options.id;
    this.options = options;
    this.#logins = new LoginLog(options);
    this.#client = client;
    this.#upstream = upstream;
    this.#gate = new Gate(options.gate, client.secure || options.tlsInFront);
    this.#taken = new TakenCommands(options.handler);
    this.#fetches = new OwnFetches((own, line) => {
      this.#gate.beginOwnFetch(own);
      upstream.write(line);
    });
    this.vitals = new Vitals(this.#gate, client, upstream, this.#fetches);
    this.#clientFlow = new ClientFlow(this.#gate, upstream, {
      answer: (tag, answer) => {
        this.#write(taggedLine(tag, answer));
        return !this.#serverFlow.behind;
      },
      begins: (name) => options.meter?.command(name),
      take: (command) => this.#take(command),
      // Once the pump knows what came behind the command.
      startTls: (tag) => queueMicrotask(() => this.#guarded(() => this.#startTls(tag))),
      fail: (violation) => this.#violated('client', violation),
    });
    this.#serverFlow = new ServerFlow(this.#gate, client, this.#fetches, upstream, {
      event: (event) => this.#event(event),
      fail: (violation) => this.#violated('upstream', violation),
    });
    this.#fromClient = new Pump(client, upstream, (octets) => this.#clientFlow.decide(octets));
    this.#fromUpstream = new Pump(upstream, client, (octets) => {
      const done = this.#serverFlow.decide(octets);
      this.#noticeLogin();
      return done;
    });
    this.#parts = {
      id: this.id,
      client,
      upstream,
      fromClient: this.#fromClient,
      fromUpstream: this.#fromUpstream,
      clientFlow: this.#clientFlow,
      serverFlow: this.#serverFlow,
      fetches: this.#fetches,
      taken: this.#taken,
    };
    this.#end = new SessionEnd(this.#parts);
  }

  get sending(): boolean {
    return this.#taken.running;
  }

  /** It was decided that the session ends. */
  get ending(): boolean {
    return this.#end.decided;
  }

  /** `greeting`: what upstream sent already. Resolves when both connections are over. */
  run(greeting: Buffer): Promise<CloseReason> {
    this.#client.listen({
      chunk: (octets) =>
        this.#guarded(() => {
          if (this.#fromClient.rest.length === 0 && !this.#client.congested) this.#taken.seen('yes');
          this.#fromClient.push(octets);
          this.#logins.watch(this.#gate);
          this.#retirement?.look();
        }),
      ended: () => this.#end.onClientEnd(),
      drained: () => {
        this.#fromUpstream.drained();
        this.#guarded(() => this.#retryHeld());
      },
      closed: (error) => this.#end.onClientClose(error),
    });
    if (greeting.length > 0) this.#guarded(() => this.#fromServer(greeting));
    this.#upstream.listen({
      chunk: (octets) => this.#guarded(() => this.#fromServer(octets)),
      ended: () => this.#end.onUpstreamEnd(),
      drained: () => this.#fromClient.drained(),
      closed: (error) => this.#end.onUpstreamClose(error),
    });
    return this.#end.over;
  }

  /** Ends the session with `* BYE`, after the message that is being sent. */
  close(reason: CloseReason, code: ResponseCode | undefined, text: string): void {
    this.#end.close(reason, code, text);
  }

  /** From now on begins no SEND, but ends instead, like `close`; one that is under way is the last. */
  retire(reason: CloseReason, code: ResponseCode | undefined, text: string): void {
    const end = (): void => this.close(reason, code, text);
    if (this.#taken.running) end();
    this.#retirement ??= new Retirement(end, () => this.#isQuiet());
  }

  /** Ends a session that was retired, as soon as no command is under way. */
  leave(): void {
    this.#guarded(() => this.#retirement?.due());
  }

  /** Gives upstream up; what it was asked for is lost, the client is told what became of its command. */
  loseUpstream(reason: CloseReason): void {
    this.#end.onUpstreamEnd(reason);
    this.#upstream.destroy();
  }

  /** Notices a peer that is gone although nobody reads what it sent. */
  probe(): void {
    this.#client.probe();
    this.#upstream.probe();
  }

  /** The client has all that it will get, or is in a handshake: it only has to go. */
  get told(): boolean {
    return this.#end.told;
  }

  /** Ends the session without waiting for the message that is being sent. */
  giveUp(reason: CloseReason): void {
    this.#end.giveUp(reason);
  }

  /** Makes room for another session, now. */
  displace(reason: CloseReason, text: string): void {
    this.close(reason, 'UNAVAILABLE', text);
    this.giveUp(reason);
    // What it does not read would keep its connection, which counts no more.
    if (this.#client.congested) this.#client.destroy();
  }

  /** Ends both connections at once. */
  destroy(reason: CloseReason): void {
    this.#end.destroy(reason);
  }

  #violated(side: 'client' | 'upstream', violation: Violation): void {
    this.options.log.event('desync', { session: this.id, side, cause: violation });
    this.#end.violated(side, violation);
  }

  /** A fault of ours ends this session, not the process with all others. */
  #guarded(move: () => void): void {
    try {
      move();
    } catch (error) {
      this.#fault(error);
      this.destroy({ side: 'proxy', cause: 'fault' });
    }
  }

  #fault(error: unknown): void {
    faultLogger(this.options.log, this.id)(error);
  }

  #write(line: Buffer): void {
    this.#serverFlow.insert(line);
  }

  #event(event: ServerEvent): void {
    if (event.kind === 'login') this.login = event.login;
    if (event.kind === 'unauthenticated') this.login = undefined;
    this.#logins.event(event);
    this.#fetches.on(event);
  }

  #noticeLogin(): void {
    const { authenticated } = this.#gate;
    if (authenticated === this.#wasAuthenticated) return;
    this.#wasAuthenticated = authenticated;
    this.options.authenticated?.(authenticated);
  }

  #fromServer(octets: Buffer): void {
    this.#clientFlow.greeted();
    this.#fromUpstream.push(octets);
    this.#retryHeld();
    this.#retirement?.look();
    this.#end.onUpstreamOctets();
  }

  #retryHeld(): void {
    if (this.#clientFlow.held) this.#retryClient();
  }

  #retryClient(): void {
    if (!this.#end.clientClosed) this.#fromClient.retry();
    this.#logins.watch(this.#gate);
    this.#end.passOn();
  }

  #isQuiet(): boolean {
    // Nobody has to wait for a handshake that may never end.
    return this.#client.upgrading || (this.#gate.quiet && this.#fromClient.rest.length === 0);
  }

  #take(command: TakenCommand): void {
    this.options.meter?.command(command.name);
    const { end } = this.#retirement ?? {};
    if (end !== undefined) {
      // Nothing was sent, and elsewhere it will be. Once the pump knows what came behind the command.
      queueMicrotask(() => this.#guarded(end));
      return;
    }
    if (this.#end.clientEnded) {
      // It may be gone, and nobody would learn what became of the messages.
      const text = `${command.name} needs a client that stays for the answer`;
      this.#write(taggedLine(command.tag, { status: 'NO', text }));
      this.#gate.resume();
      return;
    }
    const lend = {
      id: this.id,
      login: this.login,
      fetch: this.#fetches.fetch.bind(this.#fetches),
      write: (line: Buffer) => this.#serverFlow.insertSoon(line),
    };
    void this.#taken
      .run(command, lend, (error) => this.#fault(error))
      .then((answer) => this.#guarded(() => this.#answerTaken(command.tag, answer)));
  }

  #answerTaken(tag: string, answer: Answer): void {
    this.#write(taggedLine(tag, answer));
    this.#gate.resume();
    this.#end.onTakenDone();
    this.#retryClient();
  }

  #startTls(tag: string): void {
    const { startTls, log, meter } = this.options;
    meter?.command('STARTTLS');
    if (startTls === undefined) throw new Error('proxy: STARTTLS without a certificate');
    startClientTls({ parts: this.#parts, end: this.#end, log, tag, startTls }, (error) =>
      this.#guarded(() => {
        if (error === undefined) this.#gate.secured();
        else this.#end.onClientClose(error);
        this.#serverFlow.resume();
        this.#fromUpstream.retry();
        this.#retryClient();
      }),
    );
  }
}
