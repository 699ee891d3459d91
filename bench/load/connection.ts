import net from 'node:net';
import tls from 'node:tls';
import type { Pieces } from './canned.js';

/** Where the load goes to. */
export interface Target {
  readonly port: number;
  readonly tls: boolean;
}

/**
 * A client that looks at as little as possible of what it gets: it waits for so many octets, or for a line end. All
 * connections read into one buffer.
 */
export class Connection {
  received = 0;
  readonly #socket: net.Socket;
  /** The end of what was received while a line is waited for. */
  #text: string | undefined;
  #awaited = 0;
  #wake: (() => void) | undefined;
  #failure: Error | undefined;

  private constructor(socket: net.Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
  }

  /** Resolves once the greeting is there. */
  static async open(target: Target): Promise<Connection> {
    let connection: Connection | undefined;
    const onread = {
      buffer: shared,
      callback: (count: number, octets: Uint8Array) => {
        connection?.read(count, octets);
        return true;
      },
    };
    const plain = net.connect({
      host: '127.0.0.1',
      port: target.port,
      ...(target.tls ? {} : { onread }),
    });
    const socket = target.tls
      ? tls.connect({ socket: plain, rejectUnauthorized: false, ...({ onread } as object) })
      : plain;
    connection = new Connection(socket);
    if (target.tls) {
      const opened = connection;
      socket.on('data', (octets: Buffer) => opened.read(octets.length, octets));
    }
    connection.#listen();
    await connection.line('* OK');
    return connection;
  }

  #listen(): void {
    const fail = (error?: Error): void => {
      this.#failure ??= error ?? new Error('the connection ended');
      this.#wake?.();
    };
    this.#socket.on('error', fail).on('close', () => fail());
  }

  read(count: number, octets: Uint8Array): void {
    this.received += count;
    if (this.#text !== undefined) {
      const size = Math.min(count, LAST_LINE);
      const end = Buffer.from(octets.buffer, octets.byteOffset + count - size, size).toString('latin1');
      this.#text = (this.#text + end).slice(-LAST_LINE);
    }
    if (this.received >= this.#awaited) this.#wake?.();
  }

  write(octets: string | Buffer): void {
    this.#socket.write(octets);
  }

  /** Resolves when all is handed to the system. */
  upload(pieces: Pieces): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.cork();
      for (const piece of pieces) this.#socket.write(piece);
      this.#socket.write('', () => resolve());
      this.#socket.uncork();
    });
  }

  /** Resolves when `octets` more were received. */
  async expect(octets: number): Promise<void> {
    this.#awaited = this.received + octets;
    while (this.received < this.#awaited) await this.#more();
  }

  /** Resolves with a line that begins with `start`; nothing but a few short lines may come behind it. */
  async line(start: string): Promise<string> {
    this.#text = '';
    for (;;) {
      const text = `\n${this.#text}`;
      const found = text.indexOf(`\n${start}`);
      if (found >= 0 && text.endsWith('\n')) {
        this.#text = undefined;
        return text.slice(found + 1, text.indexOf('\r', found));
      }
      this.#awaited = this.received + 1;
      await this.#more();
    }
  }

  /** Resolves at the end of the stream. */
  async end(): Promise<void> {
    this.#awaited = Number.POSITIVE_INFINITY;
    while (this.#failure === undefined) await this.#wait();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #more(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    return this.#wait();
  }

  #wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }
}

/** Octets: more than a line has that is waited for, with those behind it. */
const LAST_LINE = 4096;

const shared = Buffer.allocUnsafeSlow(1024 * 1024);
