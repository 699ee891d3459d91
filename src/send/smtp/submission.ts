import type { Socket } from 'node:net';
import SMTPConnection, {
  type SMTPConnectionCustomAuthContext,
  type SMTPConnectionOptions,
} from 'nodemailer/lib/smtp-connection';
import { isLoopback, parseEnd } from '../../ip-address.js';
import { dial } from './dial.js';
import { parseExtensions } from './extensions.js';
import { parseReply } from './reply.js';
import { createSession, type SmtpSession, type SmtpWire, type SubmissionTimeouts } from './session.js';
import { explain, type Unavailable } from './unavailable.js';

/*
 * The only file that knows nodemailer. Its SMTPConnection does what comes before a message: TLS, EHLO, replies matched
 * to commands, 421, QUIT. The transaction is ours (transaction.ts), because SMTPConnection.send() (10.6)
 * - sends the message when some recipients were refused, and an empty one when all were and DATA is answered by 354;
 * - has no place between the content and the final dot, where the handover has to be recorded;
 * - takes a 250 as the answer to DATA, so that the message would be read as commands;
 * - declares SMTPUTF8 for addresses only, not for a UTF-8 header (RFC 6531 §3.4);
 * - believes every word of the EHLO reply, the server's name included.
 * The way to send our own commands is the one it gives to authentication mechanisms of one's own (`customAuth`).
 */

/** Where to submit (RFC 6409). */
export interface SubmissionServer {
  readonly host: string;
  readonly port: number;
  /** `starttls-try`: STARTTLS where it is offered, and then it has to succeed. */
  readonly tls: 'implicit' | 'starttls-require' | 'starttls-try' | 'never';
  /** PEM certificates to trust instead of the public ones. */
  readonly ca?: readonly string[];
  /** The server's certificate is not verified. */
  readonly insecure: boolean;
}

export type Opened =
  | { readonly ok: true; readonly session: SmtpSession }
  | { readonly ok: false; readonly why: Unavailable };

/** The name under which our handler stands among the authentication mechanisms; it never reaches a server. */
const COMMAND_CHANNEL = 'COMMAND-CHANNEL';

/** Octets of one reply, however many lines; of all before we say AUTH or MAIL. No server needs more. */
const MAX_REPLY = 64 * 1024;

/** Milliseconds for the server to close its side after we closed ours. */
const CLOSE_WAIT = 1_000;

/** Connects, secures the connection and says EHLO as `name`, by default as this host. */
export async function openSession(
  server: SubmissionServer,
  timeouts: SubmissionTimeouts,
  name?: string,
): Promise<Opened> {
  const dialled = await dial(server.host, server.port, timeouts.connect);
  if (!dialled.ok) return { ok: false, why: explain({ tls: false, code: dialled.code }) };
  const connection = new SMTPConnection(connectionOptions(server, timeouts, dialled.socket, name));
  const limit = limitReplies(connection);
  const why = await handshake(connection, timeouts);
  if (why) return { ok: false, why };
  // The reply that completed the handshake: to EHLO, or to HELO where EHLO was refused (RFC 5321 §3.2).
  const ehlo = connection.lastServerResponse || '';
  if (parseReply(ehlo) === undefined) {
    connection.close();
    return { ok: false, why: explain({ tls: false, code: 'EPROTOCOL', words: ehlo }) };
  }
  const confidential = connection.secure || staysHere(dialled.socket);
  const session = createSession(
    createWire(connection, limit),
    { extensions: parseExtensions(ehlo), confidential },
    timeouts,
  );
  return { ok: true, session };
}

function connectionOptions(
  server: SubmissionServer,
  timeouts: SubmissionTimeouts,
  socket: Socket,
  name: string | undefined,
): SMTPConnectionOptions {
  return {
    host: server.host,
    port: server.port,
    connection: socket,
    secure: server.tls === 'implicit',
    requireTLS: server.tls === 'starttls-require',
    ignoreTLS: server.tls === 'never',
    tls: {
      minVersion: 'TLSv1.2',
      rejectUnauthorized: !server.insecure,
      ...(server.ca && { ca: [...server.ca] }),
    },
    name,
    greetingTimeout: timeouts.greeting,
    connectionTimeout: handshakeTimeout(timeouts),
    // Each wait of a session has a deadline of ours; the library's clock must not be faster.
    socketTimeout: 2 * Math.max(...Object.values(timeouts)),
    socketCloseTimeout: CLOSE_WAIT,
    maxResponseSize: MAX_REPLY,
  };
}

