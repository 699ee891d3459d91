import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProcess } from '../../test/support/process.js';
import { type Contender, running, type Setting } from './contender.js';

const relay = fileURLToPath(new URL('node-relay.js', import.meta.url));
const program = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

export const nodePipe: Contender = { name: 'Node pipe', start: (setting) => startRelay(setting, 'pipe') };

export const nodeOnread: Contender = {
  name: 'Node onread',
  start: (setting) => startRelay(setting, 'onread'),
};

function startRelay({ certificate, tls, ...setting }: Setting, kind: string) {
  const files = tls ? [certificate.certFile, certificate.keyFile] : [];
  return startNode(setting, [relay, kind, String(setting.port), String(setting.upstreamPort), ...files]);
}

export const ours: Contender = {
  name: 'imap-send-proxy',
  start: ({ certificate, tls, workers, ...setting }) =>
    startNode(setting, [
      program,
      'serve',
      `--listen=${tls ? 'imaps' : 'imap'}://127.0.0.1:${setting.port}`,
      ...(tls ? [`--tls-cert=${certificate.certFile}`, `--tls-key=${certificate.keyFile}`] : []),
      `--upstream=imap://127.0.0.1:${setting.upstreamPort}`,
      '--submission=smtp://127.0.0.1:1',
      '--max-sessions=unlimited',
      ...(workers > 1 ? [`--workers=${workers}`] : []),
    ]),
};

async function startNode(
  { directory, port, processors }: Pick<Setting, 'directory' | 'port' | 'processors'>,
  args: readonly string[],
) {
  const logFile = join(directory, 'node.log');
  const command = { command: 'taskset', args: ['-c', processors, process.execPath, ...args] };
  return running(await startProcess({ name: 'node', ...command, logFile, ports: [port] }));
}
