import type { Gate } from '../gate/gate.js';
import type { ServerEvent } from '../gate/server-side.js';
import type { Violation } from '../gate/violation.js';
import type { Leg } from './leg.js';
import type { OwnFetches } from './own-fetches.js';

export interface ServerFlowEvents {
  event(event: ServerEvent): void;
  fail(violation: Violation): void;
}

/**
 * Moves upstream's octets as the gate decides: runs of forwarded frames go to the client in one write, lines of our own
 * between two responses.
 */
export class ServerFlow {
  readonly #gate: Gate;
  readonly #client: Leg;
  readonly #fetches: OwnFetches;
  readonly #upstream: Leg;
  readonly #events: ServerFlowEvents;
  #stopped = false;
  #inserts: Buffer[] = [];
  #afterLast: (() => void) | undefined;

  constructor(gate: Gate, client: Leg, fetches: OwnFetches, upstream: Leg, events: ServerFlowEvents) {
    this.#gate = gate;
    this.#client = client;
    this.#fetches = fetches;
    this.#upstream = upstream;
    this.#events = events;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Nothing of upstream reaches the client any more. */
  stop(): void {
    this.#stopped = true;
    this.#inserts = [];
  }

  /** Writes a line of our own as soon as no response of upstream is half written. */
  insert(line: Buffer): void {
    if (this.#stopped) return;
    if (this.#gate.atResponseBoundary) this.#client.write(line);
    else this.#inserts.push(line);
  }

  /** Like `insert`, and nothing comes behind it. */
  last(line: Buffer, written: () => void): void {
    this.insert(line);
    if (this.#inserts.length === 0) {
      this.stop();
      written();
    } else {
      this.#afterLast = written;
    }
  }

  /** Returns how many of the octets are done with. */
  decide(octets: Buffer): number {
    let from = 0;
    let offset = 0;
    const flush = (): void => {
      if (offset > from) this.#client.write(octets.subarray(from, offset));
      from = offset;
    };
    while (!this.#stopped) {
      if (this.#inserts.length > 0 && this.#gate.atResponseBoundary) {
        flush();
        this.#writeInserts();
        continue;
      }
      const step = this.#gate.server(octets, offset);
      if (step.do === 'forward') {
        offset = step.end;
        if (step.event === undefined) continue;
        flush();
        this.#events.event(step.event);
        continue;
      }
      flush();
      switch (step.do) {
        case 'replace':
          offset = step.end;
          from = offset;
          this.#client.write(step.bytes);
          if (step.event !== undefined) this.#events.event(step.event);
          break;
        case 'body': {
          const wait = this.#fetches.body(octets.subarray(offset, step.end));
          if (wait !== undefined) this.#pauseUntil(wait);
          offset = step.end;
          from = offset;
          break;
        }
        case 'fail':
          this.#events.fail(step.violation);
          break;
        case 'more':
          return offset;
      }
    }
    return octets.length;
  }

  #writeInserts(): void {
    const lines = this.#inserts;
    this.#inserts = [];
    for (const line of lines) this.#client.write(line);
    const written = this.#afterLast;
    if (written !== undefined) {
      this.stop();
      written();
    }
  }

  #pauseUntil(wait: Promise<void>): void {
    this.#upstream.pause('spool');
    const resume = (): void => this.#upstream.resume('spool');
    wait.then(resume, resume);
  }
}
