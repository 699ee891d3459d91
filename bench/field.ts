import { CONTENDERS } from './contenders/all.js';
import type { ContenderName } from './contenders/contender.js';
import { interleave } from './interleave.js';
import { measure, type Started, startContender, type Upstream } from './processes.js';
import type { Result, Sample } from './result.js';
import type { Scenario, Variant } from './scenarios.js';

/** Starts contenders when they are first needed, and keeps them: all have the same age. */
export class Field {
  readonly upstream: Upstream;
  /** What was not measured, and why. */
  readonly notes: string[] = [];
  readonly #started = new Map<string, Promise<Started>>();

  constructor(upstream: Upstream) {
    this.upstream = upstream;
  }

  async run({ id, title, unit, contenders, variant, loads }: Scenario, rounds: number): Promise<Result> {
    const runs: Record<string, () => Promise<Sample>> = {};
    for (const name of contenders) {
      const contender = await this.#contender(name, variant);
      if (contender === undefined) {
        this.notes.push(`${title}: not measured for ${name}, which has no such option.`);
        continue;
      }
      for (const [what, load] of Object.entries(loads)) {
        const label = [what, name].filter((part) => part !== '').join(', ');
        runs[label] = () =>
          measure(load, contender, this.upstream).catch((cause) => {
            throw new Error(`${title}: ${label} failed`, { cause });
          });
      }
    }
    return { id, title, unit, figures: await interleave(rounds, runs) };
  }

  async stop(): Promise<void> {
    for (const started of this.#started.values()) await (await started).stop();
  }

  /** Undefined if it cannot be started like this. */
  async #contender(name: ContenderName, variant: Variant): Promise<Started | undefined> {
    if (name === 'direct') {
      const target = { port: this.upstream.port, tls: false };
      return { target, pids: () => [], stop: async () => {} };
    }
    const contender = CONTENDERS[name];
    if (variant.workers > 1 && (await contender.takesWorkers?.()) === false) return undefined;
    const key = `${name}, ${variant.name}`;
    const started = this.#started.get(key) ?? startContender(contender, variant, this.upstream.port);
    this.#started.set(key, started);
    return started;
  }
}
