import net from 'node:net';
import { scannableBuffer } from '../imap/data-lines.js';

/**
 * Plain sockets read into buffers that are reused, instead of a new one per read: a gigabyte passes without a gigabyte of
 * garbage. All sockets share one small buffer, from which octets are copied. A socket that fills it is in a bulk transfer
 * and gets a large buffer of its own until its reads are short again; octets are passed on from there without a copy.
 */
const SMALL = 16 * 1024;
/** Octets. With half as many, literals passed a tenth slower; with twice as many, hardly faster. */
const LARGE = 512 * 1024;
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

/**
 * From here on `socket`, of which nothing is being read, reads in place: as soon as it is resumed, and not before. What it read
 * until now is to be taken out of it first.
 */
export function readInPlace(socket: net.Socket, reader: Reader): void {
  const own = socket as unknown as Record<symbol, unknown> & { _handle?: Handle | null };
  const handle = own._handle;
  if (SLOTS === undefined || typeof handle?.useUserBuffer !== 'function') {
    socket.on('data', (octets) => reader.chunk(octets));
    return;
  }
  handle.readStop();
  handle.reading = false;
  const buffers = new InPlace(reader);
  own[SLOTS.buffer] = shared;
  own[SLOTS.next] = () => buffers.buffer();
  own[SLOTS.callback] = (count: number, buffer: Uint8Array) => buffers.filled(count, buffer);
  handle.useUserBuffer(shared);
  socket.once('close', () => buffers.closed());
}

/** What Node.js has of a connection below `net.Socket`. */
interface Handle {
  reading: boolean;
  readStop(): void;
  useUserBuffer(buffer: Uint8Array): void;
}

/**
 * Where `net.Socket` keeps its option `onread`. Node.js takes that for sockets that it dials, not for those that it accepts. To
 * move the connection to a second socket, made with the option, would take a tenth of the time of a short session. Undefined
 * where Node.js has it elsewhere: reading then works without.
 */
const SLOTS = slotsOf(new net.Socket());

function slotsOf(
  socket: net.Socket,
): { readonly buffer: symbol; readonly next: symbol; readonly callback: symbol } | undefined {
  const slot = (name: string): symbol | undefined =>
    Object.getOwnPropertySymbols(socket).find(({ description }) => description === name);
  const [buffer, next, callback] = [slot('kBuffer'), slot('kBufferGen'), slot('kBufferCb')];
  return buffer && next && callback && { buffer, next, callback };
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
    this.#large = spare.pop() ?? scannableBuffer(LARGE);
  }

  #release(): void {
    if (this.#large === undefined) return;
    lent--;
    spare.push(this.#large);
    this.#large = undefined;
  }
}
