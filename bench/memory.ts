import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export const KiB = 1024;
export const MiB = 1024 * KiB;

/** Octets that the processes have to themselves, and their share of what they have in common: PSS. */
export function memoryOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + field(pid, 'smaps_rollup', 'Pss'), 0);
}

export interface Peak {
  /** Resident octets at the beginning. */
  readonly before: number;
  /** The most that were resident since then. */
  now(): number;
}

/** proc_pid_clear_refs: 5 makes the present size the new peak. */
export function watchPeak(pid: number): Peak {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  return { before: field(pid, 'status', 'VmRSS'), now: () => field(pid, 'status', 'VmHWM') };
}

function field(pid: number, file: string, name: string): number {
  const text = readFileSync(`/proc/${pid}/${file}`, 'latin1');
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) * KiB;
}

/**
 * What `memory` is when it no longer falls: a garbage collector cleans up some seconds after the work is done.
 * @param patience seconds without a fall
 */
export async function settled(memory: () => number, patience: number): Promise<number> {
  let least = memory();
  for (let still = 0; still < patience; still += 0.5) {
    await delay(500);
    const now = memory();
    if (now < least * 0.995) still = 0;
    least = Math.min(least, now);
  }
  return least;
}
