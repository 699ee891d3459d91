import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { certificates } from '../../support/certs.js';
import { type Dovecot, startDovecot } from '../../support/dovecot.js';
import { type HaproxyOptions, startHaproxy } from '../../support/haproxy.js';
import { dial, type PeerConnection } from '../../support/imap-peer.js';
import { type RunningProxy, startProxy } from '../../support/proxy.js';
import { logins } from './dovecot-log.js';

const { ca, server } = await certificates();

interface Context {
  after(cleanUp: () => Promise<void>): void;
}

let dovecot: Dovecot;

before(async () => {
  dovecot = await startDovecot({
    requireTls: true,
    extra: `
listen = 127.0.0.1, 127.0.0.2
haproxy_trusted_networks = 127.0.0.1
service imap-login {
  inet_listener imap {
    haproxy = yes
  }
}`,
  });
});

after(() => dovecot?.stop());

/** A client at `from` of HAProxy, in front of the proxy, in front of Dovecot. */
async function chain(
  context: Context,
  scheme: string,
  options: Omit<HaproxyOptions, 'to'>,
  from: string,
): Promise<{ proxy: RunningProxy; client: PeerConnection }> {
  const proxy = await startProxy({
    listen: [`${scheme}://127.0.0.1:0`],
    'tls-cert': server.certFile,
    'tls-key': server.keyFile,
    // Another address than the proxy's own: Dovecot does not take it for a connection within one host.
    upstream: `imap://127.0.0.2:${dovecot.port}`,
    'submission-auth': 'none',
    'accept-proxy-protocol': '127.0.0.1',
    'upstream-proxy-protocol': 'v2',
  });
  const front = await startHaproxy({ ...options, to: proxy.port });
  const client = await dial(front.port, { ca: ca.cert }, from);
  context.after(async () => {
    client.reset();
    await front.stop();
    await proxy.stop();
  });
  return { proxy, client };
}

/** Both know the client by its address. */
async function knownAs(from: string, proxy: RunningProxy): Promise<void> {
  const login = (await logins(dovecot, ({ rip }) => rip === from)).find(({ rip }) => rip === from);
  assert.equal(login?.user, dovecot.user);
  assert.match(login?.line ?? '', /, (secured|TLS), /);
  assert.equal((await proxy.seen('login')).address, from);
  const { address, via } = await proxy.seen('session-opened');
  assert.match(address, new RegExp(`^${from}:\\d+$`));
  assert.equal(via, '127.0.0.1');
}

async function logIn(client: PeerConnection): Promise<void> {
  await client.send(`a LOGIN ${dovecot.user} "${dovecot.password}"\r\n`);
  await client.expectLine(/^(a OK|\* CAPABILITY) /);
}

for (const [send, from] of [
  ['send-proxy', '127.0.0.21'],
  ['send-proxy-v2', '127.0.0.22'],
] as const) {
  test(`HAProxy with ${send}, TLS passing through it`, async (t) => {
    const { proxy, client } = await chain(t, 'imaps', { server: send }, from);
    await client.startTls();
    await client.expectLine(/^\* OK /);
    await logIn(client);
    await knownAs(from, proxy);
  });
}

test('HAProxy with send-proxy-v2-ssl-cn, TLS ending there: the client need not ask for TLS again', async (t) => {
  const options = { server: 'send-proxy-v2-ssl-cn', tls: server };
  const { proxy, client } = await chain(t, 'imap', options, '127.0.0.23');
  await client.startTls();
  const [greeting] = await client.expectLine(/^\* OK \[CAPABILITY [^\]]* AUTH=PLAIN/);
  assert.doesNotMatch(greeting, /STARTTLS|LOGINDISABLED/);
  await logIn(client);
  await knownAs('127.0.0.23', proxy);
});

test('HAProxy with send-proxy-v2, TLS ending there: nobody says so, and passwords are refused', async (t) => {
  const { client } = await chain(t, 'imap', { server: 'send-proxy-v2', tls: server }, '127.0.0.24');
  await client.startTls();
  await client.expectLine(/^\* OK \[CAPABILITY [^\]]* STARTTLS LOGINDISABLED /);
});

for (const send of ['send-proxy', 'send-proxy-v2'] as const) {
  test(`health checks of HAProxy with ${send} are no trouble`, async (t) => {
    // However slow this machine is: HAProxy goes on passing clients on.
    const check = {
      server: `${send} check inter 20 fall 100000`,
      extra: '  timeout check 10s\n  option tcp-check\n  tcp-check expect string OK\n',
    };
    const { proxy, client } = await chain(t, 'imap', check, '127.0.0.25');
    await client.expectLine(/^\* OK /);
    for (let tries = 0; tries < 500; tries++) {
      if (proxy.logged.filter(({ event }) => event === 'session-closed').length >= 3) break;
      await delay(20);
    }
    const events = new Set(proxy.logged.map(({ event }) => event));
    assert.deepEqual([...events].toSorted(), ['session-closed', 'session-opened']);
  });
}
