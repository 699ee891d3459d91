import type { Report } from './readiness.js';
import { json, type Reply } from './reply.js';
import type { AdminView } from './view.js';

/** Why nobody looks at the servers behind us. */
const OUT_OF_SERVICE = {
  starting: 'the listeners are not open yet',
  'without-workers': 'all worker processes have ended, and are being replaced',
  draining: 'the proxy is stopping',
} as const;

/** What the servers say is only for those who may know: `trusted`. */
export async function readyReply(view: AdminView, trusted: boolean): Promise<Reply> {
  const { ok, checks } = await reportOf(view);
  const shown = trusted ? checks : checks.map(({ detail, ...check }) => check);
  return json({ ok, checks: shown }, ok ? 200 : 503);
}

async function reportOf({ phase, readiness }: AdminView): Promise<Report> {
  return phase === 'running' ? readiness.look() : outOfService(phase);
}

function outOfService(phase: keyof typeof OUT_OF_SERVICE): Report {
  const check = { name: phase, ok: false, required: true, detail: OUT_OF_SERVICE[phase] };
  return { ok: false, checks: [check] };
}

function readyOf(phase: AdminView['phase'], readiness: AdminView['readiness']): Report | null {
  switch (phase) {
    case 'running':
      return readiness.peek() ?? null;
    case 'without-workers':
      return outOfService(phase);
    case 'starting':
    case 'draining':
      return null;
  }
}

/** What the status page shows, but the sessions. */
export function statusOf(view: AdminView): unknown {
  const { facts, activity, phase, readiness, refusals } = view;
  return {
    ...facts,
    now: new Date().toISOString(),
    draining: phase === 'draining',
    sessions: view.occupancy(),
    ready: readyOf(phase, readiness),
    rates: activity.rates,
    recentSends: activity.recentSends,
    refusedUsers: refusals.users,
  };
}
