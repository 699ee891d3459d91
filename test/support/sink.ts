import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';

/** What to answer instead of success, e.g. `550 User not found`; undefined for success. */
export type Verdict = string | undefined | Promise<string | undefined>;

export interface SinkOptions {
  readonly onMailFrom?: (address: string) => Verdict;
  readonly onRecipient?: (address: string) => Verdict;
  /** Answers the final dot; the message is kept only if it is accepted. */
  readonly onMessage?: (message: ReceivedMessage) => Verdict;
  /** Passwords by user name. Without users nobody has to log in; with users everybody has to. */
  readonly users?: Readonly<Record<string, string>>;
  /** Tokens by user name, for XOAUTH2. */
  readonly tokens?: Readonly<Record<string, string>>;
  /** PEM. STARTTLS is offered, or TLS spoken at once with `implicitTls`. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly implicitTls?: boolean;
  /** Extensions that are not offered. */
  readonly hide?: readonly ('PIPELINING' | '8BITMIME' | 'SMTPUTF8')[];
  /** Octets, offered with SIZE; a larger message is refused. Default: SIZE is not offered. */
  readonly size?: number;
  /** Milliseconds before each answer to MAIL, RCPT, and the final dot. */
  readonly delay?: number;
}

export interface ReceivedMessage {
  /** As on the wire, between the angle brackets. */
  readonly mailFrom: string;
  /** The rest of the MAIL command, e.g. `SIZE=120 BODY=8BITMIME`. */
  readonly parameters: string;
  /** As on the wire; those that were accepted, in order. */
  readonly recipients: readonly string[];
  /** Between the reply to DATA and the final dot, after dot-unstuffing (RFC 5321 §4.5.2), byte for byte. */
  readonly content: Buffer;
  /** Who was logged in. */
  readonly user?: string;
  readonly tls: boolean;
}

/**
 * An SMTP server that keeps what it gets. Its limits: quoted local parts with a blank, `@`, `<` or `>` are answered
 * with 501, DATA always with 354, and a dot is taken away after a bare LF, too.
 */
