import type { RunningProcess } from '../../test/support/process.js';
import { processesOfGroup } from '../../test/support/process-group.js';

/** Something between the load generator and the upstream. */
export interface Contender {
  readonly name: ContenderName;
  /** False if it cannot have several workers. Default: it can. */
  takesWorkers?(): Promise<boolean>;
  start(setting: Setting): Promise<Running>;
}

export const CONTENDER_NAMES = [
  'direct',
  'imap-send-proxy',
  'HAProxy TCP',
  'HAProxy splice',
  'nginx mail',
  'nginx mail 64k',
  'Dovecot proxy',
  'Node pipe',
  'Node onread',
] as const;
export type ContenderName = (typeof CONTENDER_NAMES)[number];

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
  pids(): readonly number[];
  stop(): Promise<void>;
}

export const running = (process: RunningProcess): Running => ({
  pids: () => processesOfGroup(process.pid),
  stop: () => process.kill(),
});
