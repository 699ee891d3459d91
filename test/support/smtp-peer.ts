import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';

/**
 * What the peer does: octets to send, or a fault. `stall`: neither speaks nor listens any more. `trickle`: sends the same
 * again and again, one octet at a time.
 */
export type Reaction =
  | string
  | 'stall'
  | 'close'
  | 'reset'
  | { readonly send: string; readonly next: 'close' | 'reset' | 'stall' | 'tls' | 'trickle' };

/** Something that the peer has to react to. */
export interface PeerEvent {
  /**
   * A command line without its line end, the empty string for a new connection, `.` for the end of a message, and
   * `content` for its first octets.
   */
  readonly line: string;
  /** 1 for the first connection that was made. */
  readonly connection: number;
  /** Commands of this connection before this one that began with the same word. */
  readonly earlier: number;
}

/** Undefined: nothing, which is right for `content`. */
export type Script = (event: PeerEvent) => Reaction | undefined;

export interface SmtpPeer {
  readonly port: number;
  readonly connections: number;
  /** Those open now. */
  readonly open: number;
  /** Every command line, in order. */
  readonly lines: readonly string[];
  /** The content of each message whose final dot was answered by 2yz, dot-unstuffed. */
  readonly accepted: readonly string[];
  close(): Promise<void>;
}

export interface PeerOptions {
  readonly tls?: { readonly cert: string; readonly key: string };
  /** TLS before the greeting. */
  readonly implicitTls?: boolean;
}

/**
 * A server on the loopback that knows no SMTP beyond its script, but for this: after it sent `354`, everything up to
 * the final dot is one message.
 */
export async function startPeer(script: Script, options: PeerOptions = {}): Promise<SmtpPeer> {
  const lines: string[] = [];
  const accepted: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;

  const server = createServer((plain) => {
    const connection = ++connections;
    sockets.add(plain);
    plain.on('close', () => sockets.delete(plain));
    const earlier = new Map<string, number>();
    let socket: Socket = plain;
    let received = '';
    let inContent = false;
    let deaf = false;

    function event(line: string): string {
      const word = line.split(/[ :]/)[0]!.toUpperCase();
      const count = earlier.get(word) ?? 0;
      earlier.set(word, count + 1);
      const reaction = script({ line, connection, earlier: count });
      if (reaction === undefined) return '';
      const { send, next } = typeof reaction === 'object' ? reaction : asAction(reaction);
      if (next === 'trickle') {
        deaf = true;
        trickle(send);
        return '';
      }
      if (send !== '') socket.write(Buffer.from(send, 'latin1'));
      if (send.startsWith('354')) inContent = true;
      if (next === 'tls') secure();
      if (next === 'close') socket.end();
      if (next === 'stall') socket.pause();
      if (next === 'reset') plain.resetAndDestroy();
      deaf = next !== undefined && next !== 'tls';
      return send;
    }

    function trickle(octets: string): void {
      let at = 0;
      const timer = setInterval(() => socket.write(octets.charAt(at++ % octets.length)), 5);
      plain.on('close', () => clearInterval(timer));
    }

    function secure(): void {
      received = '';
      socket.removeAllListeners('data');
      socket = new TLSSocket(plain, { isServer: true, secureContext: createSecureContext(options.tls) });
      listen();
    }

    function listen(): void {
      socket.on('error', () => {});
      // Node would keep a connection that ends in the middle of a handshake.
      socket.on('end', () => plain.destroy());
      socket.on('data', (chunk) => {
        const started = inContent && received === '';
        received += chunk.toString('latin1');
        if (started) event('content');
        while (!deaf && (inContent ? content() : command()));
      });
    }

    function command(): boolean {
      const end = received.indexOf('\r\n');
      if (end < 0) return false;
      const line = received.slice(0, end);
      received = received.slice(end + 2);
      lines.push(line);
      event(line);
      return true;
    }

    function content(): boolean {
      const found = /(^|\r\n)\.\r\n/.exec(received);
      if (!found) return false;
      const raw = received.slice(0, found.index + found[1]!.length);
      received = received.slice(found.index + found[0].length);
      inContent = false;
      if (event('.').startsWith('2')) accepted.push(raw.replace(/(^|\r\n)\./g, '$1'));
      return true;
    }

    plain.on('error', () => {});
    if (options.implicitTls) secure();
    else listen();
    event('');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    get open() {
      return sockets.size;
    },
    lines,
    accepted,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function asAction(reaction: string): { send: string; next?: 'close' | 'reset' | 'stall' } {
  return reaction === 'stall' || reaction === 'close' || reaction === 'reset'
    ? { send: '', next: reaction }
    : { send: reaction };
}

/** What a server without faults says to each first word of an event; the word of a new connection is empty. */
export function cooperative(extensions: readonly string[] = []): Record<string, string> {
  const ehlo = ['peer.test', ...extensions].map(
    (text, index, all) => `250${index < all.length - 1 ? '-' : ' '}${text}\r\n`,
  );
  return {
    '': '220 peer.test ESMTP\r\n',
    EHLO: ehlo.join(''),
    AUTH: '235 2.7.0 Welcome\r\n',
    RSET: '250 2.0.0 Reset\r\n',
    MAIL: '250 2.1.0 Sender ok\r\n',
    RCPT: '250 2.1.5 Recipient ok\r\n',
    DATA: '354 Go ahead\r\n',
    '.': '250 2.0.0 Taken\r\n',
    QUIT: '221 2.0.0 Bye\r\n',
  };
}

/** A server that is cooperative but where `fault` has something else in mind. */
export function faulty(extensions: readonly string[], fault: Script): Script {
  const replies = cooperative(extensions);
  return (event) => fault(event) ?? replies[event.line.split(/[ :]/)[0]!.toUpperCase()];
}
