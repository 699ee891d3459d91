import type { Config } from '../../src/config/config.js';
import { loadConfig } from '../../src/config/load.js';
import type { EventName, Events } from '../../src/log/events.js';
import type { Log } from '../../src/log/logger.js';
import { createProxy } from '../../src/proxy.js';
import type { Reloaded } from '../../src/proxy-reload.js';

export interface RunningProxy {
  /** Of the first listener. */
  readonly port: number;
  readonly ports: readonly number[];
  /** URL of the admin listener, if there is one. */
  readonly admin: string | undefined;
  /** What was logged, in order. */
  readonly logged: readonly { readonly event: EventName; readonly fields: Events[EventName] }[];
  /** Resolves with the first logged event of that name. */
  seen<K extends EventName>(event: K): Promise<Events[K]>;
  /** In the Prometheus text format. */
  metrics(): Promise<string>;
  /** As at SIGHUP, when these flags change and the others stay. */
  reload(changed: Flags): Reloaded;
  stop(): Promise<void>;
}

type Flags = Readonly<Record<string, string | string[] | boolean>>;

/** A proxy in this process, configured by the flags of `serve`. */
export async function startProxy(flags: Flags): Promise<RunningProxy> {
  const logged: { event: EventName; fields: Events[EventName] }[] = [];
  let wake = (): void => {};
  const log: Log = {
    event(event, fields) {
      logged.push({ event, fields });
      wake();
    },
  };
  const load = (changed: Flags): Config => {
    const all = { listen: ['imap://127.0.0.1:0'], 'drain-timeout': '2s', ...flags, ...changed };
    const texts = Object.entries(all).map(([key, value]) => [
      key,
      typeof value === 'boolean' ? String(value) : value,
    ]);
    return loadConfig(Object.fromEntries(texts), {});
  };
  const proxy = await createProxy(load({}), log);
  const ports = proxy.addresses.map(({ url }) => Number(new URL(url).port));
  return {
    port: ports[0] as number,
    ports,
    admin: proxy.admin,
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
    reload: (changed) => proxy.reload(load(changed)),
    stop: () => proxy.close(),
  };
}
