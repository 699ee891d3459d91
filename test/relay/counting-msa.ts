import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A submission server that accepts everything and keeps nothing but a figure. */
export interface CountingMsa {
  readonly port: number;
  /** Octets of the largest message, as transmitted. */
  readonly largest: number;
  close(): Promise<void>;
}

export async function startCountingMsa(): Promise<CountingMsa> {
  const sockets = new Set<Socket>();
  let largest = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    let line = '';
    let content: number | undefined;
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    socket.on('data', (octets) => {
      if (content !== undefined) content += octets.length;
      line = (line + octets.toString('latin1', Math.max(0, octets.length - 1000))).slice(-1000);
      if (!line.endsWith(content === undefined ? '\r\n' : '\r\n.\r\n')) return;
      if (content !== undefined) largest = Math.max(largest, content - 3);
      if (line === 'QUIT\r\n') return void socket.end('221 2.0.0 bye\r\n');
      content = content === undefined && line === 'DATA\r\n' ? 0 : undefined;
      socket.write(content === 0 ? '354 go ahead\r\n' : '250 2.0.0 ok\r\n');
      line = '';
    });
    socket.write('220 msa.test\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get largest() {
      return largest;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
