import type { Events } from '../../src/log/events.js';
import { IPV4, tlv, v2 } from '../proxy-protocol/headers.js';
import { dial, type ImapPeer, type PeerConnection, startImapPeer } from '../support/imap-peer.js';
import { type RunningProxy, startProxy } from '../support/proxy.js';
import type { Flags } from './session.js';

/** Headers of one client. */
export const V1 = Buffer.from('PROXY TCP4 192.0.2.66 203.0.113.7 40000 993\r\n');
export const V2 = v2(0x21, 0x11, IPV4, tlv(2, 'mail.example.org'));
/** As the log shows it. */
export const PARSED = '192.0.2.66:40000';

type Fields<Name extends keyof Events> = readonly Events[Name][];
export const logged = <Name extends keyof Events>(
  { logged }: Pick<RunningProxy, 'logged'>,
  name: Name,
): Fields<Name> => logged.filter(({ event }) => event === name).map(({ fields }) => fields as Events[Name]);

export const opened = (proxy: RunningProxy): string[] =>
  logged(proxy, 'session-opened').map(({ address, via }) => `${address} via ${via}`);

/** What a test registers its clean-up with. */
export interface Context {
  after(cleanUp: () => Promise<void>): void;
}

/** A proxy that trusts 127.0.0.0/29 to name its clients, and an upstream. */
export interface Proxied {
  readonly proxy: RunningProxy;
  readonly peer: ImapPeer;
  /** A connection that begins with the octets; from an address that is trusted if none is given. */
  connect(octets: Buffer | string, from?: string): Promise<PeerConnection>;
  /** Has upstream greet the next session, and waits until the client has the greeting. */
  greet(client: PeerConnection): Promise<PeerConnection>;
}

export async function proxied(context: Context, flags: Flags = {}): Promise<Proxied> {
  const peer = await startImapPeer();
  const proxy = await startProxy({
    upstream: `imap://127.0.0.1:${peer.port}`,
    'submission-auth': 'none',
    'accept-proxy-protocol': '127.0.0.0/29',
    ...flags,
  });
  const clients: PeerConnection[] = [];
  context.after(async () => {
    for (const client of clients) client.reset();
    await peer.close();
    await proxy.stop();
  });
  return {
    proxy,
    peer,
    async connect(octets, from) {
      const client = await dial(proxy.port, {}, from);
      clients.push(client);
      if (octets.length > 0) await client.send(octets);
      return client;
    },
    async greet(client) {
      const upstream = await peer.accept();
      await upstream.send('* OK ready\r\n');
      await client.expect('* OK ready\r\n');
      return upstream;
    },
  };
}
