import { spawn } from 'node:child_process';
import { hrtime } from 'node:process';
import type { Environment } from '../config/sources.js';
import type { Log } from '../log/logger.js';

/** What systemd is told of the program (sd_notify(3)). */
export interface ServiceManager {
  /** Connections are accepted. From here on also that the program is alive, where a watchdog asks for that. */
  ready(urls: readonly string[]): void;
  /** The configuration is being read again; `ready` ends that. */
  reloading(): void;
  /** Sessions end, within so many milliseconds. */
  stopping(drainMs: number): void;
  /** Resolves when all of that was said, or soon after if it cannot be. */
  close(): Promise<void>;
}

/** For systemd-notify(1), which waits until it was heard. */
const SAY_MS = 5_000;
/** A stop waits no longer for words. */
const CLOSE_MS = 1_000;
/** Beyond the drain time-out, for QUIT to the submission server, the workers and the end of the process. */
const GRACE_MS = 5_000;

/** Says nothing where no service manager asks to be told. */
export function createServiceManager(environment: Environment, log: Log): ServiceManager {
  const { NOTIFY_SOCKET, PATH } = environment;
  let said: Promise<void> = Promise.resolve();
  let watchdog: NodeJS.Timeout | undefined;
  let failed = false;

  const fail = (error: string): void => {
    // Once: it will not get better.
    if (!failed) log.event('notify-failed', { error });
    failed = true;
  };
  const tell = (...assignments: readonly string[]): void => {
    if (NOTIFY_SOCKET === undefined) return;
    // One after the other: their order means something.
    said = said.then(() => say(assignments, { NOTIFY_SOCKET, PATH }, fail));
  };
  return {
    ready(urls) {
      tell('READY=1', `STATUS=Serving ${urls.join(', ')}`);
      const intervalMs = watchdogMs(environment);
      if (intervalMs !== undefined) watchdog ??= setInterval(() => tell('WATCHDOG=1'), intervalMs).unref();
    },
    reloading() {
      tell('RELOADING=1', `MONOTONIC_USEC=${hrtime.bigint() / 1000n}`, 'STATUS=Reading the configuration');
    },
    stopping(drainMs) {
      const status = `STATUS=Stopping: sessions have ${drainMs / 1000} s to end`;
      tell('STOPPING=1', `EXTEND_TIMEOUT_USEC=${(drainMs + GRACE_MS) * 1000}`, status);
    },
    async close() {
      clearInterval(watchdog);
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, CLOSE_MS);
      });
      await Promise.race([said, patience]);
      clearTimeout(timer);
    },
  };
}

/** Half of the time after which systemd takes the program for dead (sd_watchdog_enabled(3)). */
export function watchdogMs(environment: Environment, pid = process.pid): number | undefined {
  const { WATCHDOG_USEC: microseconds = '', WATCHDOG_PID: whose = String(pid) } = environment;
  if (!/^[1-9]\d{0,15}$/.test(microseconds) || whose !== String(pid)) return undefined;
  return Math.min(Math.max(1, Math.floor(Number(microseconds) / 2000)), 2 ** 31 - 1);
}

/** By systemd-notify(1), as Node.js has no datagrams of Unix sockets. It gets nothing of our environment that it does not need. */
function say(
  assignments: readonly string[],
  env: { readonly NOTIFY_SOCKET: string; readonly PATH: string | undefined },
  failed: (error: string) => void,
): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn('systemd-notify', assignments, { env, stdio: 'ignore', timeout: SAY_MS });
    child.once('error', (error) => {
      failed(`systemd-notify: ${error.message}`);
      resolve();
    });
    child.once('exit', (code, signal) => {
      if (code !== 0) failed(`systemd-notify: ${signal ?? `exit code ${code}`}`);
      resolve();
    });
  });
}
