/** What is timed where it happens. */
export type Timed =
  | 'upstream-connect'
  | 'login'
  | 'message-fetch'
  | 'message-submission'
  | 'ledger'
  | 'redis';

export interface Timing {
  readonly what: Timed;
  readonly seconds: number;
  readonly failed: boolean;
  /** Of the ledger. */
  readonly operation?: string;
}

/** What happens too often, or matters too little, for an event each. */
export interface Meter {
  took(timing: Timing): void;
  /** A command of a client, by the name that the client gives it. */
  command(name: string): void;
}

/** What a process noted since it was last asked. */
export interface Notes {
  readonly commands: ReadonlyMap<string, number>;
  readonly timings: readonly Timing[];
}

/** Timings that are kept until somebody asks. */
const MAX_TIMINGS = 256;
/** Names of commands, likewise: clients make them up. */
const MAX_NAMES = 256;

/** Notes, and gives away what was noted when it is asked, or when it is much. */
export class Notebook implements Meter {
  readonly #full: (notes: Notes) => void;
  #commands = new Map<string, number>();
  #timings: Timing[] = [];

  constructor(full: (notes: Notes) => void) {
    this.#full = full;
  }

  took(timing: Timing): void {
    this.#timings.push(timing);
    if (this.#timings.length >= MAX_TIMINGS) this.#full(this.take());
  }

  command(name: string): void {
    this.#commands.set(name, (this.#commands.get(name) ?? 0) + 1);
    if (this.#commands.size >= MAX_NAMES) this.#full(this.take());
  }

  take(): Notes {
    const notes = { commands: this.#commands, timings: this.#timings };
    this.#commands = new Map();
    this.#timings = [];
    return notes;
  }
}
