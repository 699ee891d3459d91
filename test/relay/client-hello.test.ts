import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { before, describe, test } from 'node:test';
import tls from 'node:tls';
import fc from 'fast-check';
import { readAskedName } from '../../src/relay/client-hello.js';

/** The first octets of a client that asks for `servername`. */
async function helloOf(options: tls.ConnectionOptions): Promise<Buffer> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = tls.connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, ...options });
  client.on('error', () => {});
  const [socket] = await once(server, 'connection');
  const [octets] = await once(socket, 'data');
  socket.destroy();
  client.destroy();
  server.close();
  return octets;
}

const complete = (name: string | undefined) => ({ kind: 'complete', name }) as const;

/** The same handshake message in records of `size` octets. */
function inRecords(hello: Buffer, size: number): Buffer {
  const message = hello.subarray(5);
  const parts: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) {
    const part = message.subarray(at, at + size);
    parts.push(Buffer.from([22, 3, 1, part.length >> 8, part.length & 255]), part);
  }
  return Buffer.concat(parts);
}

describe('the name that a client asks for', () => {
  let hello: Buffer;

  before(async () => {
    hello = await helloOf({ servername: 'Mail.Example.ORG' });
  });

  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    test(`is found with ${version}`, async () => {
      const options = { servername: 'mail.example.org', minVersion: version, maxVersion: version };
      assert.deepEqual(readAskedName(await helloOf(options)), complete('mail.example.org'));
    });
  }

  test('is none where there is none', async () => {
    assert.deepEqual(readAskedName(await helloOf({})), complete(undefined));
  });

  test('is not known before the last octet, and not changed by octets behind it', () => {
    for (let length = 0; length < hello.length; length++) {
      assert.deepEqual(readAskedName(hello.subarray(0, length)), { kind: 'incomplete' }, String(length));
    }
    assert.deepEqual(readAskedName(hello), complete('mail.example.org'));
    assert.deepEqual(readAskedName(Buffer.concat([hello, hello])), complete('mail.example.org'));
  });

  test('is found in as many records as the client likes', () => {
    for (const size of [1, 2, 3, 4, 100]) {
      const records = inRecords(hello, size);
      assert.deepEqual(readAskedName(records), complete('mail.example.org'));
      assert.deepEqual(readAskedName(records.subarray(0, -1)), { kind: 'incomplete' });
    }
  });

  test('is not waited for where there is no ClientHello, or one without an end', () => {
    const endless = Buffer.concat([
      Buffer.from([22, 3, 1, 255, 255, 1, 255, 255, 255]),
      Buffer.alloc(20_000),
    ]);
    const empty = Buffer.concat(Array.from({ length: 4_000 }, () => Buffer.from([22, 3, 1, 0, 0])));
    for (const octets of [
      Buffer.from('a'),
      Buffer.from('a LOGIN anna secret\r\n'),
      Buffer.from([22, 2]),
      Buffer.from([22, 3, 1, 0, 1, 2]),
      Buffer.from([21, 3, 1, 0, 2, 1, 0]),
      endless,
      empty,
    ]) {
      assert.deepEqual(readAskedName(octets), complete(undefined), octets.toString('latin1', 0, 20));
    }
  });

  test('is none, or one, in a broken hello: nothing throws, and what is complete stays so', () => {
    const change = fc.tuple(fc.nat(), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), fc.nat(), (changes, cut) => {
        const broken = Buffer.from(hello);
        for (const [at, octet] of changes) broken[at % broken.length] = octet;
        const part = broken.subarray(0, cut % (broken.length + 1));
        const early = readAskedName(part);
        if (early.kind === 'complete') assert.deepEqual(readAskedName(broken), early);
      }),
      { numRuns: 500 },
    );
  });
});
