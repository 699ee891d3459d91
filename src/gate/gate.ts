import { ClientSide, type ClientStep } from './client-side.js';
import type { OwnFetch } from './own-fetch.js';
import { ServerSide, type ServerStep } from './server-side.js';
import { type GateOptions, SessionState } from './session-state.js';

/**
 * Decides what becomes of every octet of a session, in both directions. Pure: octets in, decisions out; the caller moves
 * the octets. Decisions do not depend on how the streams are cut into chunks.
 */
export class Gate {
  readonly #state: SessionState;
  readonly #client: ClientSide;
  readonly #server: ServerSide;

  /** `secure`: TLS is active on the client's connection from the start. */
  constructor(options: GateOptions, secure: boolean) {
    this.#state = new SessionState(options, secure);
    this.#client = new ClientSide(this.#state);
    this.#server = new ServerSide(this.#state, this.#client);
  }

  client(chunk: Buffer, offset: number): ClientStep {
    return this.#client.next(chunk, offset);
  }

  /** The client's stream ended; `left` of it was not decided about, and goes upstream as it is. */
  clientEnded(left: Buffer): void {
    this.#client.ended(left);
  }

  server(chunk: Buffer, offset: number): ServerStep {
    return this.#server.next(chunk, offset);
  }

  /** A line of our own may go to the client now. */
  get atResponseBoundary(): boolean {
    return this.#server.atBoundary;
  }

  get authenticated(): boolean {
    return this.#state.authenticated;
  }

  /** LOGIN or AUTHENTICATE is in flight. */
  get loggingIn(): boolean {
    return this.#state.pipeline.loggingIn;
  }

  /** A mailbox is selected. */
  get selected(): boolean {
    return this.#state.selected;
  }

  /** Upstream owes the answer to a literal that the client announced, and to nothing before it. */
  get literalAwaited(): boolean {
    return this.#client.literalAwaited;
  }

  /** No command of the client is under way, but for IDLE: nothing is lost if the session ends now. */
  get quiet(): boolean {
    return this.#client.quiet;
  }

  beginOwnFetch(own: OwnFetch): void {
    this.#server.beginOwnFetch(own);
  }

  /** The command that was taken has been answered. */
  resume(): void {
    this.#client.resume();
  }

  /** TLS is active on the client's connection now. */
  secured(): void {
    this.#state.secure = true;
    this.#client.resume();
  }
}
