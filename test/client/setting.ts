import { after, before } from 'node:test';
import type { ImapFlow } from 'imapflow';
import { connect } from '../../src/client/connect.js';
import { Secret } from '../../src/secret.js';
import { type Dovecot, startDovecot } from '../support/dovecot.js';
import { type RunningProxy, startProxy } from '../support/proxy.js';
import { type Sink, type SinkOptions, startSink } from '../support/sink.js';

/** Dovecot, the proxy, and a submission server that keeps what it gets. */
export interface Setting {
  readonly dovecot: Dovecot;
  readonly sink: Sink;
  readonly proxy: RunningProxy;
  /** Connected and logged in; through the proxy, if no port is given. */
  client(port?: number): Promise<ImapFlow>;
}

/** One for the tests of a file; there while they run. `flags` are more of `serve`. */
export function withSetting(
  options: SinkOptions = {},
  flags: Record<string, string | string[]> = {},
): () => Setting {
  let setting: Setting;
  const clients: ImapFlow[] = [];
  before(async () => {
    const dovecot = await startDovecot();
    const sink = await startSink(options);
    const proxy = await startProxy({
      upstream: `imap://127.0.0.1:${dovecot.port}`,
      submission: `smtp://127.0.0.1:${sink.port}`,
      'submission-auth': 'none',
      'sender-policy': 'submission',
      ...flags,
    });
    const client = async (port = proxy.port): Promise<ImapFlow> => {
      const { user, password } = dovecot;
      const account = { host: '127.0.0.1', port, tls: 'none', user, password: new Secret(password) } as const;
      const connected = await connect(account);
      clients.push(connected);
      return connected;
    };
    setting = { dovecot, sink, proxy, client };
  });
  after(async () => {
    for (const client of clients) client.close();
    await setting.proxy.stop();
    await setting.sink.stop();
    await setting.dovecot.stop();
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
