import type net from 'node:net';
import { TLSSocket } from 'node:tls';
import { type PeerTls, peerTls } from '../peer-tls.js';
import type { ProxiedTls } from '../proxy-protocol/header.js';
import { certificateName } from './client-certificate.js';
import { readInPlace } from './in-place-reader.js';
import { tlsDetails } from './tls-details.js';

export interface LegListener {
  /** The octets are valid until the call returns, or while the leg is paused from within it. */
  chunk(octets: Buffer): void;
  /** The peer sent its last octet. */
  ended(): void;
  /** All that was written is out. Told after `congested` was seen. */
  drained(): void;
  /** Both directions are over. */
  closed(error: NodeJS.ErrnoException | undefined): void;
}

/** Why a leg is not read, as bits of a number. It is read again when no reason is left. */
const PAUSES = { congested: 1, held: 2, spool: 4, handshake: 8 } as const;
export type PauseReason = keyof typeof PAUSES;

/** One connection of a session: to the client, or to upstream. */
export class Leg {
  bytesRead = 0;
  bytesWritten = 0;
  /** Whom the peer's certificate names, if it was verified. */
  certificate: string | undefined;
  #socket: net.Socket;
  #listener: LegListener | undefined;
  #error: NodeJS.ErrnoException | undefined;
  #awaited = false;
  #closed = false;
  #upgrading = false;
  /** Octets that were read of the socket before it was taken over. */
  #early: Buffer | null | undefined;
  #pauses = 0;

  /** Takes the socket over. Nothing is read before `listen`. */
  constructor(socket: net.Socket) {
    this.#socket = this.#attach(socket);
  }

  get secure(): boolean {
    return this.#socket instanceof TLSSocket;
  }

  /** In a handshake: nothing can be written, not even a farewell. */
  get upgrading(): boolean {
    return this.#upgrading;
  }

  get tls(): ProxiedTls | undefined {
    return this.#socket instanceof TLSSocket ? tlsDetails(this.#socket) : undefined;
  }

  /** What a server that we dialed showed. */
  get peerTls(): PeerTls | undefined {
    return peerTls(this.#socket);
  }

  /** Octets that were written are still on their way, and memory of the writer may be in use for them. */
  get congested(): boolean {
    const congested = !this.#socket.destroyed && this.#socket.writableLength > 0;
    this.#awaited ||= congested;
    return congested;
  }

  /** Octets that the peer's system took, while others wait for it; grows by whole writes. */
  get takenSoFar(): number | undefined {
    return this.congested ? this.bytesWritten - this.#socket.writableLength : undefined;
  }

  listen(listener: LegListener): void {
    this.#listener = listener;
    const early = this.#early;
    this.#early = undefined;
    if (early) this.#chunk(early);
    if (this.#closed) queueMicrotask(() => listener.closed(this.#error));
    else if (this.#socket.readableEnded) queueMicrotask(() => listener.ended());
    if (this.#pauses === 0) this.#socket.resume();
  }

  write(octets: Buffer): void {
    if (octets.length === 0 || this.#upgrading || !this.#socket.writable) return;
    this.bytesWritten += octets.length;
    this.#socket.write(octets, this.#written);
  }

  /** Sends what was written, then the end of the stream. */
  end(): void {
    if (this.#upgrading) this.#socket.destroy();
    else if (this.#socket.writable) this.#socket.end();
  }

  /** Ends the connection when what was written is out, whatever the peer does. */
  destroySoon(): void {
    if (this.#upgrading) this.#socket.destroy();
    else this.#socket.destroySoon();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  pause(reason: PauseReason): void {
    this.#pauses |= PAUSES[reason];
    this.#socket.pause();
  }

  resume(reason: PauseReason): void {
    const paused = this.#pauses !== 0;
    this.#pauses &= ~PAUSES[reason];
    if (paused && this.#pauses === 0 && this.#listener !== undefined) this.#socket.resume();
  }

  /**
   * Notices that the peer reset the connection while it is not read: the system says so only to who reads or writes. An
   * empty write sends nothing.
   */
  probe(): void {
    if (this.#pauses === 0 || this.#upgrading || !this.#socket.writable) return;
    if (this.#socket.writableLength === 0) this.#socket.write('');
  }

  /**
   * Puts TLS on the connection, behind `goAhead`. `upgrade` gets the plain socket, of which nothing is read any more. Until
   * it is done nothing else is written: it would stand in clear between the records of the handshake.
   */
  async upgrade(goAhead: Buffer, upgrade: (plain: net.Socket) => Promise<TLSSocket>): Promise<void> {
    const plain = this.#socket;
    this.pause('handshake');
    this.write(goAhead);
    this.#upgrading = true;
    await new Promise<void>((resolve) => plain.write('', () => resolve()));
    if (plain.destroyed) throw this.#error ?? new Error('gone before the handshake');
    plain.removeAllListeners();
    plain.on('error', this.#failed);
    this.#socket = this.#attach(await upgrade(plain));
    this.#upgrading = false;
    this.resume('handshake');
  }

  #attach(socket: net.Socket): net.Socket {
    // Now: a connection that is over does not tell any more.
    this.certificate = certificateName(socket);
    if (socket instanceof TLSSocket) socket.on('data', this.#chunk);
    else {
      if (socket.readableLength > 0) this.#early = socket.read();
      readInPlace(socket, { chunk: this.#chunk, paused: () => this.#pauses !== 0 });
    }
    socket.setNoDelay(true);
    socket.on('end', () => this.#listener?.ended());
    socket.on('error', this.#failed);
    socket.on('close', () => {
      this.#closed = true;
      this.#listener?.closed(this.#error);
    });
    return socket;
  }

  readonly #chunk = (octets: Buffer): void => {
    // What whoever starts TLS looks at first. The octets are ours only until we return.
    if (this.#upgrading) return void this.#socket.push(Buffer.from(octets));
    this.bytesRead += octets.length;
    this.#listener?.chunk(octets);
  };

  readonly #failed = (error: NodeJS.ErrnoException): void => {
    this.#error ??= error;
  };

  readonly #written = (): void => {
    if (!this.#awaited || this.#socket.writableLength > 0) return;
    this.#awaited = false;
    this.#listener?.drained();
  };
}
