import { loadConfig } from '../../src/config/load.js';
import type { EventName, Events } from '../../src/log/events.js';
import type { Log } from '../../src/log/logger.js';
import { createProxy } from '../../src/proxy.js';

export interface RunningProxy {
  /** Of the first listener. */
  readonly port: number;
  readonly ports: readonly number[];
  /** What was logged, in order. */
  readonly logged: readonly { readonly event: EventName; readonly fields: Events[EventName] }[];
  /** Resolves with the first logged event of that name. */
  seen<K extends EventName>(event: K): Promise<Events[K]>;
  /** In the Prometheus text format. */
  metrics(): Promise<string>;
  stop(): Promise<void>;
}

/** A proxy in this process, configured by the flags of `serve`. */
export async function startProxy(flags: Record<string, string | string[] | boolean>): Promise<RunningProxy> {
  const logged: { event: EventName; fields: Events[EventName] }[] = [];
  let wake = (): void => {};
  const log: Log = {
    event(event, fields) {
      logged.push({ event, fields });
      wake();
    },
  };
  const texts = Object.fromEntries(
    Object.entries(flags).map(([key, value]) => [
      key,
      value === true ? 'true' : value === false ? 'false' : value,
    ]),
  );
  const config = loadConfig({ listen: ['imap://127.0.0.1:0'], 'drain-timeout': '2s', ...texts }, {});
  const proxy = await createProxy(config, log);
  const ports = proxy.addresses.map(({ url }) => Number(new URL(url).port));
  return {
    port: ports[0] as number,
    ports,
    logged,
    async seen<K extends EventName>(event: K): Promise<Events[K]> {
      for (let tries = 0; tries < 1_000; tries++) {
        const found = logged.find((entry) => entry.event === event);
        if (found !== undefined) return found.fields as Events[K];
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, 10);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      throw new Error(`nothing logged as ${event}`);
    },
    metrics: () => proxy.metrics(),
    stop: () => proxy.close(),
  };
}
