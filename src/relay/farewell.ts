import type net from 'node:net';
import { byeLine } from '../imap/status.js';
import type { CloseReason } from './close-reason.js';
import type { Leg } from './leg.js';
import type { Dialed } from './upstream.js';
import type { Dismissal, Visit } from './visit.js';

/** Says goodbye before there is a session; under TLS that would take a handshake, which is what a limit has to save. */
export function turnAway(socket: net.Socket, implicitTls: boolean, text: string): void {
  if (!implicitTls) socket.write(byeLine('UNAVAILABLE', text));
  socket.destroySoon();
}

export function unreachable({ phase, cause, timedOut }: Extract<Dialed, { kind: 'failed' }>): Dismissal {
  const reason: CloseReason = timedOut
    ? { side: 'upstream', cause: 'timeout', phase }
    : { side: 'upstream', cause: 'error', code: `${phase}: ${cause}` };
  const silent = timedOut && (phase === 'greeting' || phase === 'id');
  return { reason, text: silent ? 'the mail server does not answer' : 'the mail server cannot be reached' };
}

/**
 * Resolves when the client has the line and is gone: within so many milliseconds, or, once the visit is dismissed, without
 * waiting for it. Its place may be somebody else's by then.
 */
export function farewell(client: Leg, line: Buffer, lingerMs: number | 'now', visit: Visit): Promise<void> {
  return new Promise((resolve) => {
    const timer = lingerMs === 'now' ? undefined : setTimeout(() => client.destroy(), lingerMs);
    visit.whenDismissed(() => client.destroySoon());
    client.listen({
      chunk: () => {},
      ended: () => {},
      drained: () => {},
      closed: () => {
        clearTimeout(timer);
        resolve();
      },
    });
    client.write(line);
    if (lingerMs === 'now') client.destroySoon();
    else client.end();
  });
}
