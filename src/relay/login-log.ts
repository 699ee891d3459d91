import type { ServerEvent } from '../gate/server-side.js';
import type { Log } from '../log/logger.js';

/** Logs who logged in, or tried to. Without the secret, which `Login` shows to nobody who does not ask for it. */
export function logLogin(log: Log, session: string, address: string, event: ServerEvent): void {
  switch (event.kind) {
    case 'login':
      log.event('login', { session, user: event.login?.user ?? '', method: event.method, address });
      break;
    case 'login-failed': {
      const { method, login, reply } = event;
      // The address stands before all that a peer chose: nobody can forge it for who reads from the left, as fail2ban does.
      log.event('login-failed', { session, address, method, reply, user: login?.user });
      break;
    }
    default:
      break;
  }
}
