import type { Occupancy, Phase } from './admin/view.js';
import type { Config } from './config/config.js';
import type { Log } from './log/logger.js';
import { type CountingLog, createMetrics, type Expiry } from './metrics/metrics.js';
import type { CommonControl } from './proxy-control.js';

/** What is observed. */
export interface Observed {
  readonly control: CommonControl;
  occupancy(): Occupancy;
  /** Whether there is a process for clients. */
  staffed(): boolean;
  expiries(): readonly Expiry[];
}

/** A running proxy as it is seen from outside: its log, its counters, and the admin listener if there is one. */
export interface Observation {
  /** Of this process; what is logged is counted. */
  readonly log: CountingLog;
  /** Of a worker process. */
  logOf(worker: number): CountingLog;
  /** What was counted so far, in the Prometheus text format. */
  metrics(): Promise<string>;
  /** Resolves with the URL of the admin listener, if there is one. Rejects with what the system says. */
  open(observed: Observed): Promise<string | undefined>;
  /** Clients are served from here on, or are on their way out. */
  phase: Phase;
  close(): Promise<void>;
}

export async function createObservation(config: Config, output: Log): Promise<Observation> {
  const { admin } = config;
  // What is not used is not loaded.
  const { createAdmin } = admin.kind === 'off' ? {} : await import('./proxy-admin.js');
  const metrics = createMetrics({ runtime: createAdmin !== undefined });
  const desk = createAdmin?.(config);
  const watched = desk?.watching(output) ?? output;
  const log = metrics.counting(watched);
  let observed: Observed | undefined;
  const text = async (): Promise<string> => {
    await observed?.control.read();
    metrics.certificates(observed?.expiries() ?? []);
    return metrics.text();
  };
  const observation: Observation = {
    log,
    logOf: (worker) => metrics.counting(watched, String(worker)),
    metrics: text,
    async open(what) {
      observed = what;
      return desk?.open({
        ...what,
        log,
        metrics: text,
        octets: metrics.octets,
        phase: () =>
          observation.phase === 'running' && !what.staffed() ? 'without-workers' : observation.phase,
      });
    },
    phase: 'starting',
    close: async () => desk?.close(),
  };
  return observation;
}
