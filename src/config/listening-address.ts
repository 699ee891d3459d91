import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { endianness } from 'node:os';
import { formatIp } from '../ip-address.js';
import type { Address } from './config.js';

/** TCP_LISTEN, as proc_net(5) writes it. */
const LISTENING = '0A';
const CHUNK = 1 << 16;

/**
 * Where a descriptor listens: what getsockname(2) says, which Node.js has only for sockets that it has begun to accept from.
 * Undefined for anything but a TCP socket that listens, in our network namespace.
 */
export function listeningAddress(fd: number): Address | undefined {
  const inode = socketInode(fd);
  if (inode === undefined) return undefined;
  return find(linesOf('/proc/self/net/tcp'), inode) ?? find(linesOf('/proc/self/net/tcp6'), inode);
}

/** In the lines of /proc/net/tcp or /proc/net/tcp6: proc_net(5). `order` is that of the machine. */
export function find(lines: Iterable<string>, inode: number, order = endianness()): Address | undefined {
  for (const line of lines) {
    const fields = line.trim().split(/\s+/);
    const [host = '', port = ''] = fields[1]?.split(':') ?? [];
    if (fields[3] !== LISTENING || fields[9] !== String(inode)) continue;
    // Words of 32 bits as they are in memory, where they have the order of the network.
    const octets = Buffer.from(host, 'hex');
    return { host: formatIp(order === 'LE' ? octets.swap32() : octets), port: Number.parseInt(port, 16) };
  }
  return undefined;
}

function socketInode(fd: number): number | undefined {
  try {
    const stat = fstatSync(fd);
    return stat.isSocket() ? stat.ino : undefined;
  } catch {
    return undefined;
  }
}

/** Line by line: sockets that listen come first, connections in their tens of thousands behind them. */
function* linesOf(path: string): Generator<string> {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return;
  }
  try {
    const chunk = Buffer.alloc(CHUNK);
    let rest = '';
    for (;;) {
      const size = readSync(file, chunk);
      const lines = (rest + chunk.toString('latin1', 0, size)).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
      if (size === 0) return;
    }
  } finally {
    closeSync(file);
  }
}
