import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { onAbnormalExit } from '../support/scratch.js';

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

/** `imap-send-proxy serve` in a process of its own. */
export interface Served {
  readonly pid: number;
  readonly port: number;
  /** All it wrote to standard output and standard error. */
  readonly output: string;
  /** Resident octets now. */
  resident(): number;
  /** The most that was resident since `resetPeak`. */
  peak(): number;
  resetPeak(): void;
  signal(name: NodeJS.Signals): void;
  stop(): Promise<void>;
}

export async function startServed(
  flags: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
): Promise<Served> {
  const args = Object.entries({ listen: 'imap://127.0.0.1:0', ...flags }).map(
    ([key, value]) => `--${key}=${value}`,
  );
  const env = { ...process.env, ...environment };
  const child = spawn(main, ['serve', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const forget = onAbnormalExit(() => child.kill('SIGKILL'));
  let output = '';
  let listening = false;
  const closed = once(child, 'close');
  const ready = new Promise<number>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      if (listening) return;
      const found = /"listeners":\["imaps?:\/\/127\.0\.0\.1:(\d+)"/.exec(output);
      if (found === null) return;
      listening = true;
      resolve(Number(found[1]));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void closed.then(() => reject(new Error(`serve ended: ${output}`)));
  });
  const port = await ready;
  /** proc_pid_status(5), in kB. */
  const status = (key: string): number => {
    const text = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    return Number(new RegExp(`^${key}:\\s*(\\d+) kB$`, 'm').exec(text)?.[1]) * 1024;
  };
  return {
    pid: child.pid as number,
    port,
    get output() {
      return output;
    },
    resident: () => status('VmRSS'),
    peak: () => status('VmHWM'),
    // proc_pid_clear_refs(5): 5 sets the peak to what is resident now.
    resetPeak: () => writeFileSync(`/proc/${child.pid}/clear_refs`, '5'),
    signal: (name) => void child.kill(name),
    stop: async () => {
      child.kill('SIGTERM');
      await closed;
      forget();
    },
  };
}
