import type { Target } from './connection.js';
import { generate, type Load } from './generator.js';
import type { Watched } from './meter.js';

/** The load generator as a process of its own: its argument is what to do, its output the sample. */
const { load, target, watched } = JSON.parse(process.argv[2] as string) as {
  load: Load;
  target: Target;
  watched: Watched;
};
console.log(JSON.stringify(await generate(load, target, watched)));
process.exit();
