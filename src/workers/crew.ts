import type { Config } from '../config/config.js';
import type { Log } from '../log/logger.js';
import type { CommonControl } from '../proxy-control.js';
import type { StateTuning } from '../proxy-state.js';
import type { Arrival } from '../relay/reception.js';
import { conceal } from './concealed.js';
import { Member } from './member.js';
import type { ToWorker } from './protocol.js';
import { Restarts } from './restarts.js';
import type { CommonState } from './state-calls.js';
import type { WorkerLog } from './worker-log.js';

export interface CrewOptions {
  readonly config: Config;
  readonly tuning: StateTuning;
  readonly state: CommonState | undefined;
  readonly log: Log;
  /** Where the events of that worker go; one for each process that ever has the number. */
  readonly logOf: (worker: number) => WorkerLog;
}

/** Beyond the drain time-out, for QUIT to the submission server and the end of the process. */
const GRACE_MS = 2_000;
/** A timer that does not fit into 31 bits ends at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** The worker processes: so many, whatever happens to one, and each with as many clients as the others. */
export class Crew {
  readonly #options: CrewOptions;
  /** By number, from 1; absent while it is replaced. */
  readonly #members = new Map<number, Member>();
  readonly #restarts = new Map<number, NodeJS.Timeout>();
  readonly #start: ToWorker;
  readonly #logs = new Map<Member, WorkerLog>();
  #reloaded: readonly ToWorker[] = [];
  /** Logins whose SEND is refused. */
  #refused: readonly string[] = [];
  #turn = 0;
  #closing = false;

  constructor(options: CrewOptions) {
    this.#options = options;
    const { config, tuning } = options;
    this.#start = { kind: 'start', config: conceal(config), tuning };
  }

  /** Resolves when all take clients. Rejects, and none is left, when one cannot. */
  async start(): Promise<void> {
    const numbers = Array.from({ length: this.#options.config.workers }, (_, index) => index + 1);
    try {
      await Promise.all(numbers.map((number) => this.#add(number, new Restarts())));
    } catch (error) {
      this.#closing = true;
      for (const member of this.#members.values()) member.kill();
      await this.#allEnded();
      throw error;
    }
  }

  /** Resolves when the connection is over; false, and it is as it was, when there is no worker to serve it. */
  async serve(arrival: Arrival, listener: number): Promise<boolean> {
    const member = this.#leastLoaded();
    if (member === undefined) return false;
    await member.serve(arrival, listener);
    return true;
  }

  /** What of it needs no restart counts from here on, for each worker and all that come after. */
  reload(config: Config): void {
    const message: ToWorker = { kind: 'reload', config: conceal(config) };
    this.#reloaded = [message];
    for (const member of this.#members.values()) member.send(message);
  }

  /** All workers that answer, as if they were one. */
  readonly control: CommonControl = {
    read: async () => {
      const read = async (member: Member, log: WorkerLog): Promise<void> => {
        const readings = await member.ask('readings');
        if (readings !== undefined) log.read(readings);
      };
      await Promise.all([...this.#logs].map(([member, log]) => read(member, log)));
    },
    sessions: async (text, most) => {
      const lists = await this.#askAll((member) => member.ask('sessions', text, most));
      return {
        total: lists.reduce((sum, { total }) => sum + total, 0),
        sessions: lists.flatMap(({ sessions }) => sessions).slice(0, most),
      };
    },
    end: async (id) => (await this.#askAll((member) => member.ask('end', id))).includes(true),
    refuse: async (users) => {
      this.#refused = users;
      await this.#askAll((member) => member.ask('refuse', users));
    },
  };

  async #askAll<T>(ask: (member: Member) => Promise<T | undefined>): Promise<T[]> {
    const answers = await Promise.all([...this.#members.values()].map(ask));
    return answers.filter((answer) => answer !== undefined);
  }

  /** Whether there is one that takes clients. */
  get staffed(): boolean {
    return [...this.#members.values()].some(({ isReady }) => isReady);
  }

  /** Ends all sessions in order within the drain time-out, and the processes. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const timer of this.#restarts.values()) clearTimeout(timer);
    for (const member of this.#members.values()) {
      if (member.isReady) member.send({ kind: 'drain' });
      else member.kill();
    }
    const killAll = (): void => {
      for (const member of this.#members.values()) member.kill();
    };
    const { drainTimeoutMs } = this.#options.config;
    const patience = setTimeout(killAll, Math.min(drainTimeoutMs + GRACE_MS, LONGEST_MS));
    await this.#allEnded();
    clearTimeout(patience);
  }

  async #allEnded(): Promise<void> {
    await Promise.all([...this.#members.values()].map(({ ended }) => ended));
  }

  async #add(number: number, restarts: Restarts): Promise<void> {
    const { state, logOf, log } = this.#options;
    const ownLog = logOf(number);
    const refuse: ToWorker = { kind: 'ask', question: 0, name: 'refuse', args: [this.#refused] };
    const start = [this.#start, ...this.#reloaded, refuse];
    const member = new Member({ number, start, log: ownLog, state });
    this.#members.set(number, member);
    this.#logs.set(member, ownLog);
    let started = false;
    void member.ended.then((cause) => {
      this.#members.delete(number);
      this.#logs.delete(member);
      const sessions = ownLog.lost();
      if (this.#closing || !started) return;
      const restartMs = restarts.after(performance.now() - member.startedAt);
      log.event('worker-lost', { worker: number, cause, sessions, restartSeconds: restartMs / 1000 });
      this.#replace(number, restarts, restartMs);
    });
    await member.ready.catch(async (error) => {
      await member.ended;
      throw error;
    });
    started = true;
    log.event('worker-started', { worker: number, pid: member.pid as number });
  }

  #replace(number: number, restarts: Restarts, delayMs: number): void {
    const add = (): void => {
      this.#restarts.delete(number);
      this.#add(number, restarts).catch((error) => {
        if (this.#closing) return;
        this.#options.log.event('internal-error', { error: String((error as Error).stack) });
        this.#replace(number, restarts, restarts.after(0));
      });
    };
    this.#restarts.set(number, setTimeout(add, delayMs));
  }

  /** Of several with as few, each in turn. */
  #leastLoaded(): Member | undefined {
    let best: Member | undefined;
    let distance = 0;
    const count = this.#options.config.workers;
    for (const member of this.#members.values()) {
      if (!member.isReady) continue;
      const away = (member.number - this.#turn - 1 + count) % count;
      if (best === undefined || member.load < best.load || (member.load === best.load && away < distance)) {
        best = member;
        distance = away;
      }
    }
    if (best !== undefined) this.#turn = best.number;
    return best;
  }
}
