import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';

/** Passes connections on, until all of them are cut at once: so a client that is killed looks to the server. */
export interface Cutter {
  readonly port: number;
  /** Cuts after that many more chunks, the last of which still passes; with a reset, or in order. */
  cutAfter(chunks: number, how: 'reset' | 'end'): void;
  /** Cuts no more. Whether it has, since it was told to. */
  mend(): boolean;
  /** Calls that after so many more chunks, once. */
  onceAfter(chunks: number, call: () => void): void;
  close(): Promise<void>;
}

export async function startCutter(target: number): Promise<Cutter> {
  const open = new Set<net.Socket>();
  let passed = 0;
  let last = Number.POSITIVE_INFINITY;
  let then = (): void => {};
  let cut = false;
  const cutAll = (how: 'reset' | 'end') => {
    cut = true;
    for (const socket of open) {
      if (how === 'reset') socket.resetAndDestroy();
      // What was written before still goes out, as it does when a process dies.
      else socket.destroySoon();
    }
  };
  const server = net.createServer({ noDelay: true }, (client) => {
    const upstream = net.connect({ port: target, host: '127.0.0.1', noDelay: true });
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from);
      from
        .on('error', () => {})
        .on('close', () => {
          open.delete(from);
          to.destroySoon();
        })
        .on('data', (chunk: Buffer) => {
          if (cut) return;
          to.write(chunk);
          if (++passed === last) then();
        });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cutAfter(chunks, manner) {
      cut = false;
      last = passed + chunks;
      then = () => cutAll(manner);
    },
    mend() {
      const was = cut;
      cut = false;
      last = Number.POSITIVE_INFINITY;
      return was;
    },
    onceAfter(chunks, call) {
      last = passed + chunks;
      then = call;
    },
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
