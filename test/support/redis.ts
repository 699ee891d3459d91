import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensure } from './packages.js';
import { onFreePorts } from './port.js';
import { scratchDirectory } from './scratch.js';
import { type Service, startService } from './service.js';

export interface RedisOptions {
  /** Speaks only TLS then. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  readonly password?: string;
  /** More lines for redis.conf. */
  readonly extra?: string;
}

export interface Redis extends Service {
  /** `redis://…` or `rediss://…`, with the password if there is one. */
  readonly url: string;
}

/**
 * A Redis of our own, on loopback. It keeps nothing on disk: after `restart` it is empty, unless `extra` says
 * `appendonly yes`.
 * @throws StartError
 */
export async function startRedis(options: RedisOptions = {}): Promise<Redis> {
  await ensure('redis-server');
  return onFreePorts(1, async (ports) => {
    const [port = 0] = ports;
    const files = scratchDirectory('redis');
    const configFile = join(files.path, 'redis.conf');
    await writeFile(configFile, configuration(files.path, port, options), { mode: 0o600 });
    const spec = {
      name: 'redis',
      command: 'redis-server',
      args: [configFile],
      logFile: join(files.path, 'log'),
      ports,
    };
    const service = await startService(spec, files);
    const login = options.password === undefined ? '' : `:${encodeURIComponent(options.password)}@`;
    const scheme = options.tls ? 'rediss' : 'redis';
    return Object.assign(service, { url: `${scheme}://${login}127.0.0.1:${port}` });
  });
}

function configuration(directory: string, port: number, { tls, password, extra }: RedisOptions): string {
  const listener = tls
    ? `port 0\ntls-port ${port}\ntls-cert-file ${tls.certFile}\ntls-key-file ${tls.keyFile}\ntls-auth-clients no`
    : `port ${port}`;
  return `
bind 127.0.0.1
${listener}
dir ${directory}
save ""
appendonly no
${password === undefined ? '' : `requirepass ${JSON.stringify(password)}`}
${extra ?? ''}
`;
}
