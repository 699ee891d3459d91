import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { guide } from './coverage.js';
import { describeFind } from './find.js';
import { fuzzInWorker } from './watch.js';

/**
 * The long form: `npm run fuzz -- --minutes 10 --seed 1 --target gate`, and `-- --target gate --replay FILE` to try one
 * input again. The exit code is 1 if there is a find.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string' },
    target: { type: 'string', multiple: true },
    replay: { type: 'string' },
  },
});

guide();
const { targets } = await import('./targets.js');
const chosen = targets.filter(({ name }) => values.target?.includes(name) ?? true);
const say = (line: string) => process.stdout.write(`${line}\n`);

if (chosen.length === 0) {
  say(`no such target; there are ${targets.map(({ name }) => name).join(', ')}`);
  process.exitCode = 2;
} else if (values.replay !== undefined) {
  const input = readFileSync(values.replay);
  for (const target of chosen) target.check(input);
  say('holds');
} else {
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  const lanes = Math.min(availableParallelism(), chosen.length);
  const milliseconds = (Number(values.minutes) * 60_000 * lanes) / chosen.length;
  say(`seed ${seed}, ${lanes} at a time, ${(milliseconds / 1000).toFixed(0)} s for each target`);
  const waiting = [...chosen];
  const lane = async () => {
    for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) {
      const { progress, find } = await fuzzInWorker(target.name, seed, milliseconds);
      const { executions, edges, corpus } = progress;
      say(`${target.name}: ${executions} inputs, ${edges} edges, ${corpus} kept`);
      if (find === undefined) continue;
      say(describeFind(target, find));
      process.exitCode = 1;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
