import { Activity, SAMPLE_MS } from './admin/activity.js';
import { loadPage } from './admin/page/page.js';
import { Refusals } from './admin/refusals.js';
import { type AdminServer, startAdminServer } from './admin/server.js';
import type { Phase } from './admin/view.js';
import type { Config } from './config/config.js';
import type { Log } from './log/logger.js';
import type { Octets } from './metrics/readings.js';
import type { Observed } from './proxy-observation.js';
import { createProbes, urlOf } from './proxy-probes.js';
import { lowerCase } from './send/sender-policy.js';
import { VERSION } from './version.js';

/** The admin listener, and what it remembers. */
export interface Admin {
  /** A log that it learns from, which passes on to `log`. */
  watching(log: Log): Log;
  /** Resolves with its URL. Rejects with what the system says. */
  open(sources: Sources): Promise<string>;
  close(): Promise<void>;
}

export interface Sources extends Observed {
  readonly log: Log;
  readonly octets: Octets;
  metrics(): Promise<string>;
  phase(): Phase;
}

export function createAdmin(config: Config): Admin {
  const { admin, workers, upstream, submission } = config;
  if (admin.kind === 'off') throw new Error('proxy: an admin listener without an address');
  const activity = new Activity();
  const probes = createProbes(config);
  const facts = {
    version: VERSION,
    startedAt: new Date().toISOString(),
    workers,
    upstream: urlOf('imap', upstream),
    submission: urlOf('smtp', submission),
  };
  let server: AdminServer | undefined;
  let sampler: NodeJS.Timeout | undefined;
  return {
    watching: (log) => activity.watching(log),
    async open({ control, occupancy, log, octets, metrics, phase }) {
      const view = {
        facts,
        activity,
        readiness: probes.readiness,
        refusals: new Refusals((users) => control.refuse(users), lowerCase),
        get phase() {
          return phase();
        },
        occupancy,
        sessions: control.sessions,
        end: control.end,
        metrics,
      };
      server = await startAdminServer({ ...admin, view, page: loadPage(), log });
      sampler = setInterval(() => void control.read().then(() => activity.sample(octets)), SAMPLE_MS).unref();
      return server.url;
    },
    async close() {
      clearInterval(sampler);
      await server?.close();
      probes.close();
    },
  };
}
