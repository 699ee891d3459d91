import type { Instruments } from './instruments.js';
import type { Octets, Readings } from './readings.js';

/** What one process adds to the gauges that are for all of them, and those that it has for itself. */
export interface ProcessGauges {
  /** Returns what passed since the last readings. */
  read(readings: Readings): Octets;
  /** It goes by its own memory, as Redis fails. */
  degraded(is: boolean): void;
  /** Somebody saw the numbers. */
  shown(): void;
  /** It ended, and all that it had. */
  gone(): void;
}

export function createProcessGauges({ gauge, counter }: Instruments, process: string): ProcessGauges {
  let last = { octets: { fromClients: 0, toClients: 0 }, cpuSeconds: 0 };
  let worstLag = 0;
  /** What this process has of each. */
  const shares = new Map<string, number>();
  const share = (key: string, value: number, add: (difference: number) => void): void => {
    add(value - (shares.get(key) ?? 0));
    shares.set(key, value);
  };
  const show = ({ inFlight, spool }: Pick<Readings, 'inFlight' | 'spool'>): void => {
    for (const stage of ['fetch', 'submission'] as const) {
      share(stage, inFlight[stage], (more) => gauge('messages_in_flight').inc({ stage }, more));
    }
    share('octets', spool.octets, (more) => gauge('spool_bytes').inc(more));
    share('files', spool.files, (more) => gauge('spool_files').inc(more));
  };
  const degraded = (is: boolean): void =>
    share('degraded', is ? 1 : 0, (more) => gauge('ledger_degraded').inc(more));
  return {
    degraded,
    read(readings) {
      const { octets, process: health } = readings;
      const passed = {
        fromClients: octets.fromClients - last.octets.fromClients,
        toClients: octets.toClients - last.octets.toClients,
      };
      counter('cpu_seconds_total').inc({ process }, health.cpuSeconds - last.cpuSeconds);
      last = { octets, cpuSeconds: health.cpuSeconds };
      show(readings);
      worstLag = Math.max(worstLag, health.lagSeconds);
      gauge('event_loop_lag_seconds').set({ process }, worstLag);
      gauge('resident_memory_bytes').set({ process }, health.residentOctets);
      return passed;
    },
    shown() {
      worstLag = 0;
    },
    gone() {
      degraded(false);
      show({ inFlight: { fetch: 0, submission: 0 }, spool: { octets: 0, files: 0 } });
      gauge('event_loop_lag_seconds').remove({ process });
      gauge('resident_memory_bytes').remove({ process });
    },
  };
}
