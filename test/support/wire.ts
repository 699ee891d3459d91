import net from 'node:net';
import tls from 'node:tls';

/** Only a peer that hangs meets it: Cyrus has taken 25 ms for a NOOP on a busy machine, and 300 are waited for. */
const DEADLINE_MS = 60_000;

/** A client that knows no IMAP beyond lines and literals: it sends octets and waits for octets. */
export class Wire {
  received: Buffer = Buffer.alloc(0);
  ended = false;
  #taken = 0;
  #wake: () => void = () => {};
  #socket: net.Socket;

  private constructor(socket: net.Socket) {
    this.#socket = socket;
    this.#listen();
  }

  static connect(port: number): Promise<Wire> {
    return new Promise((resolve, reject) => {
      const socket = net.connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
      socket.once('error', reject).once('connect', () => resolve(new Wire(socket)));
    });
  }

  static connectTls(port: number, ca: string): Promise<Wire> {
    return new Promise((resolve, reject) => {
      const socket = tls.connect({ port, host: '127.0.0.1', ca, servername: 'localhost' });
      socket.once('error', reject).once('secureConnect', () => resolve(new Wire(socket)));
    });
  }

  /** Starts TLS on the connection, after the server agreed to it. */
  async upgrade(ca: string): Promise<void> {
    this.#socket.removeAllListeners('data');
    const secured = tls.connect({ socket: this.#socket, ca, servername: 'localhost' });
    await new Promise<void>((resolve, reject) => {
      secured.once('error', reject).once('secureConnect', () => resolve());
    });
    this.#socket = secured;
    this.#listen();
  }

  send(octets: string | Buffer): void {
    this.#socket.write(typeof octets === 'string' ? Buffer.from(octets, 'latin1') : octets);
  }

  /** Sends the parts one after the other, as segments of their own. */
  async sendParts(parts: readonly (string | Buffer)[]): Promise<void> {
    for (const part of parts) {
      this.send(part);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /** What came since the last call, up to and with the first place where `end` matches. */
  async until(end: RegExp): Promise<string> {
    const deadline = Date.now() + DEADLINE_MS;
    for (;;) {
      const fresh = this.received.toString('latin1', this.#taken);
      const found = end.exec(fresh);
      if (found !== null) {
        this.#taken += found.index + found[0].length;
        return fresh.slice(0, found.index + found[0].length);
      }
      if (this.ended) throw new Error(`connection ended while waiting for ${end}: ${JSON.stringify(fresh)}`);
      if (Date.now() > deadline)
        throw new Error(`no ${end} within ${DEADLINE_MS} ms: ${JSON.stringify(fresh)}`);
      await this.#change(deadline);
    }
  }

  /** The next line. */
  line(): Promise<string> {
    return this.until(/^[^\n]*\n/);
  }

  /** Sends a command and returns all up to its tagged response, which is included. */
  command(tag: string, rest: string): Promise<string> {
    this.send(`${tag} ${rest}\r\n`);
    return this.answer(tag);
  }

  answer(tag: string): Promise<string> {
    return this.until(new RegExp(`(^|\\n)${tag} (OK|NO|BAD)[^\\n]*\\n`));
  }

  /** All that is left, when the server has ended its side. */
  async rest(): Promise<string> {
    const deadline = Date.now() + DEADLINE_MS;
    while (!this.ended) {
      if (Date.now() > deadline) throw new Error(`still open after ${DEADLINE_MS} ms`);
      await this.#change(deadline);
    }
    const rest = this.received.toString('latin1', this.#taken);
    this.#taken = this.received.length;
    return rest;
  }

  /** Half-closes: no more is sent. */
  end(): void {
    this.#socket.end();
  }

  reset(): void {
    this.#socket.resetAndDestroy();
  }

  close(): void {
    this.#socket.destroy();
  }

  #listen(): void {
    this.#socket.on('data', (octets: Buffer) => {
      this.received = Buffer.concat([this.received, octets]);
      this.#wake();
    });
    const ended = (): void => {
      this.ended = true;
      this.#wake();
    };
    this.#socket.on('end', ended).on('close', ended).on('error', ended);
  }

  #change(deadline: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(1, deadline - Date.now()));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
