import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import { readInPlace } from '../../src/relay/in-place-reader.js';

const SMALL = 16 * 1024;
const LARGE = 512 * 1024;
const MOST = 32;

interface Pair {
  readonly client: net.Socket;
  readonly server: net.Socket;
  received: number;
}

test('at most 32 connections have a large buffer, however many are busy and then fall silent', async (t) => {
  /** By where they are in the memory that they share. */
  const large = new Set<number>();
  const listener = net.createServer({ pauseOnConnect: true });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const pairs: Pair[] = [];
  t.after(async () => {
    for (const { client, server } of pairs) {
      client.destroy();
      server.destroy();
    }
    listener.close();
    await once(listener, 'close');
  });
  /** Read only when all of it is there, so that it comes in one read. */
  const send = async (pair: Pair, octets: number): Promise<void> => {
    const expected = pair.received + octets;
    pair.server.pause();
    await new Promise<void>((resolve) => pair.client.write(Buffer.alloc(octets, 'x'), () => resolve()));
    pair.server.resume();
    while (pair.received < expected) await new Promise(setImmediate);
  };

  for (let number = 0; number < 3 * MOST; number++) {
    const client = net.connect({ port: (listener.address() as net.AddressInfo).port, host: '127.0.0.1' });
    const [server] = (await once(listener, 'connection')) as [net.Socket];
    readInPlace(server, {
      chunk(octets) {
        pair.received += octets.length;
        if (octets.buffer.byteLength >= LARGE) large.add(octets.byteOffset);
      },
      paused: () => false,
    });
    const pair: Pair = { client, server, received: 0 };
    pairs.push(pair);
    await send(pair, SMALL);
  }
  // Where the next octet goes shows which buffer a connection has; it also gives a large one back.
  for (const pair of pairs) await send(pair, 1);
  assert.equal(large.size, MOST);
  for (const pair of pairs) await send(pair, SMALL);
  for (const pair of pairs) await send(pair, 1);
  assert.equal(large.size, MOST, 'they are used again');
});
