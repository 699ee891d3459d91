import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface Forwarder {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * A load balancer in miniature: passes connections on to `port`. `begin` says in which pieces, each a segment of its own,
 * the first octets of a client go out.
 */
export async function startForwarder(port: number, begin: (first: Buffer) => Buffer[]): Promise<Forwarder> {
  const open = new Set<net.Socket>();
  const server = net.createServer({ noDelay: true, pauseOnConnect: true }, async (client) => {
    const target = net.connect({ port, host: '127.0.0.1', noDelay: true });
    for (const socket of [client, target]) {
      open.add(socket);
      socket
        .on('error', () => {})
        .on('close', () => {
          open.delete(socket);
          client.destroy();
          target.destroy();
        });
    }
    client.once('data', async (first: Buffer) => {
      client.pause();
      for (const piece of begin(first)) {
        target.write(piece);
        await delay(1);
      }
      client.pipe(target).pipe(client);
    });
    client.resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
