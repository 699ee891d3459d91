import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startProxy } from '../support/proxy.js';
import type { Service } from '../support/service.js';
import { asProxied } from './differences.js';
import { fillMailbox } from './mailbox.js';
import { type Played, play } from './player.js';
import { startRecorder } from './recorder.js';
import type { Script } from './script.js';
import { withoutVolatile } from './volatile.js';

type Account = { readonly user: string; readonly password: string };

/** Scripts at a time: most of the time they wait for a server. */
const CONCURRENCY = 4;

/**
 * Plays each script three times at once, against equal servers with equal mailboxes: without the proxy, through it, and
 * through it with all streams in small pieces.
 */
export function transparency(
  name: string,
  start: (accounts: readonly Account[]) => Promise<Service>,
  scripts: readonly Script[],
): void {
  describe(`${name}, through the proxy as without it`, { concurrency: CONCURRENCY }, () => {
    const accounts = scripts.map(({ password }, index) => ({ user: `s${index}@example.org`, password }));
    let servers: Service[] = [];
    before(async () => {
      servers = await Promise.all([start(accounts), start(accounts), start(accounts)]);
    });
    after(() => Promise.all(servers.map((server) => server.stop())));

    for (const [index, script] of scripts.entries()) {
      test(script.name, async () => {
        const [first, second, third] = servers as [Service, Service, Service];
        const account = accounts[index] as Account;
        await Promise.all(servers.map(({ port }) => fillMailbox(port, account.user, account.password)));

        const stage = { user: account.user, proxied: false, split: false };
        const [direct, whole, split] = await Promise.all([
          play(script, { ...stage, port: first.port, serverPort: first.port }),
          playThroughProxy(script, { ...account, serverPort: second.port, split: false }),
          playThroughProxy(script, { ...account, serverPort: third.port, split: true }),
        ]);
        const comparable = (received: Buffer): string => {
          const text = withoutVolatile(received);
          return script.inAnyOrder ? text.split('\n').sort().join('\n') : text;
        };
        const expected = comparable(asProxied(direct.received));
        assert.equal(comparable(whole.received), expected);
        assert.equal(comparable(split.received), expected, 'in small pieces');
      });
    }
  });
}

/** @throws AssertionError where an octet differs between the two sides of the proxy. */
async function playThroughProxy(
  script: Script,
  { user, serverPort, split }: Account & { readonly serverPort: number; readonly split: boolean },
): Promise<Played> {
  const recorder = await startRecorder(serverPort, split);
  const proxy = await startProxy({ upstream: `imap://127.0.0.1:${recorder.port}` });
  try {
    const played = await play(script, { port: proxy.port, serverPort, user, proxied: true, split });
    assert.equal(recorder.fromProxy().toString('latin1'), played.sent.toString('latin1'));
    const expected = asProxied(recorder.fromServer());
    assert.equal(played.received.toString('latin1'), expected.toString('latin1'));
    return played;
  } finally {
    await proxy.stop();
    await recorder.stop();
  }
}
