import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

export interface GeneratedMailboxOptions {
  readonly messages: number;
  /** Octets of each, at least some hundred. */
  readonly size: number;
}

/** An IMAP server as fast as can be, whose clients are logged in and have a mailbox of messages that nobody stored. */
export interface GeneratedMailbox {
  readonly port: number;
  close(): Promise<void>;
}

const LINE = `${'x'.repeat(76)}\r\n`;
const BLOCK = Buffer.from(LINE.repeat(840));

export async function startGeneratedMailbox(options: GeneratedMailboxOptions): Promise<GeneratedMailbox> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    socket.write('* PREAUTH ready\r\n');
    void serve(socket, options, sockets.size);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

async function serve(socket: Socket, options: GeneratedMailboxOptions, connection: number): Promise<void> {
  for await (const line of createInterface(socket)) {
    const [, tag = '', set = '', item = ''] = /^(\S+) FETCH (\S+) \(UID (.+)\)$/.exec(line) ?? [];
    if (item === 'RFC822.SIZE') await list(socket, set, options);
    if (item === 'BODY.PEEK[]') await give(socket, Number(set), options.size, connection);
    socket.write(`${tag || line.split(' ')[0]} OK done\r\n`);
  }
}

/** Of `n`, `n:m` or `n:*`. */
async function list(socket: Socket, set: string, { messages, size }: GeneratedMailboxOptions): Promise<void> {
  const [first, last = first] = set.split(':');
  const end = last === '*' ? messages : Number(last);
  let lines = '';
  for (let sequence = Number(first); sequence <= end; sequence++) {
    lines += `* ${sequence} FETCH (UID ${sequence} RFC822.SIZE ${size})\r\n`;
    if (lines.length < BLOCK.length && sequence < end) continue;
    await write(socket, lines);
    lines = '';
  }
}

/** A message of its own for each connection, so that none is taken for another. */
async function give(socket: Socket, sequence: number, size: number, connection: number): Promise<void> {
  const header = `From: a@example.org\r\nTo: b@example.net\r\nMessage-ID: <${sequence}.${connection}@example.org>\r\n\r\n`;
  await write(socket, `* ${sequence} FETCH (UID ${sequence} BODY[] {${size}}\r\n${header}`);
  for (let left = size - header.length; left > 0; left -= BLOCK.length) {
    await write(socket, BLOCK.subarray(0, Math.min(left, BLOCK.length)));
  }
  await write(socket, ')\r\n');
}

/** Resolves when the network took it, or never will. */
function write(socket: Socket, octets: string | Buffer): Promise<void> {
  return new Promise((resolve) => socket.write(octets, () => resolve()));
}
