import { type ChildProcess, fork, type SendHandle } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ENVIRONMENT_PREFIX } from '../config/options.js';
import type { Control } from '../proxy-control.js';
import type { Arrival } from '../relay/reception.js';
import { type ConnectionHandle, detachHandle } from './connection-handle.js';
import type { ToPrimary, ToWorker } from './protocol.js';
import { type CommonState, createStateCalls, type StateCalls } from './state-calls.js';
import type { WorkerLog } from './worker-log.js';

export interface MemberOptions {
  readonly number: number;
  /** What it is told first. */
  readonly start: readonly ToWorker[];
  /** Where its events go. */
  readonly log: Pick<WorkerLog, 'event' | 'noted'>;
  /** What it shares with the others; undefined where that is in Redis. */
  readonly state: CommonState | undefined;
}

/** A client that it serves. */
interface Guest {
  /** Until the connection is on its way. */
  handle: ConnectionHandle | undefined;
  authenticated(is: boolean): void;
  over(): void;
}

const MAIN = fileURLToPath(new URL('main.js', import.meta.url));

/** For a process that closed its channel to end by itself, in milliseconds. */
const EXIT_MS = 1_000;
/** For an answer, likewise. */
const ASK_MS = 2_000;

/** One worker process, as the primary sees it. */
export class Member {
  readonly number: number;
  readonly startedAt = performance.now();
  /** Rejects with what it said, or how it ended, when it cannot start. */
  readonly ready: Promise<void>;
  /** Resolves with a signal or an exit code, after all that it said was heard. */
  readonly ended: Promise<string>;
  /** Takes clients. */
  isReady = false;
  readonly #child: ChildProcess;
  readonly #log: MemberOptions['log'];
  readonly #state: StateCalls | undefined;
  readonly #guests = new Map<number, Guest>();
  readonly #asked = new Map<number, (value: unknown) => void>();
  #questions = 0;
  #visits = 0;

  constructor({ number, start, log, state }: MemberOptions) {
    this.number = number;
    this.#log = log;
    this.#state = state && createStateCalls(state, (answer) => this.send(answer));
    // Structured clone: JSON knows neither Infinity nor octets. The environment may hold our password; a worker is told it.
    this.#child = fork(MAIN, [String(number)], { serialization: 'advanced', env: foreign(process.env) });
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
      this.#child.once('error', (error) => this.pid === undefined && resolve(error.message));
    });
    this.ready = new Promise((resolve, reject) => {
      this.#child.on('message', (message: ToPrimary) => this.#received(message, resolve, reject));
      void this.ended.then((how) => reject(new Error(`workers: worker ${number} did not start: ${how}`)));
    });
    // Without its channel it is of no use.
    this.#child.once('disconnect', () => {
      this.isReady = false;
      const patience = setTimeout(() => this.kill(), EXIT_MS);
      this.#child.once('close', () => clearTimeout(patience));
    });
    void this.ended.then(() => this.#over());
    for (const message of start) this.send(message);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** How many clients it has. */
  get load(): number {
    return this.#guests.size;
  }

  send(message: ToWorker, handle?: SendHandle, sent: () => void = () => {}): void {
    // When it fails the worker is about to end, and that is heard elsewhere.
    if (this.#child.connected) this.#child.send(message, handle, {}, sent);
    else sent();
  }

  /** Resolves when the connection is over. */
  serve({ socket, url, client, visit, authenticated }: Arrival, listener: number): Promise<void> {
    const early: Buffer | null = socket.readableLength > 0 ? socket.read() : null;
    const handle = detachHandle(socket);
    if (handle === undefined) return Promise.resolve();
    return new Promise((over) => {
      const number = ++this.#visits;
      const guest: Guest = { handle, authenticated, over };
      this.#guests.set(number, guest);
      const displace = (dismissal: Extract<ToWorker, { kind: 'displace' }>['dismissal']): void =>
        this.send({ kind: 'displace', visit: number, dismissal });
      visit.session = { displace: (reason, text) => displace({ reason, text }) };
      const message = {
        kind: 'serve',
        visit: number,
        listener,
        url,
        client,
        early: early ?? undefined,
      } as const;
      // The worker has a descriptor of its own from then on.
      this.send(message, handle, () => closeHandle(guest));
    });
  }

  /** Undefined when it does not answer within `ASK_MS`, as it is busy or about to end. */
  ask<Name extends keyof Control>(
    name: Name,
    ...args: Parameters<Control[Name]>
  ): Promise<ReturnType<Control[Name]> | undefined> {
    return new Promise((resolve) => {
      const question = ++this.#questions;
      const done = (value: unknown): void => {
        clearTimeout(patience);
        this.#asked.delete(question);
        resolve(value as ReturnType<Control[Name]> | undefined);
      };
      const patience = setTimeout(done, ASK_MS, undefined);
      this.#asked.set(question, done);
      this.send({ kind: 'ask', question, name, args });
    });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #received(message: ToPrimary, ready: () => void, failed: (error: Error) => void): void {
    switch (message.kind) {
      case 'ready':
        this.isReady = true;
        ready();
        break;
      case 'failed':
        failed(new Error(message.text));
        break;
      case 'leaving':
        this.isReady = false;
        break;
      case 'log':
        this.#log.event(message.name, message.fields);
        break;
      case 'noted':
        this.#log.noted(message.notes);
        break;
      case 'told':
        this.#asked.get(message.question)?.(message.value);
        break;
      case 'authenticated':
        this.#guests.get(message.visit)?.authenticated(message.is);
        break;
      case 'gone':
        this.#gone(message.visit);
        break;
      case 'call':
        this.#state?.run(message);
        break;
      case 'cancel':
        this.#state?.cancel(message.call);
    }
  }

  #gone(visit: number): void {
    const guest = this.#guests.get(visit);
    this.#guests.delete(visit);
    if (guest === undefined) return;
    closeHandle(guest);
    guest.over();
  }

  #over(): void {
    this.isReady = false;
    this.#state?.lost();
    for (const visit of [...this.#guests.keys()]) this.#gone(visit);
    for (const unanswered of [...this.#asked.values()]) unanswered(undefined);
  }
}

function closeHandle(guest: Guest): void {
  guest.handle?.close();
  guest.handle = undefined;
}

/** What systemd says is for one process (sd_listen_fds(3), sd_notify(3)). */
const FOR_PRIMARY = /^(LISTEN_(PID|FDS|FDNAMES)|NOTIFY_SOCKET|WATCHDOG_(PID|USEC))$/;

const foreign = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => !name.startsWith(ENVIRONMENT_PREFIX) && !FOR_PRIMARY.test(name),
    ),
  );
