import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startProcess } from '../../test/support/process.js';
import { type Contender, running, type Setting } from './contender.js';

export const haproxyTcp: Contender = {
  name: 'HAProxy TCP',
  start: (setting) => startHaproxy(setting, 'no option splice-auto'),
};

/** The kernel moves the octets; HAProxy looks at none. */
export const haproxySplice: Contender = {
  name: 'HAProxy splice',
  start: (setting) => startHaproxy(setting, 'option splice-request\n  option splice-response'),
};

async function startHaproxy(setting: Setting, splice: string) {
  const { directory, port, tls, certificate, workers, upstreamPort, processors } = setting;
  const file = join(directory, 'haproxy.cfg');
  const pem = join(directory, 'haproxy.pem');
  if (tls) {
    const parts = await Promise.all(
      [certificate.certFile, certificate.keyFile].map((each) => readFile(each)),
    );
    await writeFile(pem, Buffer.concat(parts));
  }
  await writeFile(
    file,
    `global
  nbthread ${workers}
  maxconn 9000
  maxpipes 400
defaults
  mode tcp
  timeout connect 10s
  timeout client 10m
  timeout server 10m
  ${splice}
frontend imap
  bind 127.0.0.1:${port}${tls ? ` ssl crt ${pem}` : ''}
  default_backend upstream
backend upstream
  server one 127.0.0.1:${upstreamPort}
`,
  );
  const command = { command: 'taskset', args: ['-c', processors, 'haproxy', '-db', '-f', file] };
  const logFile = join(directory, 'haproxy.log');
  return running(await startProcess({ name: 'haproxy', ...command, logFile, ports: [port] }));
}
