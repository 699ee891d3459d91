import { readdirSync, readFileSync } from 'node:fs';
import type { Busy } from '../result.js';

/** Processes whose processor time counts, beside that of the load generator itself. */
export interface Watched {
  readonly contender: readonly number[];
  readonly upstream: readonly number[];
}

/** Begins to count; what is returned says how busy they were until it is called. */
export function startMeter(watched: Watched): () => Busy {
  const begin = read(watched);
  return () => {
    const end = read(watched);
    const percent = (key: keyof Busy): number => ((end[key] - begin[key]) / (end.time - begin.time)) * 100;
    return { contender: percent('contender'), load: percent('load') };
  };
}

/** All in seconds. */
function read({ contender, upstream }: Watched): Busy & { readonly time: number } {
  const { user, system } = process.cpuUsage();
  return {
    time: performance.now() / 1000,
    contender: processorTime(contender),
    load: (user + system) / 1e6 + processorTime(upstream),
  };
}

/** In seconds. The first number of schedstat is in nanoseconds; that of a process is of its first thread alone. */
function processorTime(pids: readonly number[]): number {
  let nanoseconds = 0;
  for (const pid of pids) {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[0]);
    }
  }
  return nanoseconds / 1e9;
}
