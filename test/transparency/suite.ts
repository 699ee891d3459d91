import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Service } from '../support/service.js';
import { asProxied } from './differences.js';
import { fillMailbox } from './mailbox.js';
import { oddly, uncut } from './pieces.js';
import { playDirectly } from './player.js';
import { playThroughProxy, playUntilClosed } from './proxied.js';
import type { FailClosed, Script } from './script.js';
import { withoutVolatile } from './volatile.js';

type Account = { readonly user: string; readonly password: string };

/** Scripts at a time: most of the time they wait for a server. */
const CONCURRENCY = 6;

/**
 * Plays each script three times at once, against equal servers with equal mailboxes: without the proxy, through it, and
 * through it with all streams in small pieces.
 */
export function transparency(
  name: string,
  start: (accounts: readonly Account[]) => Promise<Service>,
  scripts: readonly Script[],
  closings: readonly FailClosed[],
): void {
  describe(`${name}, ${scripts.length} scripts, through the proxy as without it`, {
    concurrency: CONCURRENCY,
  }, () => {
    const accounts = [...scripts, ...closings].map(({ password }, index) => ({
      user: `s${index}@example.org`,
      password,
    }));
    let servers: Service[] = [];
    before(async () => {
      servers = await Promise.all([start(accounts), start(accounts), start(accounts)]);
    });
    after(() => Promise.all(servers.map((server) => server.stop())));

    for (const [index, script] of closings.entries()) {
      test(`ends a session: ${script.name}`, async () => {
        const { user } = accounts[scripts.length + index] as Account;
        const { port } = servers[index % servers.length] as Service;
        const cutting = index % 2 === 0 ? uncut : oddly;
        await playUntilClosed(script, { user, serverPort: port, cutting });
      });
    }

    for (const [index, script] of scripts.entries()) {
      test(script.name, async () => {
        const [first, second, third] = servers as [Service, Service, Service];
        const account = accounts[index] as Account;
        if (opensInbox(script)) {
          await Promise.all(servers.map(({ port }) => fillMailbox(port, account.user, account.password)));
        }

        const [direct, whole, split] = await Promise.all([
          playDirectly(script, account.user, first.port),
          playThroughProxy(script, { user: account.user, serverPort: second.port, cutting: uncut }),
          playThroughProxy(script, {
            user: account.user,
            serverPort: third.port,
            cutting: script.uncut ? uncut : oddly,
          }),
        ]);
        const comparable = (received: Buffer): string => {
          const text = withoutVolatile(received);
          // A server that reports changes may report one of them twice.
          return script.inAnyOrder ? [...new Set(text.split('\n'))].sort().join('\n') : text;
        };
        const expected = comparable(asProxied(direct.received));
        assert.equal(comparable(whole.received), expected);
        assert.equal(comparable(split.received), expected, 'in small pieces');
      });
    }
  });
}

/** Filling takes as long as playing: what nobody looks at is left empty. */
const opensInbox = (script: Script): boolean => JSON.stringify(script.steps('')).includes('INBOX');
