import { type Dovecot, startDovecot } from '../../support/dovecot.js';
import { type RunningProxy, startProxy } from '../../support/proxy.js';
import { type Sink, type SinkOptions, startSink } from '../../support/sink.js';
import { Wire } from '../../support/wire.js';

export const ANNA = { user: 'anna@example.org', password: 'anna secret' } as const;
export const BERT = { user: 'bert@example.org', password: 'bert secret' } as const;

/** Dovecot, and what stands behind and before it in each test. */
export interface MailSystem {
  readonly dovecot: Dovecot;
  /** A new mailbox of that account with these messages, as UIDs 1, 2, …; its name. */
  mailbox(messages: readonly string[], user?: string): Promise<string>;
  /** For one test: ends with it. */
  scene(context: { after(cleanUp: () => Promise<void>): void }): Scene;
  stop(): Promise<void>;
}

export interface Scene {
  sink(options?: SinkOptions): Promise<Sink>;
  /** Between Dovecot and a server on that port. */
  proxy(submissionPort: number, flags?: Record<string, string>): Promise<RunningProxy>;
  /** A client that is logged in and has selected the mailbox. */
  client(port: number, mailbox: string, account?: typeof ANNA | typeof BERT): Promise<Wire>;
}

export async function startMailSystem(): Promise<MailSystem> {
  const dovecot = await startDovecot({ accounts: [ANNA, BERT] });
  let mailboxes = 0;
  return {
    dovecot,
    async mailbox(messages, user = ANNA.user) {
      const name = `box${++mailboxes}`;
      for (const message of messages) await dovecot.deliver(user, name, message);
      return name;
    },
    scene(context) {
      // Clients first: a proxy waits for them when it stops.
      const running: (() => Promise<void>)[] = [];
      context.after(async () => {
        for (const end of running.reverse()) await end();
      });
      return {
        async sink(options) {
          const sink = await startSink(options);
          running.push(() => sink.stop());
          return sink;
        },
        async proxy(submissionPort, flags) {
          const proxy = await startProxy({
            upstream: `imap://127.0.0.1:${dovecot.port}`,
            submission: `smtp://127.0.0.1:${submissionPort}`,
            'submission-auth': 'none',
            ...flags,
          });
          running.push(() => proxy.stop());
          return proxy;
        },
        async client(port, mailbox, { user, password } = ANNA) {
          const client = await Wire.connect(port);
          running.push(async () => client.close());
          await client.line();
          await client.command('l', `LOGIN ${user} "${password}"`);
          await client.command('s', `SELECT ${mailbox}`);
          return client;
        },
      };
    },
    stop: () => dovecot.stop(),
  };
}

/** What the proxy says to a command: SEND lines and the tagged response. */
export async function sends(client: Wire, command = 'SEND 1:*', tag = 'x'): Promise<string[]> {
  const answer = await client.command(tag, command);
  return answer.split('\r\n').filter((line) => line.startsWith(`${tag} `) || / SEND \(/.test(line));
}

let messages = 0;

/** A message like no other to so many recipients, `r1@example.net` and on. */
export function message({
  from = ANNA.user,
  recipients = 1,
  header = '',
  body = 'hello\r\n',
}: {
  from?: string;
  recipients?: number;
  header?: string;
  body?: string;
} = {}): string {
  const to = Array.from({ length: recipients }, (_, index) => `r${index + 1}@example.net`).join(', ');
  const id = `Message-ID: <${String(++messages).padStart(4, '0')}@example.org>`;
  return `${id}\r\nFrom: ${from}\r\nTo: ${to}\r\n${header}\r\n${body}`;
}
