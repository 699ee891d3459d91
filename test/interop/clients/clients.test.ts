import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startCyrus } from '../../support/cyrus.js';
import { startDovecot } from '../../support/dovecot.js';
import { ensure } from '../../support/packages.js';
import { type RunningProxy, startProxy } from '../../support/proxy.js';
import { scratchDirectory } from '../../support/scratch.js';
import type { Service } from '../../support/service.js';
import { fillMailbox } from '../../transparency/mailbox.js';
import { withoutVolatile } from '../../transparency/volatile.js';
import { curl } from './curl.js';
import { imapflow } from './imapflow.js';
import { imaplib } from './imaplib.js';
import type { Job } from './job.js';
import { mbsync } from './mbsync.js';
import { mutt } from './mutt.js';
import { stateOf } from './state.js';

type Account = { readonly user: string; readonly password: string };

const jobs: readonly Job[] = [curl, imapflow, imaplib, mbsync, mutt];
const accounts: readonly Account[] = jobs.map((_, index) => ({
  user: `c${index}@example.org`,
  password: 'secret',
}));

for (const [name, start] of [
  ['Dovecot', startDovecot],
  ['Cyrus', startCyrus],
] as const) {
  describe(`${name}, used through the proxy as without it`, () => {
    let servers: Service[];
    let proxy: RunningProxy;
    before(async () => {
      servers = await Promise.all([start({ accounts }), start({ accounts })]);
      proxy = await startProxy({ upstream: `imap://127.0.0.1:${servers[1]?.port}` });
    });
    after(async () => {
      await proxy.stop();
      await Promise.all(servers.map((server) => server.stop()));
    });

    for (const [index, job] of jobs.entries()) {
      test(job.name, async () => {
        if (job.package !== undefined) await ensure(job.package);
        const account = accounts[index] as Account;
        const [first, second] = servers as [Service, Service];

        const [direct, proxied] = await Promise.all([
          work(job, account, { port: first.port, serverPort: first.port }),
          work(job, account, { port: proxy.port, serverPort: second.port }),
        ]);
        assert.equal(proxied.seen, direct.seen);
        assert.equal(proxied.state, direct.state);
      });
    }
  });
}

/** Does the job with a new mailbox, and gives what the user saw and what the server has in the end. */
async function work(
  job: Job,
  account: Account,
  { port, serverPort }: { readonly port: number; readonly serverPort: number },
): Promise<{ seen: string; state: string }> {
  await fillMailbox(serverPort, account.user, account.password);
  const untouched = await stateOf({ ...account, port: serverPort });
  const directory = scratchDirectory('client');
  try {
    const seen = await job.run({ ...account, port, directory: directory.path });
    const state = await stateOf({ ...account, port: serverPort });
    assert.notEqual(state, untouched);
    return { seen: withoutVolatile(Buffer.from(seen, 'latin1')), state };
  } finally {
    await directory.remove();
  }
}
