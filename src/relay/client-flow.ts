import type { Gate } from '../gate/gate.js';
import type { TakenCommand } from '../gate/local-command.js';
import type { Violation } from '../gate/violation.js';
import type { Answer } from '../imap/status.js';
import type { Leg } from './leg.js';

export interface ClientFlowEvents {
  /** False when the client has to take earlier answers first. */
  answer(tag: string, answer: Answer): boolean;
  /** Told of each command that goes upstream, by the name that the client gives it. */
  begins(name: string): void;
  take(command: TakenCommand): void;
  startTls(tag: string): void;
  fail(violation: Violation): void;
}

/** Moves the client's octets as the gate decides: runs of forwarded frames go upstream in one write. */
export class ClientFlow {
  readonly #gate: Gate;
  readonly #upstream: Leg;
  readonly #events: ClientFlowEvents;
  #stopped = false;
  #held = false;
  #greeted = false;

  constructor(gate: Gate, upstream: Leg, events: ClientFlowEvents) {
    this.#gate = gate;
    this.#upstream = upstream;
    this.#events = events;
  }

  /** What comes next waits for upstream, for a taken command, or for the client to read. */
  get held(): boolean {
    return this.#held && !this.#stopped;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /**
   * Upstream has spoken. One that waits for a PROXY header has not: what a client sends before would be taken for it, and
   * it could say that it is somebody else.
   */
  greeted(): void {
    this.#greeted = true;
  }

  /** Nothing of the client goes anywhere any more. */
  stop(): void {
    this.#stopped = true;
  }

  /** The client sends nothing more; `left` is what was not decided about. */
  end(left: Buffer): void {
    if (!this.#held && !this.#stopped) {
      this.#gate.clientEnded(left);
      this.#upstream.write(left);
    }
    this.#stopped = true;
  }

  /** Returns how many of the octets are done with. */
  decide(octets: Buffer): number {
    if (!this.#greeted && !this.#stopped) {
      this.#held = true;
      return 0;
    }
    let from = 0;
    let offset = 0;
    const flush = (): void => {
      if (offset > from) this.#upstream.write(octets.subarray(from, offset));
      from = offset;
    };
    while (!this.#stopped) {
      const step = this.#gate.client(octets, offset);
      this.#held = step.do === 'hold';
      if (step.do === 'forward') {
        offset = step.end;
        if (step.begins !== undefined) this.#events.begins(step.begins);
        continue;
      }
      flush();
      switch (step.do) {
        case 'drop':
          offset = step.end;
          from = offset;
          break;
        case 'answer':
          // Who floods us with commands and reads no answer must not fill our memory with them.
          this.#held = !this.#events.answer(step.tag, step.answer);
          if (this.#held) return offset;
          break;
        case 'take':
          this.#events.take(step.command);
          break;
        case 'starttls':
          this.#events.startTls(step.tag);
          break;
        case 'fail':
          this.#events.fail(step.violation);
          break;
        case 'more':
        case 'hold':
          return offset;
      }
    }
    return octets.length;
  }
}
