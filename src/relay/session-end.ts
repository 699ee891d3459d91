import type { Violation } from '../gate/violation.js';
import { VIOLATION_TEXT } from '../gate/violation.js';
import { byeLine, type ResponseCode } from '../imap/status.js';
import type { ClientFlow } from './client-flow.js';
import { type CloseReason, failed } from './close-reason.js';
import type { Leg } from './leg.js';
import type { OwnFetches } from './own-fetches.js';
import type { Pump } from './pump.js';
import type { ServerFlow } from './server-flow.js';
import type { TakenCommands } from './taken.js';

/** What of a session has to come to an end. */
export interface SessionParts {
  readonly id: string;
  readonly client: Leg;
  readonly upstream: Leg;
  readonly fromClient: Pump;
  readonly fromUpstream: Pump;
  readonly clientFlow: ClientFlow;
  readonly serverFlow: ServerFlow;
  readonly fetches: OwnFetches;
  readonly taken: TakenCommands;
}

/**
 * How a session ends: when one side does, the other gets what was sent before and then the same; a command that was taken
 * is finished first. The first reason is the one that counts.
 */
export class SessionEnd {
  /** Resolves when both connections are over. */
  readonly over: Promise<CloseReason>;
  readonly #parts: SessionParts;
  #reason: CloseReason | undefined;
  #farewell: Buffer | undefined;
  #clientEnded = false;
  #leftAfterAnswer = false;
  #clientClosed = false;
  #upstreamEnded = false;
  #upstreamClosed = false;
  #done: (reason: CloseReason) => void = () => {};

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.over = new Promise((resolve) => {
      this.#done = resolve;
    });
  }

  /** It was decided that the session ends. */
  get decided(): boolean {
    return this.#reason !== undefined;
  }

  /** The client has all that it will get, or cannot get it, as its handshake is not over. */
  get told(): boolean {
    const { client, serverFlow, taken } = this.#parts;
    if (client.upgrading) return true;
    return serverFlow.stopped && !taken.running && !client.congested;
  }

  /** The client sends nothing any more. Whether it still reads, nobody can tell. */
  get clientEnded(): boolean {
    return this.#clientEnded;
  }

  get clientClosed(): boolean {
    return this.#clientClosed;
  }

  onClientEnd(reason: CloseReason = { side: 'client', cause: 'end' }): void {
    this.#reason ??= reason;
    if (!this.#clientEnded)
      this.#leftAfterAnswer = !this.#parts.taken.running && !this.#parts.client.congested;
    if (reason.cause !== 'end') this.#leftAfterAnswer = false;
    this.#clientEnded = true;
    this.#parts.taken.stop();
    this.passOn();
  }

  onClientClose(error: NodeJS.ErrnoException | undefined): void {
    this.#clientClosed = true;
    this.#parts.fromUpstream.drained();
    this.onClientEnd(error && failed('client', error));
    // What is still being fetched is for nobody: an upstream that never comes to its end must not keep the session.
    if (this.#parts.taken.running) this.#parts.upstream.destroy();
    this.#finish();
  }

  /**
   * Octets came of upstream. Without us, a server that writes to a client that is gone is stopped by a reset; to read on
   * would let a client ask for gigabytes, and leave.
   */
  onUpstreamOctets(): void {
    if (this.#clientClosed) this.#parts.upstream.destroySoon();
  }

  onUpstreamEnd(reason: CloseReason = { side: 'upstream', cause: 'end' }): void {
    const { client, fromUpstream, fetches } = this.#parts;
    // Nobody would know what to make of a connection that ends without a greeting.
    if (client.bytesWritten === 0 && fromUpstream.rest.length === 0) {
      this.close(reason, 'UNAVAILABLE', 'the mail server closed the connection');
    }
    this.#reason ??= reason;
    this.#upstreamEnded = true;
    fetches.lost();
    this.passOn();
  }

  onUpstreamClose(error: NodeJS.ErrnoException | undefined): void {
    this.#upstreamClosed = true;
    this.#parts.fromClient.drained();
    this.onUpstreamEnd(error && failed('upstream', error));
    this.#finish();
  }

  /** The command that was taken is answered: what had to wait for it can go on. */
  onTakenDone(): void {
    if (this.#farewell !== undefined) this.#bye(this.#farewell);
    this.passOn();
    this.#finish();
  }

  /** Ends the session with `* BYE`, after the message that is being sent. */
  close(reason: CloseReason, code: ResponseCode | undefined, text: string): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#farewell = byeLine(code, this.#withId(text));
    this.#parts.taken.stop();
    if (!this.#parts.taken.running) this.#bye(this.#farewell);
  }

  /** Ends the session at once, as nobody can tell any more what an octet means. */
  violated(side: 'client' | 'upstream', violation: Violation): void {
    const { client, upstream, serverFlow, taken } = this.#parts;
    this.#reason ??= { side, cause: 'desync', violation };
    taken.stop();
    this.#stopClient();
    serverFlow.lastNow(byeLine(undefined, this.#withId(VIOLATION_TEXT[violation])));
    client.end();
    upstream.destroy();
  }

  /** Like `destroy`, but the client is told why, and nobody waits for the command that was taken. */
  giveUp(reason: CloseReason): void {
    const { client, upstream, serverFlow, clientFlow } = this.#parts;
    this.#reason ??= reason;
    clientFlow.stop();
    serverFlow.lastNow(this.#farewell);
    client.destroySoon();
    upstream.destroy();
    this.#done(this.#reason);
  }

  /** Ends both connections at once. */
  destroy(reason: CloseReason): void {
    this.#reason ??= reason;
    this.#parts.client.destroy();
    this.#parts.upstream.destroy();
  }

  /** Delivers what each side sent, then its end, unless that has to wait. */
  passOn(): void {
    const { client, upstream, fromClient, fromUpstream, clientFlow, serverFlow } = this.#parts;
    const { fetches, taken } = this.#parts;
    if (taken.running) return;
    if (this.#upstreamEnded) {
      if (!serverFlow.stopped && !fetches.cutShort) client.write(fromUpstream.rest);
      client.end();
      // What it waits for does not come any more.
      if (clientFlow.held) this.#stopClient();
    }
    if (!this.#clientEnded || (clientFlow.held && !this.#clientClosed)) return;
    clientFlow.end(fromClient.rest);
    upstream.end();
  }

  /** What the client said and waits for a decision is forgotten: or it would not be read, and its end not be noticed. */
  #stopClient(): void {
    this.#parts.clientFlow.stop();
    this.#parts.fromClient.retry();
  }

  #bye(line: Buffer): void {
    const { client, upstream, serverFlow } = this.#parts;
    this.#stopClient();
    serverFlow.last(line, () => client.end());
    upstream.end();
  }

  #withId(text: string): string {
    return `${text} (session ${this.#parts.id})`;
  }

  #finish(): void {
    const { taken } = this.#parts;
    if (!this.#clientClosed || !this.#upstreamClosed || taken.running) return;
    taken.seen(this.#leftAfterAnswer ? 'perhaps' : 'no');
    this.#done(this.#reason ?? { side: 'proxy', cause: 'fault' });
  }
}
