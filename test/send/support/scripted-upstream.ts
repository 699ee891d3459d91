import type { ImapPeer, PeerConnection } from '../../support/imap-peer.js';
import { dial, startImapPeer } from '../../support/imap-peer.js';
import { type RunningProxy, startProxy } from '../../support/proxy.js';
import { faulty, type SmtpPeer, startPeer } from '../../support/smtp-peer.js';

/**
 * One command of ours, without its tag, and what upstream answers; `TAG` stands for the tag. Several texts are several
 * segments.
 */
export type Exchange = readonly [command: string, ...answer: readonly (string | Buffer)[]];

/** A client, the proxy, an upstream that answers as it is told, and a submission server that takes everything. */
export interface ScriptedUpstream {
  readonly client: PeerConnection;
  readonly upstream: PeerConnection;
  readonly submission: SmtpPeer;
  readonly proxy: RunningProxy;
  /** Upstream waits for each command and answers it. */
  answers(exchanges: readonly Exchange[]): Promise<void>;
}

export async function scriptedUpstream(
  context: { after(cleanUp: () => Promise<void>): void },
  flags: Record<string, string> = {},
): Promise<ScriptedUpstream> {
  const peer: ImapPeer = await startImapPeer();
  const submission = await startPeer(faulty(['PIPELINING'], () => undefined));
  const proxy = await startProxy({
    upstream: `imap://127.0.0.1:${peer.port}`,
    submission: `smtp://127.0.0.1:${submission.port}`,
    'submission-auth': 'none',
    'sender-policy': 'submission',
    ...flags,
  });
  const client = await dial(proxy.port);
  context.after(async () => {
    client.reset();
    await peer.close();
    await proxy.stop();
    await submission.close();
  });
  const upstream = await peer.accept();
  await upstream.send('* PREAUTH ready\r\n');
  await client.expectLine(/PREAUTH/);
  return {
    client,
    upstream,
    submission,
    proxy,
    async answers(exchanges) {
      for (const [command, ...answer] of exchanges) {
        const [, tag = '', given = ''] = await upstream.expectLine(/^(\S+) (.*)\r\n$/);
        if (given !== command) throw new Error(`${JSON.stringify(given)} instead of ${command}`);
        for (const segment of answer) {
          await upstream.send(typeof segment === 'string' ? segment.replace('TAG', tag) : segment);
        }
      }
    },
  };
}
