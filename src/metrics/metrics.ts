import { Counter, Gauge, Registry } from 'prom-client';
import type { Events } from '../log/events.js';
import type { Log } from '../log/logger.js';

/** Numbers about a running proxy, in the form that Prometheus reads. Never labelled by user or address. */
export interface Metrics {
  /** A log that counts what is logged, and passes it on to `log`. One for each process whose events come here. */
  counting(log: Log): CountingLog;
  /** All of them, in the Prometheus text format. */
  text(): Promise<string>;
}

export interface CountingLog extends Log {
  /** That process ended: its Redis fails no more. */
  gone(): void;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Counter<Label>({ name: `imap_send_proxy_${name}`, help, labelNames, registers });
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `imap_send_proxy_${name}`, help, registers });

  const sessions = gauge('sessions', 'Sessions that are open.');
  const opened = counter('sessions_total', 'Connections of clients that were accepted.');
  const refused = counter('sessions_refused_total', 'Connections that a limit turned away.', ['limit']);
  const headers = counter('proxy_headers_refused_total', 'Connections without a proper PROXY header.', [
    'cause',
  ]);
  const closed = counter('sessions_closed_total', 'Sessions that ended.', ['side', 'cause']);
  const octets = counter('client_octets_total', 'Octets to and from clients.', ['direction']);
  const logins = counter('logins_total', 'Answers of upstream to LOGIN and AUTHENTICATE.', ['result']);
  const desyncs = counter('desyncs_total', 'Streams that could not be followed with certainty.', [
    'side',
    'cause',
  ]);
  const sends = counter('messages_total', 'Messages of SEND commands.', ['outcome', 'command']);
  const degraded = gauge('ledger_degraded', 'Processes that go by their own memory, as Redis fails.');
  const degradations = counter('ledger_degradations_total', 'How often Redis failed.');
  const workers = gauge('workers', 'Worker processes that run; 0 with one process.');
  const lost = counter('workers_lost_total', 'Worker processes that ended without being told to.');
  const faults = counter('internal_errors_total', 'Faults of the proxy itself.');

  const count: { readonly [K in keyof Events]?: (fields: Events[K]) => void } = {
    'worker-started': () => workers.inc(),
    'worker-lost': () => {
      workers.dec();
      lost.inc();
    },
    'session-opened': () => {
      opened.inc();
      sessions.inc();
    },
    'session-refused': ({ limit }) => refused.inc({ limit }),
    'proxy-header-refused': ({ cause }) => headers.inc({ cause }),
    'session-closed': ({ side, cause, bytesFromClient, bytesToClient }) => {
      sessions.dec();
      // Errors are told in the words of systems and peers, of which there is no end.
      closed.inc({ side, cause: cause.replace(/^(error|desync) .*/s, '$1') });
      octets.inc({ direction: 'in' }, bytesFromClient);
      octets.inc({ direction: 'out' }, bytesToClient);
    },
    login: () => logins.inc({ result: 'ok' }),
    'login-failed': () => logins.inc({ result: 'failed' }),
    desync: ({ side, cause }) => desyncs.inc({ side, cause }),
    send: ({ outcome, command }) => sends.inc({ outcome, command: command ?? '' }),
    'ledger-degraded': () => degradations.inc(),
    'internal-error': () => faults.inc(),
  };
  return {
    counting(log) {
      let isDegraded = 0;
      const degrade = (is: 0 | 1): void => {
        degraded.inc(is - isDegraded);
        isDegraded = is;
      };
      return {
        event(name, fields) {
          if (name === 'ledger-degraded') degrade(1);
          if (name === 'ledger-restored') degrade(0);
          count[name]?.(fields);
          log.event(name, fields);
        },
        gone: () => degrade(0),
      };
    },
    text: () => registry.metrics(),
  };
}
