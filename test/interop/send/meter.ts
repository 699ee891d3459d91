import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';

/** Passes connections on, and counts. */
export interface Meter {
  readonly port: number;
  /** Octets of clients, of all connections. */
  readonly uploaded: number;
  /** Octets for clients. */
  readonly downloaded: number;
  close(): Promise<void>;
}

export async function startMeter(port: number): Promise<Meter> {
  const open = new Set<net.Socket>();
  const counted = { uploaded: 0, downloaded: 0 };
  const server = net.createServer((client) => {
    const target = net.connect({ port, host: '127.0.0.1' });
    for (const [from, into, direction] of [
      [client, target, 'uploaded'],
      [target, client, 'downloaded'],
    ] as const) {
      open.add(from);
      from.on('error', () => into.destroy()).on('close', () => open.delete(from));
      from.on('data', (octets: Buffer) => {
        counted[direction] += octets.length;
      });
      from.pipe(into);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get uploaded() {
      return counted.uploaded;
    },
    get downloaded() {
      return counted.downloaded;
    },
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
