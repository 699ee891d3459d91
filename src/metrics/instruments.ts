import { Counter, collectDefaultMetrics, Gauge, Histogram, type Registry } from 'prom-client';
import {
  CATALOGUE,
  type Described,
  type LabelsOf,
  type MetricName,
  type NameOf,
  PREFIX,
} from './catalogue.js';

/** The metrics of the catalogue, by their names. */
export interface Instruments {
  counter<Name extends NameOf<'counter'>>(name: Name): Counter<LabelsOf<Name>>;
  gauge<Name extends NameOf<'gauge'>>(name: Name): Gauge<LabelsOf<Name>>;
  histogram<Name extends NameOf<'histogram'>>(name: Name): Histogram<LabelsOf<Name>>;
}

/** Makes all of them, in the order of the catalogue. */
export function createInstruments(registry: Registry): Instruments {
  const made = new Map<string, unknown>();
  for (const [name, described] of Object.entries<Described>(CATALOGUE)) {
    const { kind, help, labels: labelNames = [], buckets = [] } = described;
    const options = { name: `${PREFIX}${name}`, help, labelNames: [...labelNames], registers: [registry] };
    switch (kind) {
      case 'counter':
        made.set(name, new Counter(options));
        break;
      case 'gauge':
        made.set(name, new Gauge(options));
        break;
      case 'histogram':
        made.set(name, new Histogram({ ...options, buckets: [...buckets] }));
    }
  }
  const find = (name: MetricName): unknown => made.get(name);
  return {
    counter: (name) => find(name) as Counter<never>,
    gauge: (name) => find(name) as Gauge<never>,
    histogram: (name) => find(name) as Histogram<never>,
  };
}

/**
 * Of this process and of Node.js, as prom-client has them. But not those that count handles: they go through all sessions
 * each time, and are gauges that are named like counters.
 */
export function addRuntime(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  for (const kind of ['resources', 'handles', 'requests']) {
    registry.removeSingleMetric(`nodejs_active_${kind}`);
    registry.removeSingleMetric(`nodejs_active_${kind}_total`);
  }
}
