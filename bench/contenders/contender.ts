import { readdirSync, readFileSync } from 'node:fs';
import type { RunningProcess } from '../../test/support/process.js';

/** Something between the load generator and the upstream. */
export interface Contender {
  readonly name: ContenderName;
  start(setting: Setting): Promise<Running>;
}

export type ContenderName =
  | 'direct'
  | 'imap-send-proxy'
  | 'HAProxy TCP'
  | 'HAProxy splice'
  | 'nginx mail'
  | 'nginx mail 64k'
  | 'Dovecot proxy'
  | 'Node pipe'
  | 'Node onread';

export interface Setting {
  readonly upstreamPort: number;
  readonly port: number;
  /** TLS on `port`. */
  readonly tls: boolean;
  readonly certificate: { readonly certFile: string; readonly keyFile: string };
  /** Processes, or threads. */
  readonly workers: number;
  /** For its files; removed by the caller. */
  readonly directory: string;
  /** Processors that it may use, as taskset(1) writes them. */
  readonly processors: string;
}

export interface Running {
  /** Octets that its processes have to themselves, and their share of what they have in common. */
  memory(): number;
  stop(): Promise<void>;
}

export const running = (process: RunningProcess): Running => ({
  memory: () => memoryOfGroup(process.pid),
  stop: () => process.kill(),
});

/** proc_pid_smaps_rollup: PSS. */
export function memoryOfGroup(group: number): number {
  let total = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const [, , processGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(processGroup) !== group) continue;
      const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
      total += Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1]) * 1024;
    } catch {
      // It ended meanwhile.
    }
  }
  return total;
}
