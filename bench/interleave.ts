import { type Figure, figure, type Sample } from './result.js';

/** All in turn, then the next round: what disturbs the machine for a while disturbs all of them. */
export async function interleave(
  rounds: number,
  runs: Readonly<Record<string, () => Promise<Sample>>>,
): Promise<Record<string, Figure>> {
  const samples: Record<string, Sample[]> = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(runs)) {
      samples[name] ??= [];
      samples[name].push(await run());
    }
  }
  return Object.fromEntries(Object.entries(samples).map(([name, each]) => [name, figure(each)]));
}
