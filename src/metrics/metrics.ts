import { Registry } from 'prom-client';
import type { Log } from '../log/logger.js';
import { VERSION } from '../version.js';
import type { NameOf } from './catalogue.js';
import { countEvents } from './count-events.js';
import { addRuntime, createInstruments, type Instruments } from './instruments.js';
import { commandLabel } from './labels.js';
import type { Notes, Timed, Timing } from './meter.js';
import { createProcessGauges, type ProcessGauges } from './process-gauges.js';
import type { Octets, Readings } from './readings.js';

/** Numbers about a running proxy, in the form that Prometheus reads. Never labelled by user or address. */
export interface Metrics {
  /**
   * A log that counts what is logged, and passes it on to `log`. One for each process whose events come here.
   * @param process what it is called in labels; a worker by its number.
   */
  counting(log: Log, process?: string): CountingLog;
  /** Octets from and to clients, as far as processes were asked. */
  readonly octets: Octets;
  /** The certificates that listeners show, now. */
  certificates(shown: readonly Expiry[]): void;
  /** All of them, in the Prometheus text format. */
  text(): Promise<string>;
}

/** The media type of `text`. */
export const PROMETHEUS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

export interface Expiry {
  /** The first name in the certificate. */
  readonly name: string;
  readonly keyType: string;
  /** Milliseconds since 1970. */
  readonly notAfter: number;
}

export interface CountingLog extends Log {
  /** What the process noted, unasked. */
  noted(notes: Notes): void;
  /** What it says when it is asked. */
  read(readings: Readings): void;
  /** That process ended, and all that it had. */
  gone(): void;
}

/** @param runtime adds the metrics of this process and of Node.js, which cost a little even while nobody reads them. */
export function createMetrics({ runtime = false } = {}): Metrics {
  const registry = new Registry();
  const instruments = createInstruments(registry);
  const { counter, gauge } = instruments;
  gauge('build_info').set({ version: VERSION }, 1);
  gauge('configuration_last_reload_successful').set(1);
  gauge('configuration_last_reload_success_timestamp_seconds').setToCurrentTime();
  if (runtime) addRuntime(registry);

  const count = countEvents(instruments);
  const octets = { fromClients: 0, toClients: 0 };
  const passed = ({ fromClients, toClients }: Octets): void => {
    octets.fromClients += fromClients;
    octets.toClients += toClients;
    counter('client_octets_total').inc({ direction: 'in' }, fromClients);
    counter('client_octets_total').inc({ direction: 'out' }, toClients);
  };
  const noted = ({ commands, timings }: Notes): void => {
    for (const [name, times] of commands) {
      counter('commands_total').inc({ command: commandLabel(name) }, times);
    }
    for (const timing of timings) record(instruments, timing);
  };
  const processes = new Set<ProcessGauges>();
  return {
    octets,
    counting(log, process = 'primary') {
      const gauges = createProcessGauges(instruments, process);
      processes.add(gauges);
      return {
        event(name, fields) {
          if (name === 'ledger-degraded') gauges.degraded(true);
          if (name === 'ledger-restored') gauges.degraded(false);
          count(name, fields);
          log.event(name, fields);
        },
        noted,
        read(readings) {
          noted(readings);
          passed(gauges.read(readings));
        },
        gone() {
          gauges.gone();
          processes.delete(gauges);
        },
      };
    },
    certificates(shown) {
      const expiry = gauge('certificate_expiry_timestamp_seconds');
      expiry.reset();
      for (const { name, keyType, notAfter } of shown) {
        expiry.set({ name, key_type: keyType }, notAfter / 1000);
      }
    },
    async text() {
      const text = await registry.metrics();
      for (const gauges of processes) gauges.shown();
      return text;
    },
  };
}

const DURATION_OF = {
  login: 'login_duration_seconds',
  'upstream-connect': 'upstream_connect_duration_seconds',
  'message-fetch': 'message_fetch_duration_seconds',
  'message-submission': 'message_submission_duration_seconds',
} as const satisfies Record<Exclude<Timed, 'ledger' | 'redis'>, NameOf<'histogram'>>;

function record({ counter, histogram }: Instruments, timing: Timing): void {
  const { what, seconds, failed, operation = '' } = timing;
  switch (what) {
    case 'ledger':
      if (failed) counter('ledger_errors_total').inc({ operation });
      histogram('ledger_operation_duration_seconds').observe({ operation }, seconds);
      break;
    case 'redis':
      if (failed) counter('redis_errors_total').inc();
      histogram('redis_request_duration_seconds').observe(seconds);
      break;
    default:
      histogram(DURATION_OF[what]).observe(seconds);
  }
}
