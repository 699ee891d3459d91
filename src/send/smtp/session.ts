import type { Socket } from 'node:net';
import { type PeerTls, peerTls } from '../../peer-tls.js';
import type { SmtpExtensions } from './extensions.js';
import { parseReply, type SmtpReply } from './reply.js';

/** What became of a command: the server's reply to it, or that there will be none. */
export type Answer = { readonly kind: 'reply'; readonly reply: SmtpReply } | SessionEnd;

/** The session is over; nothing can be sent or received any more. */
export interface SessionEnd {
  readonly kind: 'ended';
  /** `protocol`: what the server sent was no reply, or none that could follow. `dropped`: by us, for our own reasons. */
  readonly reason: 'closed' | 'timeout' | 'protocol' | 'dropped';
  /** What the server said last, unasked, if that is why the session is over: a 421, or a refusal of DATA half-way. */
  readonly reply?: SmtpReply;
}

/** Milliseconds; the minimum that RFC 5321 §4.5.3.2 recommends is in brackets. */
export interface SubmissionTimeouts {
  /** Name lookup and TCP connection. */
  readonly connect: number;
  /** TLS handshake, and then the greeting (5 min). */
  readonly greeting: number;
  /** Each reply but that to the final dot (2 to 5 min). */
  readonly command: number;
  /** Each block of content to be taken by the network (3 min). */
  readonly block: number;
  /** The reply to the final dot (10 min). */
  readonly finalDot: number;
}

/** A connection on which replies are matched to commands; what the SMTP library gives us. */
export interface SmtpWire {
  readonly socket: Socket;
  send(line: string, onReply: (raw: string) => void): void;
  /** Says QUIT and closes when it is answered. */
  quit(): void;
  destroy(): void;
  /** Called once, with the server's last words if they are why. */
  onEnd(listener: (lastWords: string | undefined) => void): void;
}

/** A session after EHLO, ready for AUTH or MAIL. Every wait has a deadline, and passing it ends the session. */
export interface SmtpSession {
  readonly extensions: SmtpExtensions;
  /** Nobody between us and the server can read along. */
  readonly confidential: boolean;
  readonly tls: PeerTls | undefined;
  readonly end: SessionEnd | undefined;
  command(line: string): Promise<Answer>;
  /** Sends the last octets of a message, and the final dot with them. Whatever follows, the dot may be out. */
  finish(octets: Buffer): Promise<Answer>;
  /**
   * Sends `lines` and gives the answers in their order: all at once where the server offers PIPELINING, otherwise each
   * after the answer before it was taken.
   */
  exchange(lines: readonly string[]): AsyncGenerator<Answer, void>;
  /** Resolves when the network took all of `bytes`, which are then free for other use, or with the end of the session. */
  write(bytes: Buffer): Promise<SessionEnd | undefined>;
  /** Ends the session at once, whatever was going on. */
  drop(reason: SessionEnd['reason']): SessionEnd;
  /** Ends an idle session politely. */
  quit(): Promise<void>;
}

/** Milliseconds to wait for the reply to QUIT: nothing depends on it. */
const QUIT_WAIT = 2_000;

export function createSession(
  wire: SmtpWire,
  { extensions, confidential }: Pick<SmtpSession, 'extensions' | 'confidential'>,
  timeouts: SubmissionTimeouts,
): SmtpSession {
  let end: SessionEnd | undefined;
  const waiting = new Set<(end: SessionEnd) => void>();

  function finish(reason: SessionEnd['reason'], lastWords?: string): SessionEnd {
    if (end) return end;
    const reply = lastWords === undefined ? undefined : parseReply(lastWords);
    end = { kind: 'ended', reason, ...(reply && { reply }) };
    for (const settle of waiting) settle(end);
    return end;
  }

  function drop(reason: SessionEnd['reason']): SessionEnd {
    const ended = finish(reason);
    wire.destroy();
    return ended;
  }

  /** What `begin` settles with, or the end of the session, which comes at the latest after `deadline` ms. */
  function within<T>(deadline: number, begin: (settle: (value: T) => void) => void): Promise<T | SessionEnd> {
    if (end) return Promise.resolve(end);
    return new Promise((resolve) => {
      const settle = (value: T | SessionEnd) => {
        clearTimeout(timer);
        waiting.delete(settle);
        resolve(value);
      };
      const timer = setTimeout(() => drop('timeout'), deadline);
      waiting.add(settle);
      begin(settle);
    });
  }

  /** The reply may arrive long before it is waited for, and the end of the session right behind it. */
  function ask(line: string): (deadline: number) => Promise<Answer> {
    let raw: string | undefined;
    let onReply = (_raw: string) => {};
    wire.send(line, (received) => {
      raw = received;
      onReply(received);
    });
    return async (deadline) => {
      const received =
        raw ??
        (await within<string>(deadline, (settle) => {
          onReply = settle;
        }));
      if (typeof received !== 'string') return received;
      const reply = parseReply(received);
      return reply ? { kind: 'reply', reply } : drop('protocol');
    };
  }

  async function* exchange(lines: readonly string[]): AsyncGenerator<Answer, void> {
    if (!extensions.pipelining) {
      for (const line of lines) yield await ask(line)(timeouts.command);
      return;
    }
    const answers = together(() => lines.map(ask));
    for (const answer of answers) yield await answer(timeouts.command);
  }

  /** What `write` sends goes out in one segment, if it fits. */
  function together<T>(write: () => T): T {
    const { socket } = wire;
    socket.cork();
    const written = write();
    // The library writes each line in a `setImmediate` of its own: this comes after them.
    setImmediate(() => socket.uncork());
    return written;
  }

  wire.onEnd((lastWords) => finish('closed', lastWords));
  // No server closes one direction only: nothing that we send from here on would be answered.
  wire.socket.once('end', () => finish('closed'));

  return {
    extensions,
    confidential,
    get tls() {
      return peerTls(wire.socket);
    },
    get end() {
      return end;
    },
    command: (line) => ask(line)(timeouts.command),
    finish: (octets) => {
      const answer = together(() => {
        if (octets.length > 0) wire.socket.write(octets);
        return ask('.');
      });
      return answer(timeouts.finalDot);
    },
    exchange,
    write: (bytes) =>
      within<undefined>(timeouts.block, (settle) => {
        // A failed write ends the connection too, and that says more.
        wire.socket.write(bytes, (error) => error || settle(undefined));
      }),
    drop,
    async quit() {
      if (end) return;
      wire.quit();
      await within(Math.min(QUIT_WAIT, timeouts.command), () => {});
    },
  };
}
