import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { dial, type ImapPeer, type PeerConnection, startImapPeer } from '../support/imap-peer.js';
import { type RunningProxy, startProxy } from '../support/proxy.js';

/** What a test registers its clean-up with. */
export interface Context {
  after(cleanUp: () => Promise<void>): void;
}

/** One session, and the worker that has it. */
export interface Joined {
  readonly client: PeerConnection;
  readonly upstream: PeerConnection;
  readonly worker: number;
  /** In the log. */
  readonly session: string;
}

/** A proxy with two workers, and an upstream that does what the test says. */
export interface CrewSetting {
  readonly proxy: RunningProxy;
  readonly peer: ImapPeer;
  /** One more session, which was greeted; one after the other. */
  join(from?: string): Promise<Joined>;
  /** The same, with a login. */
  joinAs(user: string): Promise<Joined>;
  /** The process that has the number now. */
  pid(worker: number): number;
}

export async function startCrew(context: Context, flags: Record<string, string> = {}): Promise<CrewSetting> {
  const peer = await startImapPeer();
  const proxy = await startProxy({
    upstream: `imap://127.0.0.1:${peer.port}`,
    'submission-auth': 'none',
    workers: '2',
    ...flags,
  });
  const clients: PeerConnection[] = [];
  context.after(async () => {
    for (const client of clients) client.reset();
    await peer.close();
    await proxy.stop();
  });

  async function join(from?: string): Promise<Joined> {
    const before = linesOf(proxy, 'session-opened').length;
    const client = await dial(proxy.port, {}, from);
    clients.push(client);
    const upstream = await peer.accept();
    await upstream.send('* OK ready\r\n');
    await client.expect('* OK ready\r\n');
    await until('the session is logged', () => linesOf(proxy, 'session-opened').length > before);
    const { worker, session } = linesOf(proxy, 'session-opened').at(-1) as {
      worker: number;
      session: string;
    };
    return { client, upstream, worker, session };
  }

  return {
    proxy,
    peer,
    join,
    async joinAs(user) {
      const joined = await join();
      const { client, upstream } = joined;
      // With the second, the worker has said to the primary what became of the first.
      for (const command of [`l LOGIN ${user} secret`, 'n NOOP']) {
        await client.send(`${command}\r\n`);
        await upstream.expect(`${command}\r\n`);
        await upstream.send(`${command[0]} OK\r\n`);
        await client.expect(`${command[0]} OK\r\n`);
      }
      return joined;
    },
    pid: (worker) =>
      linesOf(proxy, 'worker-started').findLast((line) => line['worker'] === worker)?.['pid'] as number,
  };
}

/** The fields of what was logged as `event`, `worker` among them. */
export function linesOf({ logged }: Pick<RunningProxy, 'logged'>, event: string): Record<string, unknown>[] {
  return logged.filter((each) => each.event === event).map(({ fields }) => fields as Record<string, unknown>);
}

/** Fails when it takes longer than any machine should need. */
export async function until(what: string, met: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await met())) {
    assert.ok(Date.now() < deadline, `${what}: not within 20 s`);
    await delay(5);
  }
}
