import { type ProcessSpec, type RunningProcess, startProcess } from './process.js';
import type { Scratch } from './scratch.js';

/** What all servers of the tests have in common. */
export interface Service {
  readonly host: '127.0.0.1';
  /** The first of its ports. */
  readonly port: number;
  /** Everything it logged. */
  readonly logFile: string;
  /** Of its first process; another one after each restart. */
  readonly pid: number;
  /** Ends it at once, for good: its files go, too. */
  stop(): Promise<void>;
  /** SIGKILL to all of its processes; the files stay for `restart`. */
  kill(): Promise<void>;
  /** Starts it again, with the same files and on the same port; ends it in order first if it is running. */
  restart(): Promise<void>;
}

/** @throws StartError. The directory is removed then, as by `stop`. */
export async function startService(
  spec: ProcessSpec & { readonly ports: readonly number[] },
  files: Scratch,
): Promise<Service> {
  let current: RunningProcess;
  try {
    current = await startProcess(spec);
  } catch (error) {
    await files.remove();
    throw error;
  }
  return {
    host: '127.0.0.1',
    port: spec.ports[0] ?? 0,
    logFile: spec.logFile,
    get pid() {
      return current.pid;
    },
    stop: async () => {
      // Not in order: there is nothing left to save, and Dovecot takes a second for it.
      await current.kill();
      await files.remove();
    },
    kill: () => current.kill(),
    restart: async () => {
      await current.stop();
      current = await startProcess(spec);
    },
  };
}
