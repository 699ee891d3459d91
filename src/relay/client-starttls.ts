import type net from 'node:net';
import type { TLSSocket } from 'node:tls';
import { taggedLine } from '../imap/status.js';
import type { Log } from '../log/logger.js';
import type { SessionEnd, SessionParts } from './session-end.js';

export interface ClientStartTls {
  readonly parts: SessionParts;
  readonly end: SessionEnd;
  readonly log: Log;
  /** Of the command. */
  readonly tag: string;
  readonly startTls: (plain: net.Socket) => Promise<TLSSocket>;
}

/**
 * Answers STARTTLS of a client, and does the handshake. Nothing of upstream reaches the client until `over` is called, with
 * the error if there is one; never when there is no handshake, as the session ends.
 */
export function startClientTls(
  { parts, end, log, tag, startTls }: ClientStartTls,
  over: (error?: NodeJS.ErrnoException) => void,
): void {
  const { id, client, fromClient, clientFlow, serverFlow } = parts;
  serverFlow.betweenResponses(() => {
    if (end.clientEnded) {
      clientFlow.stop();
      end.passOn();
    } else if (fromClient.rest.length > 0) {
      // A command that came in clear must not be carried out under TLS (CVE-2011-0411).
      const reason = { side: 'client', cause: 'octets-before-tls' } as const;
      log.event('desync', { session: id, ...reason });
      end.close(reason, undefined, 'octets follow STARTTLS, closing');
    } else {
      serverFlow.suspend();
      const goAhead = taggedLine(tag, { status: 'OK', text: 'begin TLS negotiation now' });
      void client.upgrade(goAhead, startTls).then(() => over(), over);
    }
  });
}
