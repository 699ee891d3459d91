import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * V8 lets the space for new objects grow to 48 MiB while many sessions come and go, and keeps it. Little of what a session
 * makes lives longer than itself, so a small space does as well: throughput is the same. The first line of main.js says so
 * from the start, and to glibc that it give back what large buffers leave (docs/performance.md); this is for who starts the
 * file itself with node, and for its workers.
 */
setFlagsFromString('--semi-space-growth-factor=1');

// Lets relay/quiet-collection.ts ask for a collection, in processes of ours alone. There is no other way to ask without a flag.
setFlagsFromString('--expose-gc');
globalThis.gc = runInNewContext('gc') as NodeJS.GCFunction;
setFlagsFromString('--no-expose-gc');
