import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { certificates } from '../../support/certs.js';
import { type Dovecot, startDovecot } from '../../support/dovecot.js';
import { dial, type PeerConnection } from '../../support/imap-peer.js';
import { type RunningProxy, startProxy } from '../../support/proxy.js';
import { logins } from './dovecot-log.js';

const { ca, server } = await certificates();
const certificate = { 'tls-cert': server.certFile, 'tls-key': server.keyFile };
const FORGED_ID = 'i ID ("x-originating-ip" "192.0.2.66" "x-session-id" "forged")\r\n';
const FORGED_HEADER = 'PROXY TCP4 192.0.2.66 203.0.113.7 40000 993\r\n';

interface Context {
  after(cleanUp: () => Promise<void>): void;
}

/** A client at `from` of a proxy with these flags. */
async function connect(
  context: Context,
  upstream: string,
  flags: Record<string, string | string[] | boolean>,
  from: string,
): Promise<{ proxy: RunningProxy; client: PeerConnection }> {
  const proxy = await startProxy({ upstream, 'submission-auth': 'none', ...flags });
  const client = await dial(proxy.port, { ca: ca.cert }, from);
  context.after(async () => {
    client.reset();
    await proxy.stop();
  });
  return { proxy, client };
}

/** All lines up to the answer. */
async function command(client: PeerConnection, line: string): Promise<string[]> {
  const [tag = ''] = line.split(' ', 1);
  await client.send(line);
  const lines: string[] = [];
  while (!lines.at(-1)?.startsWith(`${tag} `)) lines.push((await client.expectLine(/.*/s))[0]);
  return lines;
}

const logIn = ({ user, password }: Dovecot, client: PeerConnection): Promise<string[]> =>
  command(client, `l LOGIN ${user} "${password}"\r\n`);

describe('haproxy = yes', () => {
  let dovecot: Dovecot;
  // To 127.0.0.2 the proxy connects from 127.0.0.1: Dovecot does not take that for a connection within one host.
  const upstream = (): string => `imap://127.0.0.2:${dovecot.port}`;

  before(async () => {
    dovecot = await startDovecot({
      requireTls: true,
      extra: `
listen = 127.0.0.1, 127.0.0.2
haproxy_trusted_networks = 127.0.0.1
haproxy_timeout = 1s
service imap-login {
  inet_listener imap {
    haproxy = yes
  }
}`,
    });
  });

  after(() => dovecot?.stop());

  for (const [version, from] of [
    ['v1', '127.0.0.11'],
    ['v2', '127.0.0.12'],
  ] as const) {
    test(`${version}: a client without TLS is known by its address, and its password refused`, async (t) => {
      const flags = { 'upstream-proxy-protocol': version };
      const { client } = await connect(t, upstream(), flags, from);
      await client.expectLine(/^\* OK /);
      assert.match((await logIn(dovecot, client)).at(-1) ?? '', /^l NO \[PRIVACYREQUIRED\]/);
      client.end();
      await client.expectLine(/.*/s).catch(() => undefined);
      const log = await waitFor(dovecot, new RegExp(`rip=${from}, lip=127\\.0\\.0\\.1`));
      assert.doesNotMatch(log, /192\.0\.2\.66/);
    });
  }

  test('v2: a client with TLS counts as secured', async (t) => {
    const flags = { ...certificate, listen: ['imaps://127.0.0.1:0'], 'upstream-proxy-protocol': 'v2' };
    const { client } = await connect(t, upstream(), flags, '127.0.0.13');
    await client.startTls();
    await client.expectLine(/^\* OK /);
    assert.match((await logIn(dovecot, client)).at(-1) ?? '', /^l OK /);
    const found = await logins(dovecot, ({ rip }) => rip === '127.0.0.13');
    assert.deepEqual(
      found.filter(({ rip }) => rip === '127.0.0.13').map(({ user, lip }) => [user, lip]),
      [[dovecot.user, '127.0.0.1']],
    );
    assert.match(found.at(-1)?.line ?? '', /, (secured|TLS), /);
  });

  test('without --upstream-proxy-protocol, a client cannot send the header itself', async (t) => {
    const { client } = await connect(t, upstream(), {}, '127.0.0.14');
    await client.send(`${FORGED_HEADER}${FORGED_ID}`);
    await client.expectLine(/^\* BYE \[UNAVAILABLE\] the mail server closed the connection /);
    await client.expectEnd();
    assert.match(await waitFor(dovecot, /haproxy: Client timed out/), /^(?!.*192\.0\.2\.66)/s);
  });
});

describe('login_trusted_networks', () => {
  const start = async (context: Context, networks: string): Promise<Dovecot> => {
    const dovecot = await startDovecot({ extra: networks });
    context.after(() => dovecot.stop());
    return dovecot;
  };
  const TRUSTING = 'login_trusted_networks = 127.0.0.0/8';
  const table: readonly (readonly [name: string, networks: string, id: boolean, rip: string])[] = [
    ['--upstream-id: the client is known by its address, whatever it says', TRUSTING, true, '127.0.0.15'],
    ['not set: a client is not believed', '', false, '127.0.0.1'],
    // What the option is for: without it, everybody is who he says.
    ['without --upstream-id a client is believed', TRUSTING, false, '192.0.2.66'],
  ];
  for (const [name, networks, id, rip] of table) {
    test(name, async (t) => {
      const dovecot = await start(t, networks);
      const flags = { 'upstream-id': id };
      const { client, proxy } = await connect(t, `imap://127.0.0.1:${dovecot.port}`, flags, '127.0.0.15');
      await client.send(FORGED_ID);
      await client.expectLine(/^\* OK /);
      await client.expectLine(/^\* ID /);
      await client.expectLine(/^i OK /);
      assert.match((await logIn(dovecot, client)).at(-1) ?? '', /^l OK /);
      const [login] = await logins(dovecot);
      assert.equal(login?.rip, rip);
      if (id) assert.equal(login?.session, (await proxy.seen('session-opened')).session);
      if (id) assert.equal(login?.lip, '127.0.0.1');
    });
  }
});

async function waitFor({ logFile }: Dovecot, expected: RegExp): Promise<string> {
  for (let tries = 0; ; tries++) {
    const text = await readFile(logFile, 'utf8');
    if (expected.test(text)) return text;
    if (tries === 500) throw new Error(`no ${expected} in ${text}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
