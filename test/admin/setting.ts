import type { TestContext } from 'node:test';
import { message } from '../relay/sending.js';
import { dial, type ImapPeer, type PeerConnection, startImapPeer } from '../support/imap-peer.js';
import { type RunningProxy, startProxy } from '../support/proxy.js';
import { type Sink, type SinkOptions, startSink } from '../support/sink.js';
import { type Answered, type Asking, ask, BY_PAGE } from './http.js';

/** A proxy with an admin listener, between an upstream that does what the test says and a submission server. */
export interface AdminSetting {
  readonly proxy: RunningProxy;
  readonly peer: ImapPeer;
  readonly sink: Sink;
  /** URL of the admin listener. */
  readonly admin: string;
  get(path: string, asking?: Asking): Promise<Answered>;
  /** As the page does what changes something. */
  change(method: 'POST' | 'PUT' | 'DELETE', path: string): Promise<Answered>;
  /** A session in which somebody logged in and selected a mailbox. */
  join(user?: string): Promise<{ readonly client: PeerConnection; readonly upstream: PeerConnection }>;
  stop(): Promise<void>;
}

export async function startAdmin(
  context: Pick<TestContext, 'after'>,
  flags: Record<string, string> = {},
  sinkOptions: SinkOptions = {},
): Promise<AdminSetting> {
  const peer = await startImapPeer();
  const sink = await startSink(sinkOptions);
  const proxy = await startProxy({
    upstream: `imap://127.0.0.1:${peer.port}`,
    submission: `smtp://127.0.0.1:${sink.port}`,
    'submission-auth': 'none',
    'sender-policy': 'submission',
    admin: 'http://127.0.0.1:0',
    ...flags,
  });
  const clients: PeerConnection[] = [];
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= proxy.stop();
    return stopped;
  };
  context.after(async () => {
    for (const client of clients) client.reset();
    await peer.close();
    await stop();
    await sink.stop();
  });
  const admin = proxy.admin ?? '';
  return {
    proxy,
    peer,
    sink,
    admin,
    get: (path, asking) => ask(admin, path, asking),
    change: (method, path) => ask(admin, path, { method, headers: BY_PAGE }),
    async join(user = 'anna') {
      const client = await dial(proxy.port);
      clients.push(client);
      const upstream = await peer.accept();
      await upstream.send('* OK ready\r\n');
      await client.expect('* OK ready\r\n');
      for (const command of [`l LOGIN ${user} secret`, 's SELECT INBOX']) {
        await client.send(`${command}\r\n`);
        await upstream.expect(`${command}\r\n`);
        await upstream.send(`${command[0]} OK done\r\n`);
        await client.expect(`${command[0]} OK done\r\n`);
      }
      return { client, upstream };
    },
    stop,
  };
}

/** A message for the sink. */
export const MESSAGE = message('by the way');
