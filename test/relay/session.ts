import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionOptions } from 'node:tls';
import type { Events } from '../../src/log/events.js';
import {
  dial,
  type ImapPeer,
  type PeerConnection,
  type PeerOptions,
  startImapPeer,
} from '../support/imap-peer.js';
import { type RunningProxy, startProxy } from '../support/proxy.js';

/** What a test registers its clean-up with. */
interface Context {
  after(cleanUp: () => Promise<void>): void;
}

/** A client, the proxy in this process, and an upstream, which both do what the test says. */
export interface ScriptedSession {
  readonly proxy: RunningProxy;
  readonly peer: ImapPeer;
  readonly client: PeerConnection;
  readonly upstream: PeerConnection;
  /**
   * `C: octets` are sent by the client and awaited at upstream as they are, `S: octets` the other way round. What has to
   * arrive changed, or not at all, is no matter for this.
   */
  play(...script: readonly string[]): Promise<void>;
}

export type Flags = Record<string, string | string[] | boolean>;

/** Everything ends with the test. `tls` is for the handshake of the client, `peerOptions` for upstream. */
export async function scriptedSession(
  context: Context,
  flags: Flags | ((upstreamPort: number) => Flags) = {},
  tls: ConnectionOptions = {},
  peerOptions: PeerOptions = {},
): Promise<ScriptedSession> {
  const peer = await startImapPeer(peerOptions);
  const proxy = await startProxy({
    upstream: `imap://127.0.0.1:${peer.port}`,
    'submission-auth': 'none',
    ...(typeof flags === 'function' ? flags(peer.port) : flags),
  });
  const client = await dial(proxy.port, tls);
  context.after(async () => {
    client.reset();
    await peer.close();
    await proxy.stop();
  });
  const upstream = await peer.accept();
  const play = async (...script: readonly string[]): Promise<void> => {
    for (const step of script) {
      const octets = step.slice('C: '.length);
      const [from, to] = step.startsWith('C: ') ? [client, upstream] : [upstream, client];
      await from.send(octets);
      await to.expect(octets);
    }
  };
  return { proxy, peer, client, upstream, play };
}

/** A greeting and a login that pass unchanged. */
export const LOGGED_IN = ['S: * OK ready\r\n', 'C: a LOGIN anna secret\r\n', 'S: a OK\r\n'] as const;

/** Resolves with the log lines of sessions that were closed, as soon as there are so many. */
export async function closedSessions(
  { logged }: Pick<RunningProxy, 'logged'>,
  count = 1,
): Promise<readonly Events['session-closed'][]> {
  for (let tries = 0; tries < 1_000; tries++) {
    const closed = logged.filter(({ event }) => event === 'session-closed');
    if (closed.length >= count) return closed.map(({ fields }) => fields as Events['session-closed']);
    await delay(10);
  }
  throw new Error(`fewer than ${count} sessions were closed`);
}

/** What keeps the process alive, sorted: sockets, listeners, timers. */
export const activeResources = (): readonly string[] =>
  process
    .getActiveResourcesInfo()
    .filter((kind) => /TCP|TLS|Timeout|Pipe/.test(kind))
    .sort();
