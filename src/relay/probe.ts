import { readResponseHead } from '../imap/response.js';
import { type Announcement, announce } from './announcement.js';
import type { Leg } from './leg.js';
import { type Dialed, dialUpstream, type UpstreamOptions } from './upstream.js';
import { type Dismissal, Visit } from './visit.js';

/** Octets of a greeting that are read: the rest of a longer one says nothing more. */
const MAX_GREETING = 8 * 1024;

const LATE: Dismissal = {
  reason: { side: 'upstream', cause: 'timeout', phase: 'connect' },
  text: 'too late',
};

/** Connects to upstream as for a client. It is told that no client is behind the connection. Never rejects. */
export function dialForNobody(
  upstream: UpstreamOptions,
  announcement: Announcement,
  signal: AbortSignal,
): Promise<Dialed> {
  const nowhere = { address: '', port: 0 };
  const told = announce({ ...announcement, id: false }, { ...nowhere, to: nowhere }, undefined, '');
  const visit = new Visit('');
  const giveUp = (): void => visit.dismiss(LATE);
  signal.addEventListener('abort', giveUp);
  if (signal.aborted) giveUp();
  return dialUpstream({ ...upstream, ...told }, visit);
}

/** Whether upstream greets, and what is wrong if not. */
export async function probeUpstream(
  upstream: UpstreamOptions,
  announcement: Announcement,
  signal: AbortSignal,
): Promise<{ readonly ok: boolean; readonly detail: string }> {
  const dialed = await dialForNobody(upstream, announcement, signal);
  if (dialed.kind === 'failed') return { ok: false, detail: `${dialed.phase}: ${dialed.cause}` };
  const greeting = await readGreeting(dialed.leg, dialed.greeting, signal);
  if (greeting === '') return { ok: false, detail: 'greeting: none' };
  const head = readResponseHead(Buffer.from(`${greeting}\r\n`, 'latin1'), 0);
  const status = head.kind === 'status' && head.tag === undefined ? head.status : undefined;
  const ok = status === 'OK' || status === 'PREAUTH';
  return { ok, detail: ok ? 'greets' : `greeting: ${greeting}` };
}

/** The first line, without its end; empty when there is none. Leaves in order, so that nobody takes it for an attack. */
function readGreeting(leg: Leg, early: Buffer, signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    let read: string | undefined = '';
    const leave = (): void => {
      if (read === undefined) return;
      signal.removeEventListener('abort', leave);
      resolve(/^[^\r\n]*(?=\r?\n)/.exec(read)?.[0] ?? '');
      read = undefined;
      leg.write(Buffer.from('P LOGOUT\r\n'));
      leg.destroySoon();
    };
    const take = (octets: Buffer): void => {
      if (read === undefined) return;
      read += octets.toString('latin1');
      if (read.includes('\n') || read.length > MAX_GREETING) leave();
    };
    signal.addEventListener('abort', leave);
    leg.listen({ chunk: take, ended: leave, drained: () => {}, closed: leave });
    take(early);
    if (signal.aborted) leave();
  });
}
