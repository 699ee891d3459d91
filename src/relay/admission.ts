export interface AdmissionLimits {
  readonly maxSessions: number;
  readonly maxSessionsPerIp: number;
}

export type LimitHit = 'max-sessions' | 'max-sessions-per-ip';

/** Counts connections from accept to end, in all and for each client address, and says when there are too many. */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #perAddress = new Map<string, number>();
  #count = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#count;
  }

  /** Counts one more, for `leave` to count off, unless that is over a limit. */
  enter(address: string): LimitHit | undefined {
    const here = this.#perAddress.get(address) ?? 0;
    if (this.#count >= this.#limits.maxSessions) return 'max-sessions';
    if (here >= this.#limits.maxSessionsPerIp) return 'max-sessions-per-ip';
    this.#count++;
    this.#perAddress.set(address, here + 1);
    return undefined;
  }

  leave(address: string): void {
    this.#count--;
    const left = (this.#perAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(address, left);
    else this.#perAddress.delete(address);
  }
}
