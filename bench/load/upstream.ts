import net from 'node:net';
import { readInPlace } from '../../src/relay/in-place-reader.js';
import { answerTo, CAPABILITY, completion, FETCH, type Fetch, GREETING } from './canned.js';

/**
 * An IMAP server that has all answers ready and takes every literal: as fast as a server can be. A process of its own; its
 * argument is the port.
 */

const fetches = new Map<string, Fetch>((Object.keys(FETCH) as Fetch[]).map((fetch) => [FETCH[fetch], fetch]));

const LITERAL = /\{(\d+)(\+?)\}$/;

/** One client, from its first octet to the end. */
function serve(socket: net.Socket): void {
  let line = '';
  let literalLeft = 0;
  readInPlace(socket, { chunk, paused: () => false });
  socket.setNoDelay(true);
  socket.on('error', () => {}).on('end', () => socket.end());
  socket.write(GREETING);
  socket.resume();

  function chunk(octets: Buffer): void {
    for (let at = 0; at < octets.length; ) {
      if (literalLeft > 0) {
        const size = Math.min(literalLeft, octets.length - at);
        literalLeft -= size;
        at += size;
        continue;
      }
      const lf = octets.indexOf(0x0a, at);
      const end = lf < 0 ? octets.length : lf + 1;
      line += octets.toString('latin1', at, end);
      at = end;
      if (lf >= 0) lineEnd(line.trimEnd());
    }
  }

  function lineEnd(text: string): void {
    const [, size, plus] = LITERAL.exec(text) ?? [];
    if (size !== undefined) {
      literalLeft = Number(size);
      // What follows the literal belongs to the same command.
      line = `${text.slice(0, text.lastIndexOf('{'))}~`;
      if (plus === '') socket.write('+ go ahead\r\n');
      return;
    }
    line = '';
    const space = text.indexOf(' ');
    command(text.slice(0, space), text.slice(space + 1));
  }

  function command(tagged: string, text: string): void {
    const done = completion(tagged);
    const fetch = fetches.get(text);
    if (fetch !== undefined) {
      socket.cork();
      for (const piece of answerTo(fetch)) socket.write(piece);
      socket.write(done);
      socket.uncork();
    } else if (text === 'LOGOUT') socket.end(`* BYE\r\n${done}`);
    else if (text.startsWith('CAPABILITY')) socket.write(CAPABILITY + done);
    else if (text === 'SELECT INBOX') socket.write(`* ${100_000} EXISTS\r\n${done}`);
    else socket.write(done);
  }
}

const server = net.createServer({ pauseOnConnect: true, noDelay: true }, serve);
server.listen({ host: '127.0.0.1', port: Number(process.argv[2]), backlog: 4096 });
