import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../support/port.js';
import { scratchDirectory } from '../../support/scratch.js';
import { startService } from '../../support/service.js';

/** The program itself, in a process of its own. */
export interface ProxyProgram {
  readonly port: number;
  /** Octets that are resident now, and the most that ever were. */
  memory(): { readonly resident: number; readonly peak: number };
  stop(): Promise<void>;
}

const main = fileURLToPath(new URL('../../../src/cli/main.js', import.meta.url));

export async function startProxyProgram(
  upstreamPort: number,
  submissionPort: number,
  flags: readonly string[] = [],
): Promise<ProxyProgram> {
  const files = scratchDirectory('proxy-program');
  const port = await freePort();
  const args = [
    'serve',
    `--listen=imap://127.0.0.1:${port}`,
    `--upstream=imap://127.0.0.1:${upstreamPort}`,
    `--submission=smtp://127.0.0.1:${submissionPort}`,
    '--submission-auth=none',
    '--sender-policy=submission',
    `--spool-dir=${files.path}`,
    ...flags,
  ];
  const spec = { name: 'proxy', command: process.execPath, args: [main, ...args], ports: [port] };
  const running = await startService({ ...spec, logFile: join(files.path, 'log') }, files);
  return {
    port,
    memory() {
      const status = readFileSync(`/proc/${running.pid}/status`, 'latin1');
      const octets = (field: string) => Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
      return { resident: octets('VmRSS'), peak: octets('VmHWM') };
    },
    stop: () => running.stop(),
  };
}