export interface Sink {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** Those that were accepted, in the order of their final dots. */
  readonly messages: readonly ReceivedMessage[];
  /** Messages that broke off before the final dot. */
  readonly brokenOff: number;
  /** Connections accepted so far. */
  readonly connections: number;
  /** Every command line, of all connections, in order; passwords are hidden. */
  readonly commands: readonly string[];
  /** Resolves when no connection is open. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

interface Transaction {
  mailFrom: string;
  parameters: string;
  recipients: string[];
}

export async function startSink(options: SinkOptions = {}): Promise<Sink> {
  const messages: ReceivedMessage[] = [];
  const commands: string[] = [];
  const lastCommand = new Map<string, string>();
  const transactions = new Map<string, Transaction>();
  const counted = { brokenOff: 0, connections: 0 };
  const settled = (verdict: () => Verdict) => verdictAfter(options.delay ?? 0, verdict);

  const server = new SMTPServer({
    ...offered(options),
    logger: commandLogger((session, line) => {
      commands.push(line);
      lastCommand.set(session, line);
    }),
    onConnect(_session, callback) {
      counted.connections++;
      callback();
    },
    onAuth(auth, _session, callback) {
      const { username = '' } = auth;
      const secret = auth.method === 'XOAUTH2' ? auth.accessToken : auth.password;
      const expected = auth.method === 'XOAUTH2' ? options.tokens?.[username] : options.users?.[username];
      if (expected !== undefined && secret === expected) callback(null, { user: username });
      else callback(refusal('535 5.7.8 Authentication credentials invalid'));
    },
    // The addresses that the library hands over have been converted to Unicode: the wire has the real ones.
    onMailFrom(_address, session, callback) {
      const { address, parameters } = parsePath(lastCommand.get(session.id) ?? '');
      settled(() => options.onMailFrom?.(address)).then((error) => {
        transactions.set(session.id, { mailFrom: address, parameters, recipients: [] });
        callback(error);
      });
    },
    onRcptTo(_address, session, callback) {
      const { address } = parsePath(lastCommand.get(session.id) ?? '');
      settled(() => options.onRecipient?.(address)).then((error) => {
        if (error === null) transactions.get(session.id)?.recipients.push(address);
        callback(error);
      });
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', () => {
        counted.brokenOff++;
      });
      stream.on('end', () => {
        const message = received(transactions.get(session.id), Buffer.concat(chunks), session);
        settled(() => options.onMessage?.(message)).then((error) => {
          // What is too large is refused by the library, whatever the answer.
          if (error === null && !stream.sizeExceeded) messages.push(message);
          callback(error);
        });
      });
    },
    onClose(session) {
      lastCommand.delete(session.id);
      transactions.delete(session.id);
    },
  });
  // A client that breaks off its connection or a TLS handshake is what tests are about.
  server.on('error', () => {});

  const listener = server.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    host: '127.0.0.1',
    port: (listener.address() as AddressInfo).port,
    messages,
    commands,
    get brokenOff() {
      return counted.brokenOff;
    },
    get connections() {
      return counted.connections;
    },
    idle: async () => {
      while (server.connections.size > 0) await delay(5);
    },
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

function offered(options: SinkOptions): SMTPServerOptions {
  const authenticates = options.users !== undefined || options.tokens !== undefined;
  const disabledCommands: string[] = [];
  if (!authenticates) disabledCommands.push('AUTH');
  if (options.tls === undefined) disabledCommands.push('STARTTLS');
  return {
    ...options.tls,
    secure: options.implicitTls ?? false,
    name: 'sink.test',
    disabledCommands,
    authMethods: [...(options.users ? ['PLAIN', 'LOGIN'] : []), ...(options.tokens ? ['XOAUTH2'] : [])],
    allowInsecureAuth: true,
    hidePIPELINING: options.hide?.includes('PIPELINING'),
    hide8BITMIME: options.hide?.includes('8BITMIME'),
    hideSMTPUTF8: options.hide?.includes('SMTPUTF8'),
    ...(options.size !== undefined && { size: options.size, rejectOversized: true }),
    disableReverseLookup: true,
    lenientAddressParsing: true,
    socketTimeout: 600_000,
    // `stop` does not wait for clients that keep their connection open.
    closeTimeout: 1,
  };
}

/** The library shows the bare command lines to its logger only, with passwords hidden. */
function commandLogger(onCommand: (session: string, line: string) => void) {
  const debug = (entry: { tnx?: string; cid?: string }, _format?: unknown, line?: unknown) => {
    if (entry.tnx === 'command') onCommand(entry.cid ?? '', String(line));
  };
  const ignore = () => {};
  return { trace: ignore, debug, info: ignore, warn: ignore, error: ignore, fatal: ignore };
}

/** `MAIL FROM:<path> parameters` */
function parsePath(command: string): { address: string; parameters: string } {
  const [, address = '', parameters = ''] = /<([^>]*)>\s*(.*)$/s.exec(command) ?? [];
  return { address, parameters };
}

function received(
  transaction: Transaction = { mailFrom: '', parameters: '', recipients: [] },
  content: Buffer,
  session: SMTPServerSession,
): ReceivedMessage {
  const user = session.user ? { user: String(session.user) } : {};
  return { ...transaction, recipients: [...transaction.recipients], content, tls: session.secure, ...user };
}

async function verdictAfter(milliseconds: number, verdict: () => Verdict): Promise<Error | null> {
  if (milliseconds > 0) await delay(milliseconds);
  const reply = await verdict();
  return reply === undefined ? null : refusal(reply);
}

function refusal(reply: string): Error {
  return Object.assign(new Error(reply.slice(4)), { responseCode: Number(reply.slice(0, 3)) });
}