/** TLS and greeting, EHLO, STARTTLS, its handshake, EHLO. */
const handshakeTimeout = ({ greeting, command }: SubmissionTimeouts) => 2 * greeting + 3 * command;

function handshake(
  connection: SMTPConnection,
  timeouts: SubmissionTimeouts,
): Promise<Unavailable | undefined> {
  return new Promise((resolve) => {
    const done = (failure?: Unavailable) => {
      clearTimeout(timer);
      resolve(failure);
    };
    const failed = (error: SMTPConnection.SMTPError) =>
      done(
        explain({
          tls: connection.upgrading === true || error.code === 'ETLS',
          code: error.originalCode ?? error.code ?? 'ECONNECTION',
          words: error.response,
        }),
      );
    const timer = setTimeout(() => {
      done(explain({ tls: false, code: 'ETIMEDOUT' }));
      connection.close();
    }, handshakeTimeout(timeouts));
    // It stays: later errors have a listener, and change nothing here.
    connection.on('error', failed);
    connection.once('end', () => done(explain({ tls: false, code: 'ECONNECTION' })));
    // The library acts on one reply in each turn of the event loop. Replies that were there before we asked anything fail
    // in the next one: later they would be taken for answers to our commands.
    connection.connect((error) => (error ? failed(error) : setImmediate(() => setImmediate(done))));
  });
}

interface ReplyLimit {
  /** The reply that was waited for is there: the next one may be as long. */
  replied(): void;
}

/**
 * The library skips empty lines, and queues what it skips: a server that sends nothing else would have us busy with that
 * alone, and all sessions wait.
 */
function limitReplies(connection: SMTPConnection): ReplyLimit {
  const library = connection as unknown as {
    _onSocketData(chunk: Buffer): void;
    _onResponseTooLarge(): void;
  };
  const read = library._onSocketData;
  let octets = 0;
  library._onSocketData = (chunk) => {
    octets += chunk.length;
    if (octets > MAX_REPLY) library._onResponseTooLarge();
    else read(chunk);
  };
  return {
    replied: () => {
      octets = 0;
    },
  };
}

function createWire(connection: SMTPConnection, limit: ReplyLimit): SmtpWire {
  // The TLS socket after STARTTLS, not the one it was made of.
  const socket = connection._socket as Socket;
  limit.replied();
  readByLine(socket);
  let sendCommand: SMTPConnectionCustomAuthContext['sendCommand'] | undefined;
  connection.customAuth.set(COMMAND_CHANNEL, (context) => {
    sendCommand = context.sendCommand;
    context.resolve();
  });
  connection.login({ method: COMMAND_CHANNEL }, () => {});

  let lastWords: string | undefined;
  connection.on('error', ({ response }: SMTPConnection.SMTPError) => {
    lastWords = response;
  });
  return {
    socket,
    send: (line, onReply) =>
      sendCommand?.(line, (_error, { response }) => {
        limit.replied();
        onReply(response);
      }),
    quit: () => connection.quit(),
    destroy() {
      connection.close();
      socket.destroy();
    },
    onEnd(listener) {
      connection.once('end', () => listener(lastWords ?? closingReply(connection)));
    },
  };
}

/**
 * The library acts on one reply for each chunk it reads and leaves the others for later turns of the event loop, where
 * the end of the connection overtakes them: a pipelined refusal would be lost when the server hangs up after it.
 */
function readByLine(socket: Socket): void {
  for (const onData of socket.listeners('data')) {
    socket.removeListener('data', onData as (chunk: Buffer) => void);
    socket.on('data', (chunk: Buffer) => {
      for (let from = 0; from < chunk.length; ) {
        const lineFeed = chunk.indexOf('\n', from);
        const next = lineFeed < 0 ? chunk.length : lineFeed + 1;
        onData.call(socket, chunk.subarray(from, next));
        from = next;
      }
    });
  }
}

/** The library takes a 421 that nobody asked for as a regular end, without an error that would carry it. */
function closingReply({ lastServerResponse }: SMTPConnection): string | undefined {
  const words = lastServerResponse || undefined;
  return words?.startsWith('421') ? words : undefined;
}

function staysHere({ remoteAddress = '' }: Socket): boolean {
  const address = parseEnd(remoteAddress);
  return address !== undefined && isLoopback(address);
}
