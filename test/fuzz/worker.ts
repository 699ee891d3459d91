import { parentPort, workerData } from 'node:worker_threads';
import { guide } from './coverage.js';
import { Fuzzer } from './fuzzer.js';
import { sharing, type WorkerOrder, type WorkerReport } from './watch.js';

/** One target, until its time is over or something is found. */
const { target: name, seed, milliseconds, shared } = workerData as WorkerOrder;
guide();
const { targets } = await import('./targets.js');
const target = targets.find((each) => each.name === name);
if (target === undefined) throw new Error(`no target ${name}`);

const fuzzer = new Fuzzer(target, seed, sharing(shared));
const report = (more: Partial<WorkerReport> = {}) =>
  parentPort?.postMessage({ progress: fuzzer.progress, ...more } satisfies WorkerReport);
const end = Date.now() + milliseconds;
while (Date.now() < end) {
  const find = fuzzer.run(100);
  report(find && { find: find.input });
  if (find !== undefined) break;
}
