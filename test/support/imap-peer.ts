import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import tls from 'node:tls';

/** Who waits longer waits for what does not come. */
const deadlineMs = 20_000;

/** A server on the loopback that knows no IMAP: the test says what it sends, and compares what it gets. */
export interface ImapPeer {
  readonly port: number;
  /** Connections made so far. */
  readonly connections: number;
  /** Those that are open now. */
  readonly open: number;
  /** The next connection that nobody has asked for yet. */
  accept(): Promise<PeerConnection>;
  close(): Promise<void>;
}

export interface PeerOptions {
  readonly tls?: tls.SecureContextOptions;
  /** TLS before the greeting. */
  readonly implicitTls?: boolean;
}

export async function startImapPeer(options: PeerOptions = {}): Promise<ImapPeer> {
  const open = new Set<PeerConnection>();
  const waiting: PeerConnection[] = [];
  let connections = 0;
  let wake = (): void => {};
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const connection = new PeerConnection(socket, serverTls(options.tls));
    connections++;
    open.add(connection);
    socket.on('close', () => open.delete(connection));
    if (options.implicitTls) connection.startTls().catch(() => {});
    waiting.push(connection);
    wake();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    get open() {
      return open.size;
    },
    async accept() {
      await within(
        'a connection',
        () => waiting.length > 0,
        (woken) => {
          wake = woken;
        },
      );
      return waiting.shift() as PeerConnection;
    },
    async close() {
      for (const connection of open) connection.reset();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A client that knows as little; `options` are for `startTls`, `from` is its own address. */
export async function dial(
  port: number,
  options: tls.ConnectionOptions = {},
  from = '127.0.0.1',
): Promise<PeerConnection> {
  const where = { port, host: '127.0.0.1', localAddress: from };
  const socket = connect({ ...where, allowHalfOpen: true, noDelay: true });
  await once(socket, 'connect');
  return new PeerConnection(socket, (plain) =>
    tls.connect({ socket: plain, servername: 'localhost', ...options }),
  );
}

function serverTls(options: tls.SecureContextOptions | undefined): Upgrade {
  return (plain) => {
    assert.ok(options, 'the peer has no certificate');
    const server = { isServer: true, secureContext: tls.createSecureContext(options) };
    return new tls.TLSSocket(plain, server);
  };
}

type Upgrade = (plain: Socket) => tls.TLSSocket;

/** One end of a connection. Nothing is sent that the test did not ask for, not even the end of the stream. */
export class PeerConnection {
  /** Octets received, also those that were not kept. */
  bytesReceived = 0;
  /** The other side sent its last octet, or the connection is gone. */
  ended = false;
  /** The connection is gone in both directions. */
  closed = false;
  readonly #plain: Socket;
  readonly #upgrade: Upgrade;
  #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #show: ((octets: Buffer) => void) | undefined;
  #wake: () => void = () => {};

  constructor(socket: Socket, upgrade: Upgrade) {
    this.#plain = socket;
    this.#upgrade = upgrade;
    this.#socket = socket;
    this.#listen();
  }

  /** Resolves when the octets are out, as far as the operating system takes them. */
  send(octets: string | Buffer): Promise<void> {
    const bytes = typeof octets === 'string' ? Buffer.from(octets, 'latin1') : octets;
    return new Promise((resolve) => this.#socket.write(bytes, () => resolve()));
  }

  /** Between the records of TLS. */
  sendInClear(octets: string): void {
    this.#plain.write(octets);
  }

  /** Waits for exactly these octets, and no others before them. */
  async expect(octets: string): Promise<void> {
    await this.#until(JSON.stringify(octets), () => this.ended || this.#received.length >= octets.length);
    assert.equal(this.#take(octets.length), octets);
  }

  /** Waits for a line, which must match. */
  async expectLine(line: RegExp): Promise<RegExpExecArray> {
    await this.#until(String(line), () => this.ended || this.#received.includes(10));
    const text = this.#take(this.#received.indexOf(10) + 1);
    const found = line.exec(text);
    assert.ok(found, `${JSON.stringify(text)} instead of ${line}`);
    return found;
  }

  /** Waits for the end of the stream, and for nothing before it. */
  async expectEnd(): Promise<void> {
    await this.#until('the end', () => this.ended);
    assert.equal(this.#take(this.#received.length), '');
  }

  /** Waits until so many octets came in all; what was not awaited before is forgotten. */
  async expectBytes(count: number): Promise<void> {
    if (this.#show === undefined) this.stream();
    await this.#until(`${count} octets`, () => this.ended || this.bytesReceived >= count);
    assert.equal(this.bytesReceived, count);
  }

  /** From here on octets are counted and shown, not kept. */
  stream(show: (octets: Buffer) => void = () => {}): void {
    show(this.#received);
    this.#received = Buffer.alloc(0);
    this.#show = show;
  }

  /** Octets that came and were not expected yet. */
  get pending(): string {
    return this.#received.toString('latin1');
  }

  /** Resolves when TLS is active, for all octets from here on; rejects with why it is not. */
  async startTls(): Promise<tls.TLSSocket> {
    this.#socket.removeAllListeners('data').removeAllListeners('end');
    const secured = this.#upgrade(this.#plain);
    this.#socket = secured;
    this.#listen();
    await new Promise<void>((resolve, reject) => {
      const fail = (error?: Error): void =>
        reject(error ?? new Error('peer: connection ended in the handshake'));
      secured.once('secure', resolve).once('_tlsError', fail).once('error', fail);
      secured.once('end', fail).once('close', () => fail());
    });
    return secured;
  }

  /** Reads nothing until `resume`, so that the other side has to wait. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Half-closes. */
  end(): void {
    this.#socket.end();
  }

  reset(): void {
    // libuv refuses a reset after a half-close, and Node then never closes the descriptor.
    if (this.#plain.writableEnded) this.#plain.destroy();
    else this.#plain.resetAndDestroy();
  }

  #take(count: number): string {
    const taken = this.#received.toString('latin1', 0, count);
    this.#received = this.#received.subarray(count);
    return taken;
  }

  #listen(): void {
    const over = (closed: boolean) => (): void => {
      this.ended = true;
      this.closed ||= closed;
      this.#wake();
    };
    this.#socket.on('error', () => {});
    this.#socket.on('end', over(false)).on('close', over(true));
    this.#socket.on('data', (octets: Buffer) => {
      this.bytesReceived += octets.length;
      if (this.#show === undefined) this.#received = Buffer.concat([this.#received, octets]);
      else this.#show(octets);
      this.#wake();
    });
  }

  #until(what: string, met: () => boolean): Promise<void> {
    return within(what, met, (woken) => {
      this.#wake = woken;
    });
  }
}

/** @param onWake is given what to call whenever `met` may have changed. */
async function within(what: string, met: () => boolean, onWake: (wake: () => void) => void): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (!met()) {
    const left = deadline - Date.now();
    if (left <= 0) throw new Error(`peer: no ${what} within ${deadlineMs} ms`);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, left);
      onWake(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
