import type net from 'node:net';
import { LF } from '../imap/bytes.js';
import { MAX_CAPABILITY_LINE } from '../imap/limits.js';
import { readResponseHead } from '../imap/response.js';
import { TimeoutError } from './timeout-error.js';

/**
 * Lines back and forth before a connection is relayed. Bounded in size and time; rejects when the peer fails. Ends with
 * `release`, or with the socket.
 */
export interface LineDialogue {
  send(line: string): void;
  /** The next line, with its end. */
  line(): Promise<Buffer>;
  /** All responses up to the tagged one, with the literals in them. */
  answer(tag: string): Promise<Buffer[]>;
  /**
   * The socket, paused, for whoever reads it from here. Rejects octets that came after the last line: before TLS an
   * attacker could have injected them (CVE-2011-0411).
   */
  release<S extends net.Socket>(): S;
  /** Likewise, with the octets that came: they are the client's, if nobody can have injected them. */
  leave(): { readonly socket: net.Socket; readonly rest: Buffer };
}

/** How many lines an answer may have. */
const MAX_LINES = 32;

export function dialogueWith(socket: net.Socket, deadline: number): LineDialogue {
  let received: Buffer = Buffer.alloc(0);
  let failure: Error | undefined;
  let wake = (): void => {};
  const onData = (octets: Buffer): void => {
    received = Buffer.concat([received, octets]);
    if (received.length > MAX_CAPABILITY_LINE * 2) socket.pause();
    wake();
  };
  const fail = (error?: Error): void => {
    clearTimeout(timer);
    failure ??= error instanceof Error ? error : new Error('upstream closed the connection');
    wake();
  };
  const timer = setTimeout(
    () => fail(new TimeoutError('greeting', 'upstream did not answer in time')),
    Math.max(1, deadline - Date.now()),
  );
  socket.on('data', onData).on('error', fail).on('end', fail).on('close', fail).resume();

  const more = async (): Promise<void> => {
    if (received.length > MAX_CAPABILITY_LINE) throw new Error('upstream sent an endless line');
    if (failure !== undefined) throw failure;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  };
  const take = (length: number): Buffer => {
    const taken = received.subarray(0, length);
    received = received.subarray(length);
    return taken;
  };
  const line = async (): Promise<Buffer> => {
    while (!received.includes(LF)) await more();
    return take(received.indexOf(LF) + 1);
  };
  const response = async (): Promise<Buffer> => {
    let octets = await line();
    // What looks like a literal in the text of a status response is none.
    while (readResponseHead(octets, 0).kind === 'data') {
      const length = /\{(\d{1,5})\}\r?\n$/.exec(octets.toString('latin1'))?.[1];
      if (length === undefined) break;
      while (received.length < Number(length)) await more();
      octets = Buffer.concat([octets, take(Number(length)), await line()]);
      if (octets.length > MAX_CAPABILITY_LINE) throw new Error('upstream sent an endless response');
    }
    return octets;
  };
  const leave = (): { socket: net.Socket; rest: Buffer } => {
    clearTimeout(timer);
    socket.removeListener('data', onData).removeListener('end', fail);
    socket.removeListener('error', fail).removeListener('close', fail);
    socket.pause();
    return { socket, rest: received };
  };
  return {
    send: (text) => void socket.write(text, 'latin1'),
    line,
    async answer(tag) {
      const lines: Buffer[] = [];
      while (lines.length < MAX_LINES) {
        const next = await response();
        lines.push(next);
        if (next.toString('latin1', 0, tag.length + 1) === `${tag} `) return lines;
      }
      throw new Error('upstream sent no answer but many lines');
    },
    release<S extends net.Socket>() {
      const { rest } = leave();
      if (rest.length > 0) throw new Error('upstream sent octets where none may come');
      return socket as S;
    },
    leave,
  };
}
