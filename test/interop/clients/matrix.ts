import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { certificates } from '../../support/certs.js';
import { ensure } from '../../support/packages.js';
import { type RunningProxy, startProxy } from '../../support/proxy.js';
import { scratchDirectory } from '../../support/scratch.js';
import type { Service } from '../../support/service.js';
import { fillMailbox } from '../../transparency/mailbox.js';
import { withoutVolatile } from '../../transparency/volatile.js';
import type { Case, Job, Place, Security } from './job.js';
import { stateOf } from './state.js';

type Account = { readonly user: string; readonly password: string };
type TlsService = Service & { readonly tlsPort?: number };

/** Starts a server with these accounts, and with TLS by this certificate. */
export type Start = (options: {
  readonly accounts: readonly Account[];
  readonly tls: { readonly certFile: string; readonly keyFile: string };
}) => Promise<TlsService>;

/**
 * Does each job twice at once: with a server, and through the proxy with another such server. What the user sees
 * and what the server has in the end must be the same.
 */
export function matrix(name: string, start: Start, cases: readonly Case[]): void {
  const accounts = cases.map((_, index) => ({ user: `c${index}@example.org`, password: 'secret' }));

  describe(`${name}, used through the proxy as without it`, () => {
    let servers: TlsService[] = [];
    /** One that asks for TLS, and one that has none. */
    let proxies: { readonly tls: RunningProxy; readonly plain: RunningProxy };
    let caFile: string;
    before(async () => {
      const { ca, server } = await certificates();
      caFile = ca.certFile;
      servers = await Promise.all([start({ accounts, tls: server }), start({ accounts, tls: server })]);
      const upstream = `imap://127.0.0.1:${servers[1]?.port}`;
      proxies = {
        plain: await startProxy({ upstream }),
        tls: await startProxy({
          listen: ['imap://127.0.0.1:0', 'imaps://127.0.0.1:0'],
          'tls-cert': server.certFile,
          'tls-key': server.keyFile,
          upstream,
        }),
      };
    });
    let same = 0;
    after(async () => {
      const programs = new Set(cases.map(({ job }) => job.name)).size;
      const result = `${programs} mail programs, ${same} of ${cases.length} cells of the matrix are the same`;
      process.stdout.write(`${name}: ${result}\n`);
      await Promise.all([proxies.plain.stop(), proxies.tls.stop()]);
      await Promise.all(servers.map((server) => server.stop()));
    });

    for (const [index, { job, security }] of cases.entries()) {
      test(`${job.name}, ${security}`, async () => {
        await ensure(...(job.packages ?? []));
        const [first, second] = servers as [TlsService, TlsService];
        const account = { ...(accounts[index] as Account), security, caFile };
        const proxy = security === 'plain' ? proxies.plain : proxies.tls;
        const both = [
          work(job, { ...account, port: portOf(first, security) }, first.port),
          work(job, { ...account, port: proxy.ports[security === 'tls' ? 1 : 0] as number }, second.port),
        ] as const;
        // Neither goes on when the other has failed and the servers end.
        await Promise.allSettled(both);
        const [direct, proxied] = await Promise.all(both);
        assert.equal(proxied.seen, direct.seen);
        assert.equal(proxied.state, direct.state);
        const events = proxy.logged.map(({ event, fields }) =>
          'user' in fields ? `${event} ${fields.user}` : event,
        );
        assert.ok(events.includes(`login ${account.user}`), 'it went another way');
        assert.ok(!events.includes('desync') && !events.includes('internal-error'));
        same++;
      });
    }
  });
}

function portOf({ port, tlsPort }: TlsService, security: Security): number {
  if (security !== 'tls') return port;
  assert.ok(tlsPort !== undefined);
  return tlsPort;
}

/** Does the job with a new mailbox, and gives what the user saw and what the server has in the end. */
async function work(
  job: Job,
  place: Omit<Place, 'directory'>,
  serverPort: number,
): Promise<{ seen: string; state: string }> {
  const { user, password } = place;
  await fillMailbox(serverPort, user, password);
  const untouched = await stateOf({ user, password, port: serverPort });
  const directory = scratchDirectory('client');
  try {
    const seen = await job.run({ ...place, directory: directory.path });
    const state = await stateOf({ user, password, port: serverPort });
    assert.notEqual(state, untouched);
    return { seen: withoutVolatile(Buffer.from(seen, 'latin1')), state };
  } finally {
    await directory.remove();
  }
}
