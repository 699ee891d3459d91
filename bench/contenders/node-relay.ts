import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';

/**
 * The least that Node.js can do: octets from one connection to the other, looked at by nobody. Arguments: `pipe` or
 * `onread`, port, upstream port, certificate and key files for TLS.
 */
const [kind, port, upstreamPort, cert, key] = process.argv.slice(2) as [
  string,
  string,
  string,
  string?,
  string?,
];

function pipe(client: net.Socket): void {
  const upstream = net.connect({ host: '127.0.0.1', port: Number(upstreamPort), noDelay: true });
  client.setNoDelay(true);
  for (const [one, other] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    one.pipe(other);
    one.on('error', () => other.destroy()).on('close', () => other.destroy());
  }
}

/** What upstream says is read into one buffer, and written from there before the next read. */
function onread(client: net.Socket): void {
  client.setNoDelay(true);
  // One for all connections would be overwritten by another one's read while a client is slow.
  const buffer = Buffer.allocUnsafeSlow(1024 * 1024);
  const resume = (): void => {
    upstream.resume();
  };
  const upstream = net.connect({
    host: '127.0.0.1',
    port: Number(upstreamPort),
    noDelay: true,
    onread: {
      buffer,
      callback: (count, octets) => {
        client.write((octets as Buffer).subarray(0, count), resume);
        // What the system did not take at once is read from the buffer later: until then nothing else goes there.
        return client.writableLength === 0;
      },
    },
  });
  client.pipe(upstream);
  for (const [one, other] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    one.on('error', () => other.destroy()).on('close', () => other.destroy());
  }
  upstream.on('end', () => client.end());
}

const relay = kind === 'onread' ? onread : pipe;
const server =
  cert === undefined || key === undefined
    ? net.createServer({ noDelay: true }, relay)
    : tls.createServer({ cert: readFileSync(cert), key: readFileSync(key) }, relay);
server.listen({ host: '127.0.0.1', port: Number(port), backlog: 4096 });
