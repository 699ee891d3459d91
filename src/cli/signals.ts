import { constants } from 'node:os';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * The first request to stop. From then on another one, from an operator who will not wait for sessions to end, ends the
 * process at once with 128 + its number, as a shell reports it.
 */
export function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let stopping = false;
    const receive = (signal: NodeJS.Signals) => {
      if (stopping) process.exit(128 + constants.signals[signal]);
      stopping = true;
      resolve(signal);
    };
    for (const signal of SIGNALS) process.on(signal, receive);
  });
}

/**
 * From now on a request to read the configuration again does not end the process. One that comes before `onReload` has its
 * way without it: the configuration is read only then.
 */
export function expectReload(): void {
  process.on('SIGHUP', () => {});
}

/** Calls `reload` at each request to read the configuration again, as daemons do at SIGHUP. */
export function onReload(reload: () => void): void {
  process.on('SIGHUP', reload);
}
