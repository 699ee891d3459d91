import { Worker } from 'node:worker_threads';
import type { Found } from './find.js';
import type { Progress } from './fuzzer.js';

/** An input that takes longer is a find: nothing here may take time out of proportion. */
const HANG_MS = 20_000;

/** What the worker shares: how many inputs it tried, the length of the one at hand, and its octets. */
const HEADER = 8;
const MOST = 1 << 20;

export interface WorkerOrder {
  readonly target: string;
  readonly seed: number;
  readonly milliseconds: number;
  readonly shared: SharedArrayBuffer;
}

/** From the worker: how far it came, and at its end, what it found. */
export interface WorkerReport {
  readonly progress: Progress;
  readonly find?: Uint8Array;
}

/** Tells the other side what is tried now, so that it is not lost if it never ends. */
export function sharing(shared: SharedArrayBuffer): (input: Buffer) => void {
  const numbers = new Uint32Array(shared, 0, 2);
  const octets = new Uint8Array(shared, HEADER);
  return (input) => {
    octets.set(input);
    numbers[1] = input.length;
    numbers[0] = (numbers[0] as number) + 1;
  };
}

/** Fuzzes a target for so long in a thread that can be stopped in whatever it does. */
export async function fuzzInWorker(
  target: string,
  seed: number,
  milliseconds: number,
): Promise<{ progress: Progress; find: Found | undefined }> {
  const shared = new SharedArrayBuffer(HEADER + MOST);
  const numbers = new Uint32Array(shared, 0, 2);
  const workerData: WorkerOrder = { target, seed, milliseconds, shared };
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData });
  let progress: Progress = { executions: 0, edges: 0, corpus: 0 };
  return await new Promise((resolve, reject) => {
    let tried = 0;
    const sweep = setInterval(() => {
      if (numbers[0] !== tried) {
        tried = numbers[0] as number;
        return;
      }
      const input = Buffer.from(new Uint8Array(shared, HEADER, numbers[1]));
      clearInterval(sweep);
      void worker.terminate();
      resolve({ progress, find: { kind: 'hang', input } });
    }, HANG_MS);
    worker.on('message', ({ progress: came, find }: WorkerReport) => {
      progress = came;
      if (find !== undefined) resolve({ progress, find: { kind: 'error', input: Buffer.from(find) } });
    });
    worker.on('error', reject);
    worker.on('exit', () => {
      clearInterval(sweep);
      resolve({ progress, find: undefined });
    });
  });
}
