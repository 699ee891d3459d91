import type { EventName, Events } from '../log/events.js';
import type { Log } from '../log/logger.js';
import type { CountingLog } from '../metrics/metrics.js';

/** What is logged of one worker: with its number, and to the end also for sessions that it cannot tell the end of. */
export interface WorkerLog extends Log, Pick<CountingLog, 'noted' | 'read'> {
  /** The worker ended: so did its sessions. How many there were. */
  lost(): number;
}

interface Open {
  readonly since: number;
  user?: string;
}

export function createWorkerLog(log: CountingLog, worker: number): WorkerLog {
  const open = new Map<string, Open>();
  // Behind the other fields: filters read lines from the left (deploy/fail2ban).
  const event = <Name extends EventName>(name: Name, fields: Events[Name]): void =>
    log.event(name, { ...fields, worker });

  function follow<Name extends EventName>(name: Name, fields: Events[Name]): void {
    if (!('session' in fields) || fields.session === undefined) return;
    const { session } = fields;
    if (name === 'session-opened') open.set(session, { since: Date.now() });
    if (name === 'session-closed') open.delete(session);
    const known = open.get(session);
    if (name === 'login' && known !== undefined && 'user' in fields && fields.user) known.user = fields.user;
  }

  return {
    event(name, fields) {
      follow(name, fields);
      event(name, fields);
    },
    noted: log.noted,
    read: log.read,
    lost() {
      const count = open.size;
      for (const [session, { since, user }] of open) {
        const seconds = (Date.now() - since) / 1000;
        const reason = { side: 'proxy', cause: 'worker' } as const;
        // How much passed, only the worker knew.
        event('session-closed', { session, ...reason, seconds, bytesFromClient: 0, bytesToClient: 0, user });
      }
      open.clear();
      log.gone();
      return count;
    },
  };
}
