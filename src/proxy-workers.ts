import type { Config } from './config/config.js';
import type { Log } from './log/logger.js';
import { createMetrics } from './metrics/metrics.js';
import type { Proxy as RunningProxy } from './proxy.js';
import { createCertificates } from './proxy-certificates.js';
import { listenerOptions, listenOn, receptionOptions } from './proxy-connections.js';
import { createReload } from './proxy-reload.js';
import type { StateTuning } from './proxy-state.js';
import { turnAway } from './relay/farewell.js';
import { Reception } from './relay/reception.js';
import { Crew } from './workers/crew.js';
import { createCommonState } from './workers/state-calls.js';
import { createWorkerLog } from './workers/worker-log.js';

/**
 * The proxy in several processes. This one, the primary, accepts connections, counts them against the limits, and hands
 * each to the worker that has fewest; it has the state in memory, the log and the counters. Workers do all the rest.
 */
export async function createWorkersProxy(
  config: Config,
  output: Log,
  tuning: StateTuning,
): Promise<RunningProxy> {
  const metrics = createMetrics();
  const log = metrics.counting(output);
  const { messageRate: messages, recipientRate: recipients } = config.limits;
  const crew = new Crew({
    config,
    tuning,
    log,
    logOf: (worker) => createWorkerLog(metrics.counting(output), worker),
    state: config.state.kind === 'memory' ? createCommonState({ messages, recipients }) : undefined,
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
  const replace = (next: Config): boolean => {
    const done = certificates.replace(next);
    if (done) crew.reload(next);
    return done;
  };
  const close = async (): Promise<void> => {
    await Promise.all([reception.close(), crew.close()]);
    certificates.close();
  };
  try {
    const addresses = await listenOn(reception, listeners);
    const reload = createReload(config, { 'tls-cert': replace, 'tls-client-ca': replace });
    return { addresses, metrics: metrics.text, reload, close };
  } catch (error) {
    await close();
    throw error;
  }
}
