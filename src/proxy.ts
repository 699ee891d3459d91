import type { Config } from './config/config.js';
import type { Log } from './log/logger.js';
import { listenOn, receptionOptions } from './proxy-connections.js';
import { commonControl } from './proxy-control.js';
import { createObservation } from './proxy-observation.js';
import { createReload, everyLimit, logLevel, type Reloaded } from './proxy-reload.js';
import { createServing } from './proxy-serving.js';
import { createState, type StateTuning } from './proxy-state.js';
import { Reception } from './relay/reception.js';

/** A running proxy. */
export interface Proxy {
  readonly addresses: readonly { readonly url: string }[];
  /** URL of the admin listener, if there is one. */
  readonly admin: string | undefined;
  /** The log that was given; what is logged here is counted, too. */
  readonly log: Log;
  /** `close` was called. */
  readonly draining: boolean;
  /** What was counted so far, in the Prometheus text format. */
  metrics(): Promise<string>;
  /**
   * Goes on with another configuration, as far as that is possible without a restart: certificates, limits, sender policy,
   * and the level of the log where that has one to set. Sessions are not touched. Throws nothing for a configuration that `loadConfig` gave.
   */
  reload(config: Config): Reloaded;
  /** Stops accepting, lets messages in flight finish, ends all sessions within the drain time-out. */
  close(): Promise<void>;
}

/**
 * Puts the parts together and starts listening: in this process, or with several workers in theirs. Rejects with what the
 * system says when it cannot.
 */
export async function createProxy(config: Config, output: Log, tuning: StateTuning = {}): Promise<Proxy> {
  if (config.workers > 1) {
    // What one process does not need it does not load.
    const { createWorkersProxy } = await import('./proxy-workers.js');
    return createWorkersProxy(config, output, tuning);
  }
  const observation = await createObservation(config, output);
  const { log, metrics } = observation;
  const outlets = { log, certificateLog: log, noted: log.noted };
  const serving = createServing(config, outlets, (meter) => createState(config, log, tuning, meter));
  const reception = new Reception(receptionOptions(config, log, (arrival) => serving.relay.serve(arrival)));
  const close = async (): Promise<void> => {
    observation.phase = 'draining';
    await Promise.all([reception.close(), serving.close()]);
    await observation.close();
  };
  try {
    const admin = await observation.open({
      control: commonControl(serving.control, log.read),
      occupancy: () => reception.occupancy,
      staffed: () => true,
      expiries: serving.certificates.expiries,
    });
    const addresses = await listenOn(reception, serving.listeners);
    observation.phase = 'running';
    const { replace } = serving.certificates;
    const apply = createReload(config, {
      'tls-cert': replace,
      'tls-client-ca': replace,
      'log-level': logLevel(output),
      'sender-policy': ({ senderPolicy }) => serving.senders.replace(senderPolicy),
      ...everyLimit(({ limits }) => {
        reception.setLimits(limits);
        serving.setLimits(limits);
        return true;
      }),
    });
    const reload = (next: Config): Reloaded => {
      const reloaded = apply(next);
      serving.senders.look();
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
