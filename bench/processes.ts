import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { certificates } from '../test/support/certs.js';
import { freePort, onFreePorts } from '../test/support/port.js';
import { type ProcessSpec, startProcess } from '../test/support/process.js';
import { type Scratch, scratchDirectory } from '../test/support/scratch.js';
import { type Contender, type Running, running } from './contenders/contender.js';
import type { Target } from './load/connection.js';
import type { Load } from './load/generator.js';
import type { Sample } from './result.js';
import { LOAD_PROCESSOR, type Variant } from './scenarios.js';

const run = promisify(execFile);

/** A contender that is started, and where the load goes to. */
export interface Started extends Running {
  readonly target: Target;
}

export interface Upstream extends Running {
  readonly port: number;
}

/** What runs on a processor of its choice: a compiled file of this folder, with one argument. */
function pinned(processor: string, file: string, argument: unknown): { command: string; args: string[] } {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const text = typeof argument === 'string' ? argument : JSON.stringify(argument);
  return { command: 'taskset', args: ['-c', processor, process.execPath, path, text] };
}

export async function startUpstream(directory: string): Promise<Upstream> {
  const port = await freePort();
  const logFile = join(directory, 'upstream.log');
  const program = pinned(LOAD_PROCESSOR, 'load/upstream.js', String(port));
  const started = await startProcess({ name: 'upstream', ...program, logFile, ports: [port] });
  return { port, ...running(started) };
}

export function startContender(
  contender: Contender,
  { tls, workers, processors }: Variant,
  upstreamPort: number,
): Promise<Started> {
  return onFreePorts(1, async ([port]) => {
    const files: Scratch = scratchDirectory('bench');
    const { server: certificate } = await certificates();
    const setting = { upstreamPort, port: port as number, tls, workers, processors, certificate };
    const started = await contender.start({ ...setting, directory: files.path });
    return {
      target: { port: port as number, tls },
      pids: started.pids,
      stop: async () => {
        await started.stop();
        await files.remove();
      },
    };
  });
}

/** Runs the load generator, in a process of its own. */
export function measure(load: Load, contender: Started, upstream: Upstream): Promise<Sample> {
  const watched = { contender: contender.pids(), upstream: upstream.pids() };
  return runToEnd(LOAD_PROCESSOR, 'load/main.js', { load, target: contender.target, watched });
}

/** Runs a compiled file of this folder, and returns what it prints. */
export async function runToEnd(processor: string, file: string, argument: unknown): Promise<Sample> {
  const { command, args } = pinned(processor, file, argument);
  const { stdout } = await run(command, args, { timeout: 120_000 });
  return JSON.parse(stdout) as Sample;
}

/** Sessions that stay open and do nothing until they are stopped. */
export async function openIdle(count: number, target: Target): Promise<{ stop(): Promise<void> }> {
  const { logFile, stop } = await startLogging('load/idle.js', { count, target });
  await logged(logFile, /^open$/m, stop);
  return { stop };
}

/** A server that says its port when it listens. */
export async function startServer(file: string): Promise<{ port: number; stop(): Promise<void> }> {
  const { logFile, stop } = await startLogging(file, '');
  const [, port] = await logged(logFile, /^port (\d+)$/m, stop);
  return { port: Number(port), stop };
}

async function startLogging(file: string, argument: unknown) {
  const files = scratchDirectory('bench');
  const spec: ProcessSpec = {
    name: file,
    ...pinned(LOAD_PROCESSOR, file, argument),
    logFile: join(files.path, 'log'),
  };
  const started = await startProcess(spec);
  const stop = async (): Promise<void> => {
    await started.kill();
    await files.remove();
  };
  return { logFile: spec.logFile, stop };
}

/** Waits for a line; thousands of sessions take their time. */
async function logged(file: string, line: RegExp, stop: () => Promise<void>): Promise<RegExpExecArray> {
  for (let tries = 0; tries < 6_000; tries++) {
    const text = await readFile(file, 'utf8');
    const found = line.exec(text);
    if (found !== null) return found;
    if (/Error/.test(text)) break;
    await delay(20);
  }
  const text = await readFile(file, 'utf8');
  await stop();
  throw new Error(`nothing like ${line} in time: ${text}`);
}
