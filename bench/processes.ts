import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { certificates } from '../test/support/certs.js';
import { freePort, onFreePorts } from '../test/support/port.js';
import { startProcess } from '../test/support/process.js';
import { type Scratch, scratchDirectory } from '../test/support/scratch.js';
import type { Contender, Running } from './contenders/contender.js';
import type { Target } from './load/connection.js';
import type { Load } from './load/generator.js';
import type { Variant } from './scenarios.js';

const run = promisify(execFile);
const compiled = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The processor of the load generator and of the upstream. */
const LOAD_PROCESSOR = '0';

/** A contender that is started, and where the load goes to. */
export interface Started extends Running {
  readonly target: Target;
}

export interface Upstream {
  readonly port: number;
  stop(): Promise<void>;
}

export async function startUpstream(directory: string): Promise<Upstream> {
  const port = await freePort();
  const args = ['-c', LOAD_PROCESSOR, process.execPath, compiled('load/upstream.js'), String(port)];
  const logFile = join(directory, 'upstream.log');
  const started = await startProcess({ name: 'upstream', command: 'taskset', args, logFile, ports: [port] });
  return { port, stop: () => started.kill() };
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
      memory: () => started.memory(),
      stop: async () => {
        await started.stop();
        await files.remove();
      },
    };
  });
}

/** Runs the load generator, in a process of its own, and returns its figure. */
export async function measure(load: Load, target: Target): Promise<number> {
  const argument = JSON.stringify({ load, target });
  const args = ['-c', LOAD_PROCESSOR, process.execPath, compiled('load/main.js'), argument];
  const { stdout } = await run('taskset', args, { timeout: 120_000 });
  return Number(stdout);
}
