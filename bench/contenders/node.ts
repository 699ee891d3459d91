import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startProcess } from '../../test/support/process.js';
import { type Contender, running, type Setting } from './contender.js';

const run = promisify(execFile);
const relay = fileURLToPath(new URL('node-relay.js', import.meta.url));
const program = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

export const nodePipe: Contender = { name: 'Node pipe', start: (setting) => startRelay(setting, 'pipe') };

export const nodeOnread: Contender = {
  name: 'Node onread',
  start: (setting) => startRelay(setting, 'onread'),
};

function startRelay({ certificate, tls, ...setting }: Setting, kind: string) {
  const files = tls ? [certificate.certFile, certificate.keyFile] : [];
  return startPinned(setting, [
    process.execPath,
    relay,
    kind,
    String(setting.port),
    String(setting.upstreamPort),
    ...files,
  ]);
}

export const ours: Contender = {
  name: 'imap-send-proxy',
  takesWorkers: async () =>
    (await run(process.execPath, [program, 'serve', '--help'])).stdout.includes('--workers'),
  start: ({ certificate, tls, workers, ...setting }) =>
    startProgram(setting, [
      `--listen=${tls ? 'imaps' : 'imap'}://127.0.0.1:${setting.port}`,
      ...(tls ? [`--tls-cert=${certificate.certFile}`, `--tls-key=${certificate.keyFile}`] : []),
      '--submission=smtp://127.0.0.1:1',
      ...(workers > 1 ? [`--workers=${workers}`] : []),
    ]),
};

/** `flags` say where to listen and where to submit. */
export function startProgram(
  setting: Pick<Setting, 'directory' | 'port' | 'processors' | 'upstreamPort'>,
  flags: readonly string[],
) {
  const upstream = `--upstream=imap://127.0.0.1:${setting.upstreamPort}`;
  // By its first line, as an administrator does.
  return startPinned(setting, [program, 'serve', upstream, '--max-sessions=unlimited', ...flags]);
}

async function startPinned(
  { directory, port, processors }: Pick<Setting, 'directory' | 'port' | 'processors'>,
  args: readonly string[],
) {
  const logFile = join(directory, 'node.log');
  const command = { command: 'taskset', args: ['-c', processors, ...args] };
  return running(await startProcess({ name: 'node', ...command, logFile, ports: [port] }));
}
