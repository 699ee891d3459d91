import type net from 'node:net';
import { LF } from '../imap/bytes.js';
import { MAX_CAPABILITY_LINE } from '../imap/limits.js';
import { TimeoutError } from './timeout-error.js';

/**
 * Lines back and forth before a connection is relayed. Bounded in size and time; rejects when the peer fails. Ends with
 * `release`, or with the socket.
 */
export interface LineDialogue {
  send(line: string): void;
  /** The next line, with its end. */
  line(): Promise<Buffer>;
  /** All lines up to the tagged one. */
  answer(tag: string): Promise<Buffer[]>;
  /**
   * The socket, paused, for whoever reads it from here. Rejects octets that came after the last line: before TLS an
   * attacker could have injected them (CVE-2011-0411).
   */
  release<S extends net.Socket>(): S;
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

  const line = async (): Promise<Buffer> => {
    for (;;) {
      const lf = received.indexOf(LF);
      if (lf >= 0) {
        const found = received.subarray(0, lf + 1);
        received = received.subarray(lf + 1);
        return found;
      }
      if (received.length > MAX_CAPABILITY_LINE) throw new Error('upstream sent an endless line');
      if (failure !== undefined) throw failure;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return {
    send: (text) => void socket.write(text, 'latin1'),
    line,
    async answer(tag) {
      const lines: Buffer[] = [];
      while (lines.length < MAX_LINES) {
        const next = await line();
        lines.push(next);
        if (next.toString('latin1', 0, tag.length + 1) === `${tag} `) return lines;
      }
      throw new Error('upstream sent no answer but many lines');
    },
    release<S extends net.Socket>() {
      clearTimeout(timer);
      socket.removeListener('data', onData).removeListener('end', fail);
      socket.removeListener('error', fail).removeListener('close', fail);
      socket.pause();
      if (received.length > 0) throw new Error('upstream sent octets where none may come');
      return socket as S;
    },
  };
}
