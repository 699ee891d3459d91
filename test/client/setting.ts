import { after, before } from 'node:test';
import type { ImapFlow } from 'imapflow';
import { connect } from '../../src/client/connect.js';
import { Secret } from '../../src/secret.js';
import { startCyrus } from '../support/cyrus.js';
import { type Dovecot, startDovecot } from '../support/dovecot.js';
import { type RunningProxy, startProxy } from '../support/proxy.js';
import { type Sink, type SinkOptions, startSink } from '../support/sink.js';

/** A mail server, the proxy, and a submission server that keeps what it gets. */
export interface Setting {
  readonly server: Pick<Dovecot, 'port' | 'user' | 'password'>;
  readonly sink: Sink;
  readonly proxy: RunningProxy;
  /** Connected and logged in; through the proxy, if no port is given. */
  client(port?: number): Promise<ImapFlow>;
}

const account = { user: 'anna@example.org', password: 'anna secret' };

/** A mail server that has the account, and the mailboxes Sent and Drafts. */
export const UPSTREAMS = { Dovecot: startDovecot, Cyrus: startCyrus } as const;

/** One for the tests of a file; there while they run. `flags` are more of `serve`. */
export function withSetting(
  options: SinkOptions = {},
  flags: Record<string, string | string[]> = {},
  upstream: keyof typeof UPSTREAMS = 'Dovecot',
): () => Setting {
  let setting: Setting;
  let stop: () => Promise<void>;
  const clients: ImapFlow[] = [];
  before(async () => {
    const started = await UPSTREAMS[upstream]();
    const server = { port: started.port, ...account };
    const sink = await startSink(options);
    const proxy = await startProxy({
      upstream: `imap://127.0.0.1:${server.port}`,
      submission: `smtp://127.0.0.1:${sink.port}`,
      'submission-auth': 'none',
      'sender-policy': 'submission',
      ...flags,
    });
    const client = async (port = proxy.port): Promise<ImapFlow> => {
      const password = new Secret(account.password);
      const connected = await connect({ ...account, host: '127.0.0.1', port, tls: 'none', password });
      clients.push(connected);
      return connected;
    };
    setting = { server, sink, proxy, client };
    stop = () => started.stop();
  });
  after(async () => {
    for (const client of clients) client.close();
    await setting.proxy.stop();
    await setting.sink.stop();
    await stop();
  });
  return () => setting;
}

let count = 0;

/** A message like no other, with CRLF. */
export function messageTo(recipient: string, body = 'hello\r\n'): string {
  const id = `Message-ID: <${++count}.${process.pid}@example.org>`;
  return `${id}\r\nFrom: anna@example.org\r\nTo: ${recipient}\r\nSubject: ${count}\r\n\r\n${body}`;
}

/** Flags of the messages of a mailbox, by UID. */
export async function contents(client: ImapFlow, path: string): Promise<Record<number, string[]>> {
  await client.mailboxOpen(path);
  const messages = await client.fetchAll('1:*', { flags: true });
  return Object.fromEntries(messages.map(({ uid, flags }) => [uid, [...(flags ?? [])].sort()]));
}
