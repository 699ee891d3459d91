import type { Gate } from '../gate/gate.js';
import type { ServerEvent } from '../gate/server-side.js';
import type { Log } from '../log/logger.js';
import type { Meter } from '../metrics/meter.js';

export interface LoginLogOptions {
  readonly log: Log;
  readonly id: string;
  /** Of the client. */
  readonly address: string;
  readonly meter?: Meter | undefined;
}

/** Logs who logged in, or tried to. Without the secret, which `Login` shows to nobody who does not ask for it. */
export class LoginLog {
  readonly #options: LoginLogOptions;
  /** When the login that is in flight was seen first. */
  #since: number | undefined;

  constructor(options: LoginLogOptions) {
    this.#options = options;
  }

  /** To be called when octets went upstream. */
  watch(gate: Pick<Gate, 'authenticated' | 'loggingIn'>): void {
    if (!gate.authenticated && gate.loggingIn) this.#since ??= performance.now();
  }

  event(event: ServerEvent): void {
    const { log, id: session, address } = this.#options;
    switch (event.kind) {
      case 'login':
        log.event('login', { session, user: event.login?.user ?? '', method: event.method, address });
        this.#took(false);
        break;
      case 'login-failed': {
        const { method, login, reply } = event;
        // The address stands before all that a peer chose: nobody can forge it for who reads from the left, as fail2ban does.
        log.event('login-failed', { session, address, method, reply, user: login?.user });
        this.#took(true);
        break;
      }
      default:
        break;
    }
  }

  #took(failed: boolean): void {
    const since = this.#since;
    this.#since = undefined;
    if (since === undefined) return;
    this.#options.meter?.took({ what: 'login', seconds: (performance.now() - since) / 1000, failed });
  }
}
