import { CONTENDERS } from './contenders/all.js';
import type { ContenderName } from './contenders/contender.js';
import { measure, type Started, startContender, type Upstream } from './processes.js';
import type { Scenario, Variant } from './scenarios.js';

/** The figure of each round. */
export type Figures = ReadonlyMap<ContenderName, readonly number[]>;

/** Starts contenders when they are first needed, and keeps them: all have the same age. */
export class Field {
  readonly #upstream: Upstream;
  readonly #started = new Map<string, Promise<Started>>();

  constructor(upstream: Upstream) {
    this.#upstream = upstream;
  }

  /** All contenders in turn, then the next round: what disturbs the machine for a while disturbs all of them. */
  async run({ contenders, variant, load }: Scenario, rounds: number): Promise<Figures> {
    const figures = new Map<ContenderName, number[]>();
    for (let round = 0; round < rounds; round++) {
      for (const name of contenders) {
        const figure = await measure(load, (await this.#contender(name, variant)).target);
        figures.set(name, [...(figures.get(name) ?? []), figure]);
      }
    }
    return figures;
  }

  async stop(): Promise<void> {
    for (const started of this.#started.values()) await (await started).stop();
  }

  #contender(name: ContenderName, variant: Variant): Promise<Pick<Started, 'target' | 'stop'>> {
    if (name === 'direct') {
      return Promise.resolve({ target: { port: this.#upstream.port, tls: false }, stop: async () => {} });
    }
    const key = `${name}, ${variant.name}`;
    const started = this.#started.get(key) ?? startContender(CONTENDERS[name], variant, this.#upstream.port);
    this.#started.set(key, started);
    return started;
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
}
