import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Cutter, type Cutting } from './pieces.js';

/** Stands between the proxy and the server, and writes down every octet of the one session. */
export interface Recorder {
  readonly port: number;
  readonly fromProxy: () => Buffer;
  readonly fromServer: () => Buffer;
  stop(): Promise<void>;
}

/** @param cutting how the octets are passed on, in both directions. */
export async function startRecorder(serverPort: number, cutting: Cutting): Promise<Recorder> {
  const [fromProxy, fromServer]: [Buffer[], Buffer[]] = [[], []];
  const sockets: Socket[] = [];
  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (proxy) => {
    const server = connect({ port: serverPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    sockets.push(proxy, server);
    relay(proxy, server, fromProxy, new Cutter(cutting));
    relay(server, proxy, fromServer, new Cutter(cutting));
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    fromProxy: () => Buffer.concat(fromProxy),
    fromServer: () => Buffer.concat(fromServer),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await once(listener.close(), 'close');
    },
  };
}

function relay(source: Socket, sink: Socket, record: Buffer[], cutter: Cutter): void {
  let passedOn = Promise.resolve();
  source.on('data', (octets) => {
    record.push(octets);
    passedOn = passedOn.then(() => cutter.write(octets, (piece) => sink.write(piece)));
  });
  source.on('end', () => passedOn.then(() => sink.end()));
  source.on('error', () => passedOn.then(() => sink.destroy()));
}
