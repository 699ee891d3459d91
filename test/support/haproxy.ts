import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Certificate } from './certs.js';
import { ensure } from './packages.js';
import { onFreePorts } from './port.js';
import { scratchDirectory } from './scratch.js';
import { type Service, startService } from './service.js';

export interface HaproxyOptions {
  /** Port of the server behind, on 127.0.0.1. */
  readonly to: number;
  /** Parameters of the `server` line, e.g. `send-proxy-v2 check inter 100`. */
  readonly server: string;
  /** TLS of clients ends here. */
  readonly tls?: Certificate;
  /** More lines for the `listen` section. */
  readonly extra?: string;
}

/** An HAProxy of our own that passes connections on to one server. */
export async function startHaproxy(options: HaproxyOptions): Promise<Service> {
  await ensure('haproxy');
  return onFreePorts(1, async (ports) => {
    const files = scratchDirectory('haproxy');
    const configFile = join(files.path, 'haproxy.cfg');
    let bind = `127.0.0.1:${ports[0]}`;
    if (options.tls) {
      const pem = join(files.path, 'certificate.pem');
      await writeFile(pem, options.tls.cert + options.tls.key, { mode: 0o600 });
      bind += ` ssl crt ${pem}`;
    }
    await writeFile(configFile, configuration(bind, options));
    const spec = {
      name: 'haproxy',
      command: '/usr/sbin/haproxy',
      args: ['-db', '-f', configFile],
      logFile: join(files.path, 'log'),
      ports,
    };
    return startService(spec, files);
  });
}

const configuration = (bind: string, { to, server, extra }: HaproxyOptions): string => `
global
  maxconn 100
listen imap
  mode tcp
  timeout connect 10s
  timeout client 1m
  timeout server 1m
  bind ${bind}
  server behind 127.0.0.1:${to} ${server}
${extra ?? ''}
`;
