import { readFileSync } from 'node:fs';
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

/** proc_pid_stat(5): utime and stime, in ticks of which Linux shows 100 a second on every machine. */
function processorTime(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of pids) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is a name in parentheses and may hold blanks, so count from its end: state is the third.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    ticks += Number(fields[14 - 3]) + Number(fields[15 - 3]);
  }
  return ticks / 100;
}
