import { parseArgs } from 'node:util';
import { ensure } from '../test/support/packages.js';
import { scratchDirectory } from '../test/support/scratch.js';
import { PACKAGES } from './contenders/all.js';
import { startUpstream } from './processes.js';
import { Field, median } from './rounds.js';
import { scenarios } from './scenarios.js';

const { values } = parseArgs({
  options: { quick: { type: 'boolean' }, only: { type: 'string' }, rounds: { type: 'string' } },
});
await ensure(...PACKAGES);
const files = scratchDirectory('bench');
const upstream = await startUpstream(files.path);
const field = new Field(upstream);
try {
  for (const scenario of scenarios(values.quick ? 0.25 : 1)) {
    if (values.only !== undefined && !scenario.id.startsWith(values.only)) continue;
    const figures = await field.run(scenario, Number(values.rounds ?? (values.quick ? 1 : 3)));
    const line = [...figures].map(([name, each]) => `${name} ${median(each).toFixed(0)}`).join('  ');
    console.log(`${scenario.title} [${scenario.unit}]: ${line}`);
  }
} finally {
  await field.stop();
  await upstream.stop();
  await files.remove();
}
