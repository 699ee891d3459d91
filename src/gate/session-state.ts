import type { CapabilityPolicy } from '../imap/capability.js';
import { Pipeline } from './pipeline.js';

/** What the operator decided about a listener and the submission login. */
export interface GateOptions {
  /** A certificate is there: STARTTLS can be offered. */
  readonly startTls: boolean;
  /** Passwords may pass without TLS. */
  readonly allowCleartextLogin: boolean;
  /** The client's login is replayed to the submission server. */
  readonly replayLogin: boolean;
}

/** What both directions of a session know. */
export class SessionState {
  readonly pipeline = new Pipeline();
  /** TLS is active on the client's connection. */
  secure: boolean;
  authenticated = false;
  /** A mailbox is selected. */
  selected = false;
  /**
   * Octets went upstream as a literal that a server may have read as commands: it may log in, or out, without our
   * seeing it, so no later login is believed.
   */
  disputable = false;
  /** Upstream itself offers SEND: its own is used. */
  nativeSend = false;
  readonly #options: GateOptions;

  constructor(options: GateOptions, secure: boolean) {
    this.#options = options;
    this.secure = secure;
  }

  capabilityPolicy(): CapabilityPolicy {
    const before = !this.secure && !this.authenticated;
    return {
      offerStartTls: this.#options.startTls && before,
      loginDisabled: !this.#options.allowCleartextLogin && before,
      replayLogin: this.#options.replayLogin,
    };
  }
}
