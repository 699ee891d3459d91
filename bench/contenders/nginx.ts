import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startProcess } from '../../test/support/process.js';
import { type Contender, running, type Setting } from './contender.js';

/** With the buffers that it has by default: one page of memory. */
export const nginx: Contender = { name: 'nginx mail', start: (setting) => startNginx(setting, '') };

export const nginx64k: Contender = {
  name: 'nginx mail 64k',
  start: (setting) => startNginx(setting, 'proxy_buffer 64k;'),
};

async function startNginx(setting: Setting, buffer: string) {
  const { directory, port, tls, certificate, workers, upstreamPort, processors } = setting;
  const authority = await startAuthority(upstreamPort);
  const file = join(directory, 'nginx.conf');
  await writeFile(
    file,
    `load_module /usr/lib/nginx/modules/ngx_mail_module.so;
daemon off;
pid ${directory}/nginx.pid;
error_log ${directory}/nginx-error.log crit;
worker_processes ${workers};
events { worker_connections 9000; }
mail {
  auth_http 127.0.0.1:${authority.port}/;
  timeout 10m;
  ${buffer}
  imap_capabilities "IMAP4rev1" "LITERAL+" "ID" "IDLE";
  server {
    listen 127.0.0.1:${port}${tls ? ' ssl' : ''} backlog=4096;
    protocol imap;
    ${tls ? `ssl_certificate ${certificate.certFile}; ssl_certificate_key ${certificate.keyFile};` : ''}
  }
}
`,
  );
  const command = { command: 'taskset', args: ['-c', processors, 'nginx', '-p', directory, '-c', file] };
  const logFile = join(directory, 'nginx.log');
  const server = running(await startProcess({ name: 'nginx', ...command, logFile, ports: [port] }));
  return {
    pids: server.pids,
    stop: async () => {
      await server.stop();
      await authority.stop();
    },
  };
}

/** Says yes to every login, and where to go (ngx_mail_auth_http_module). */
async function startAuthority(upstreamPort: number) {
  const server = http.createServer((_, response) => {
    response.writeHead(200, {
      'Auth-Status': 'OK',
      'Auth-Server': '127.0.0.1',
      'Auth-Port': String(upstreamPort),
    });
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}
