import { crowd } from './crowd.js';
import type { Field } from './field.js';
import { idleMemory } from './idle.js';
import { figure, type Result } from './result.js';
import { scenarios } from './scenarios.js';
import { sendLarge } from './send/large.js';
import { sendMany } from './send/many.js';
import { uploaded } from './send/upload.js';
import { startWorld, type World } from './send/world.js';

export interface Experiment {
  readonly id: string;
  run(): Promise<readonly Result[]>;
}

/** Everything that is measured, in order. */
export function experiments(field: Field, quick: boolean): readonly Experiment[] {
  const seconds = quick ? 0.2 : 1.5;
  const rounds = quick ? 1 : 3;
  const patience = quick ? 1 : 4;
  const sessions = quick ? ([200, 1_200] as const) : ([1_000, 4_000] as const);
  const { upstream } = field;
  return [
    ...scenarios(seconds).map((scenario) => ({
      id: scenario.id,
      run: async () => {
        const result = await field.run(scenario, rounds);
        return scenario.id === 'noop-1' ? [result, addedLatency(result)] : [result];
      },
    })),
    { id: 'idle', run: () => idleMemory(upstream, { rounds, patience, sessions }) },
    { id: 'crowd', run: () => crowd(upstream, { rounds, seconds, patience }) },
    { id: 'send-large', run: () => inWorld((world) => sendLarge(world, rounds)) },
    { id: 'send-many', run: () => inWorld(async (world) => [await sendMany(world, rounds, 1_000)]) },
    { id: 'send-upload', run: () => inWorld(async (world) => [await uploaded(world)]) },
  ];
}

/** Above that of the direct connection. */
export function addedLatency({ figures }: Result): Result {
  const { direct, ...others } = figures;
  const added = Object.entries(others).map(([name, each]) => {
    const value = each.median - (direct?.median ?? 0);
    return [name, figure([{ figure: value }])] as const;
  });
  return {
    id: 'latency',
    title: 'NOOP, 1 connection: added',
    unit: 'µs',
    figures: Object.fromEntries(added),
  };
}

async function inWorld(run: (world: World) => Promise<readonly Result[]>): Promise<readonly Result[]> {
  const world = await startWorld();
  try {
    return await run(world);
  } finally {
    await world.stop();
  }
}
