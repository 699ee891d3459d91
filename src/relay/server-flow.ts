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
  #suspended = false;
  /** Lines of our own, and what is done between two responses, in order. */
  #waiting: (Buffer | (() => void))[] = [];
  #scheduled = false;

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
    this.#waiting = [];
  }

  /** Runs `act` as soon as no response of upstream is half written. */
  betweenResponses(act: () => void): void {
    if (this.#stopped) return;
    this.#waiting.push(act);
    this.#runWaiting();
  }

  /** Writes a line of our own. */
  insert(line: Buffer): void {
    if (this.#stopped) return;
    this.#waiting.push(line);
    this.#runWaiting();
  }

  /**
   * Writes a line of our own, at the latest when this turn of the event loop is over: what several submissions come to in
   * one turn takes one call of the system. Nothing that is written meanwhile comes before it.
   */
  insertSoon(line: Buffer): void {
    if (this.#stopped) return;
    this.#waiting.push(line);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#runWaiting();
    });
  }

  /** Lines of our own that were inserted are not out yet. */
  get behind(): boolean {
    return this.#waiting.length > 0 || this.#client.congested;
  }

  /** Like `insert`, and nothing comes behind it. */
  last(line: Buffer, written: () => void): void {
    const act = (): void => {
      this.#client.write(line);
      this.stop();
      written();
    };
    if (this.#stopped) written();
    else this.betweenResponses(act);
  }

  /** The last line is this one if there is one and it can be written now, and otherwise what was inserted before. */
  lastNow(line: Buffer | undefined): void {
    this.#runWaiting();
    if (line !== undefined && !this.#stopped && !this.#suspended && this.#gate.atResponseBoundary)
      this.#client.write(line);
    this.stop();
  }

  /** Nothing reaches the client, and upstream is not read, until `resume`. */
  suspend(): void {
    this.#suspended = true;
    this.#upstream.pause('handshake');
  }

  /** The caller decides again about what was kept. */
  resume(): void {
    this.#suspended = false;
    this.#upstream.resume('handshake');
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
      if (this.#waiting.length > 0 && this.#gate.atResponseBoundary) {
        flush();
        this.#runWaiting();
      }
      if (this.#stopped) break;
      if (this.#suspended) return offset;
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

  #runWaiting(): void {
    while (!this.#suspended && this.#gate.atResponseBoundary && this.#waiting.length > 0) {
      const acts = this.#waiting.findIndex((each) => !Buffer.isBuffer(each));
      const lines = this.#waiting.splice(0, acts < 0 ? this.#waiting.length : acts) as Buffer[];
      if (lines.length > 0)
        this.#client.write(lines.length === 1 ? (lines[0] as Buffer) : Buffer.concat(lines));
      const act = this.#waiting.shift() as (() => void) | undefined;
      act?.();
    }
  }

  #pauseUntil(wait: Promise<void>): void {
    this.#upstream.pause('spool');
    const resume = (): void => this.#upstream.resume('spool');
    wait.then(resume, resume);
  }
}
