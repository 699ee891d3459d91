import net from 'node:net';

/**
 * Plain sockets read into buffers that are reused, instead of a new one per read: a gigabyte passes without a gigabyte of
 * garbage. All sockets share one small buffer, from which octets are copied. A socket that fills it is in a bulk transfer
 * and gets a large buffer of its own until its reads are short again; octets are passed on from there without a copy.
 */
const SMALL = 16 * 1024;
const LARGE = 256 * 1024;
/** A socket whose peer sends much and then falls silent holds a large one: thousands must not hold thousands. */
const MAX_LARGE = 32;

const shared = Buffer.allocUnsafeSlow(SMALL);
const spare: Buffer[] = [];
let lent = 0;

export interface Reader {
  /** The octets are the caller's until it returns, or until the socket is resumed when it paused it meanwhile. */
  chunk(octets: Buffer): void;
  paused(): boolean;
}

/** The connection of `socket` as a new socket that reads in place. `socket` itself is spent. */
export function readInPlace(socket: net.Socket, reader: Reader): net.Socket {
  const handle = detachHandle(socket);
  if (handle === undefined) return socket.on('data', (octets) => reader.chunk(octets));
  const buffers = new InPlace(reader);
  const onread: net.OnReadOpts = {
    buffer: () => buffers.buffer(),
    callback: (count, buffer) => buffers.filled(count, buffer),
  };
  // Without it the socket would read at once, and there may be nobody yet who hears of what came.
  const options = { handle, onread, allowHalfOpen: true, pauseOnCreate: true };
  return new net.Socket(options as net.SocketConstructorOpts).once('close', () => buffers.closed());
}

class InPlace {
  readonly #reader: Reader;
  #large: Buffer | undefined;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** Where the next read goes. */
  buffer(): Buffer {
    return this.#large ?? shared;
  }

  filled(count: number, buffer: Uint8Array): boolean {
    if (this.#large === undefined) {
      this.#reader.chunk(Buffer.from(shared.subarray(0, count)));
      if (count === SMALL) this.#lend();
      return true;
    }
    this.#reader.chunk((buffer as Buffer).subarray(0, count));
    // While paused, a write still reads from the large buffer: it cannot be given back yet.
    if (count < SMALL && !this.#reader.paused()) this.#release();
    return true;
  }

  /** Where octets of it may still be on their way to the other side, the buffer is left to the garbage collector. */
  closed(): void {
    if (this.#large === undefined) return;
    if (this.#reader.paused()) {
      lent--;
      this.#large = undefined;
    } else this.#release();
  }

  #lend(): void {
    if (lent === MAX_LARGE) return;
    lent++;
    this.#large = spare.pop() ?? Buffer.allocUnsafeSlow(LARGE);
  }

  #release(): void {
    if (this.#large === undefined) return;
    lent--;
    spare.push(this.#large);
    this.#large = undefined;
  }
}

/**
 * Node offers `onread` for sockets that it dials, not for those that it accepts, so the handle is moved to a socket that
 * was made with it. Undefined where there is no such handle any more: reading then works without.
 */
export function detachHandle(socket: net.Socket): unknown {
  const owner = socket as unknown as { _handle?: { readStop?: () => void; reading?: boolean } | null };
  const handle = owner._handle;
  if (handle === undefined || handle === null || typeof handle.readStop !== 'function') return undefined;
  handle.readStop();
  handle.reading = false;
  owner._handle = null;
  socket.destroy();
  return handle;
}
