import { loadOptions } from './config/load.js';
import { entryLog, type LogEntry } from './log/entries.js';
import { createProxy as start } from './proxy.js';
import type { ProxyOptions } from './proxy-options.js';
import type { Reloaded } from './proxy-reload.js';
import { explainStart } from './start-error.js';

/** A proxy that runs in this program. */
export interface RunningProxy {
  /** URLs of the listeners with the real ports, in the order of `listen`. */
  readonly addresses: readonly string[];
  /** URL of the admin listener, if there is one. */
  readonly admin: string | undefined;
  /** What was counted so far, in the Prometheus text format (docs/metrics.md). */
  metrics(): Promise<string>;
  /**
   * Goes on with these options, all of them, and with what the files that they name say now, as SIGHUP does for the
   * program. Sessions are not touched. What cannot change while it runs is in `needsRestart`.
   *
   * @throws {ConfigError} all stays as it was
   */
  reload(options: ProxyOptions): Reloaded;
  /**
   * Stops accepting, lets messages in flight finish, and ends all sessions within `drain-timeout`. Called again, it waits for
   * the same.
   */
  close(): Promise<void>;
}

export interface Surroundings {
  /** Told of each event, at once (docs/logging.md). What it throws is dropped. Default: nothing is logged. */
  readonly log?: ((entry: LogEntry) => void) | undefined;
}

/**
 * Starts a proxy in this program; with `workers`, and then in processes of their own, too. It reads no environment and no
 * command line, handles no signal, and ends when `close` was called, never the program.
 *
 * @throws {ConfigError} an option cannot be used; nothing was started
 * @throws {StartError} the system does not let it start
 */
export async function createProxy(
  options: ProxyOptions = {},
  { log }: Surroundings = {},
): Promise<RunningProxy> {
  const config = loadOptions({ ...options });
  const proxy = await start(config, entryLog(log ?? (() => {}))).catch((error) => {
    throw explainStart(error);
  });
  let closed: Promise<void> | undefined;
  return {
    addresses: proxy.addresses.map(({ url }) => url),
    admin: proxy.admin,
    metrics: () => proxy.metrics(),
    reload: (next) => proxy.reload(loadOptions({ ...next })),
    close: () => {
      closed ??= proxy.close();
      return closed;
    },
  };
}
