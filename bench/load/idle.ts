import type { Target } from './connection.js';
import { open } from './generator.js';

/** Sessions that do nothing, until the process is killed. Its argument says how many; its output, that all are there. */
const { count, target } = JSON.parse(process.argv[2] as string) as { count: number; target: Target };
await open(count, target);
console.log('open');
setInterval(() => {}, 1 << 30);
