import type { Config } from './config/config.js';
import type { Log } from './log/logger.js';
import { createHealth } from './metrics/health.js';
import type { Proxy as RunningProxy } from './proxy.js';
import { createCertificates } from './proxy-certificates.js';
import { listenerOptions, listenOn, receptionOptions } from './proxy-connections.js';
import { createObservation } from './proxy-observation.js';
import { createReload, everyLimit, logLevel, type Reloaded } from './proxy-reload.js';
import { rateLimits, type StateTuning } from './proxy-state.js';
import { turnAway } from './relay/farewell.js';
import { Reception } from './relay/reception.js';
import { Crew } from './workers/crew.js';
import { createCommonState } from './workers/state-calls.js';
import { createWorkerLog } from './workers/worker-log.js';

/** The primary serves nobody itself. */
const IDLE = {
  commands: new Map<string, number>(),
  timings: [],
  octets: { fromClients: 0, toClients: 0 },
  inFlight: { fetch: 0, submission: 0 },
  spool: { octets: 0, files: 0 },
};

/**
 * The proxy in several processes. This one, the primary, accepts connections, counts them against the limits, and hands
 * each to the worker that has fewest; it has the state in memory, the log and the counters. Workers do all the rest.
 */
export async function createWorkersProxy(
  config: Config,
  output: Log,
  tuning: StateTuning,
): Promise<RunningProxy> {
  const observation = await createObservation(config, output);
  const { log, metrics } = observation;
  const health = createHealth();
  const state = config.state.kind === 'memory' ? createCommonState(rateLimits(config.limits)) : undefined;
  const crew = new Crew({
    config,
    tuning,
    log,
    logOf: (worker) => createWorkerLog(observation.logOf(worker), worker),
    state,
  });
  await crew.start();
  const certificates = createCertificates(config, log);
  const listeners = config.listeners.map((listener) =>
    listenerOptions(listener, config, certificates.server),
  );
  const reception = new Reception(
    receptionOptions(config, log, async (arrival) => {
      const { socket, listener, visit } = arrival;
      if (await crew.serve(arrival, listeners.indexOf(listener))) return;
      log.event('session-refused', { address: visit.address, limit: 'workers' });
      turnAway(socket, listener.tls.mode === 'implicit', 'the proxy is starting again');
    }),
  );
  /** Of the last configuration whose certificates could be taken. */
  let shown = config.listeners;
  const replace = (next: Config): boolean => {
    const done = certificates.replace(next);
    if (done) shown = next.listeners;
    return done;
  };
  const close = async (): Promise<void> => {
    observation.phase = 'draining';
    await Promise.all([reception.close(), crew.close()]);
    certificates.close();
    health.close();
    await observation.close();
  };
  try {
    const admin = await observation.open({
      control: {
        ...crew.control,
        async read() {
          log.read({ ...IDLE, process: health.read() });
          await crew.control.read();
        },
      },
      occupancy: () => reception.occupancy,
      staffed: () => crew.staffed,
      expiries: certificates.expiries,
    });
    const addresses = await listenOn(reception, listeners);
    observation.phase = 'running';
    const apply = createReload(config, {
      'tls-cert': replace,
      'tls-client-ca': replace,
      'log-level': logLevel(output),
      // Workers do that.
      'sender-policy': () => true,
      ...everyLimit(({ limits }) => {
        reception.setLimits(limits);
        state?.rates.replace(rateLimits(limits));
        return true;
      }),
    });
    const reload = (next: Config): Reloaded => {
      const reloaded = apply(next);
      crew.reload({ ...next, listeners: shown });
      return reloaded;
    };
    return {
      addresses,
      admin,
      log,
      metrics,
      reload,
      close,
      get draining() {
        return observation.phase === 'draining';
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
