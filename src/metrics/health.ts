import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Health } from './readings.js';

/** Milliseconds between looks at the clock. */
const RESOLUTION_MS = 20;

/** How this process does. Looks at the clock only from the first time that it is asked. */
export function createHealth(): { read(): Health; close(): void } {
  let delay: ReturnType<typeof monitorEventLoopDelay> | undefined;
  return {
    read() {
      if (delay === undefined) {
        delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
        delay.enable();
      }
      const { user, system } = process.cpuUsage();
      // From one look to the next is what is measured: the resolution is no lag.
      const lagMs = delay.count === 0 ? 0 : Math.max(0, delay.max / 1e6 - RESOLUTION_MS);
      delay.reset();
      return {
        lagSeconds: lagMs / 1000,
        residentOctets: process.memoryUsage.rss(),
        cpuSeconds: (user + system) / 1e6,
      };
    },
    close: () => void delay?.disable(),
  };
}
