import { readFileSync } from 'node:fs';
import { ours } from './contenders/node.js';
import { interleave } from './interleave.js';
import type { Load } from './load/generator.js';
import { MiB, memoryOf, settled } from './memory.js';
import { measure, openIdle, startContender, type Upstream } from './processes.js';
import { type Figure, figure, type Result } from './result.js';
import { VARIANTS } from './scenarios.js';

export interface CrowdOptions {
  readonly rounds: number;
  /** How long each run counts. */
  readonly seconds: number;
  /** Seconds: see `settled`. */
  readonly patience: number;
}

/** A crowd takes seconds to leave, and nothing is to be seen meanwhile. */
const LEAVING_SECONDS = 4;

/**
 * Thousands of idle sessions: what they take in all, whether it comes back when they leave, and what they cost the busy
 * ones. Two proxies, one with the crowd and one without, are measured in turn.
 */
export async function crowd(
  upstream: Upstream,
  { rounds, seconds, patience }: CrowdOptions,
): Promise<Result[]> {
  const count = crowdSize(openFilesLimit());
  const start = () => startContender(ours, VARIANTS.plain, upstream.port);
  const [alone, beside] = await Promise.all([start(), start()]);
  const memory = async (seconds = patience): Promise<number> =>
    (await settled(() => memoryOf(beside.pids()), seconds)) / MiB;
  const compare = (load: Load): Promise<Record<string, Figure>> =>
    interleave(rounds, {
      alone: () => measure(load, alone, upstream),
      'beside them': () => measure(load, beside, upstream),
    });
  try {
    const before = await memory();
    const sessions = await openIdle(count, beside.target);
    const during = await memory();
    const bulk = await compare({ kind: 'download', fetch: 'large', connections: 8, seconds });
    const noop = await compare({ kind: 'noop', connections: 64, seconds });
    await sessions.stop();
    const after = await memory(Math.max(patience, LEAVING_SECONDS));
    const once = (value: number): Figure => figure([{ figure: value }]);
    const figures = { before: once(before), 'with the crowd': once(during), 'when it left': once(after) };
    const kept = { kept: once(((after - before) / (during - before)) * 100) };
    return [
      { id: 'crowd-memory', title: `memory, ${count} idle sessions`, unit: 'MiB', figures },
      { id: 'crowd-kept', title: 'of what they took, kept when they left', unit: '%', figures: kept },
      { id: 'crowd-large-8', title: `25 MB literals, 8, beside ${count} idle`, unit: 'MB/s', figures: bulk },
      { id: 'crowd-noop-64', title: `NOOP, 64, beside ${count} idle`, unit: 'µs', figures: noop },
    ];
  } finally {
    await alone.stop();
    await beside.stop();
  }
}

/** The proxy needs two connections for each, and some files beside; never more than what is asked for. */
export function crowdSize(openFiles: number): number {
  return Math.min(10_000, Math.floor((openFiles - 200) / 2));
}

/** proc_pid_limits: the hard limit, up to which Node.js goes. */
function openFilesLimit(): number {
  const limits = readFileSync('/proc/self/limits', 'latin1');
  const [, hard] = /^Max open files\s+\S+\s+(\S+)/m.exec(limits) ?? [];
  return hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard);
}
