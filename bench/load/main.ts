import type { Target } from './connection.js';
import { generate, type Load, open } from './generator.js';

/** The load generator as a process of its own: its argument is the load, its output the figure. */
const { load, target } = JSON.parse(process.argv[2] as string) as { load: Load; target: Target };

if (load.kind === 'idle') {
  await open(load.connections, target);
  console.log('open');
  // Until it is killed.
  setInterval(() => {}, 1 << 30);
} else {
  console.log(await generate(load, target));
  process.exit();
}
