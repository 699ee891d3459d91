import type { Guest, LimitHit } from './admission.js';
import type { CloseReason } from './close-reason.js';
import type { Session } from './session.js';

/** Why a client cannot stay, for the log and for itself. */
export interface Dismissal {
  readonly reason: CloseReason;
  readonly text: string;
}

/** A connection from accept to end. It may have to go in any phase: to make room, or because the proxy stops. */
export class Visit implements Guest {
  readonly address: string;
  /** Set as soon as there is one, in this process or in another. */
  session: Pick<Session, 'displace'> | undefined;
  #leave: (() => void) | undefined;
  #dismissal: Dismissal | undefined;

  constructor(address: string) {
    this.address = address;
  }

  /**
   * `leave` is called when it has to go while it waits for what it waits for now; nothing of before is called any more. No
   * AbortSignal: to make one, listen to it and let it go took as long as a read and a write, in each session.
   */
  whenDismissed(leave: (() => void) | undefined): void {
    this.#leave = leave;
  }

  get dismissal(): Dismissal | undefined {
    return this.#dismissal;
  }

  displace(limit: LimitHit): void {
    const reason = { side: 'client', cause: 'limit', limit } as const;
    this.makeRoom({ reason, text: tooMany(limit) });
  }

  /** In any phase. */
  makeRoom({ reason, text }: Dismissal): void {
    if (this.session === undefined) this.dismiss({ reason, text });
    else this.session.displace(reason, text);
  }

  /** Only before there is a session. */
  dismiss(dismissal: Dismissal): void {
    this.#dismissal ??= dismissal;
    const leave = this.#leave;
    this.#leave = undefined;
    leave?.();
  }
}

/** What a client is told that a limit leaves no room for. */
export const tooMany = (limit: LimitHit): string => `too many connections (${limit})`;
