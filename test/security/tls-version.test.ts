import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import tls from 'node:tls';
import { startServed } from '../relay/served.js';
import { certificates } from '../support/certs.js';
import { startImapPeer } from '../support/imap-peer.js';

const { ca, server } = await certificates();

/** Node.js and OpenSSL would take TLS 1.0 then: what still refuses it are we. */
const LOWERED = { NODE_OPTIONS: '--tls-min-v1.0 --tls-cipher-list=DEFAULT@SECLEVEL=0' };

describe('as a client, with the defaults of Node.js lowered', () => {
  let old: tls.Server;
  let outcomes: Record<string, unknown>;

  before(async () => {
    const versions = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    old = tls.createServer({ cert: server.cert, key: server.key, ...versions }, (socket) => {
      socket.on('error', () => {}).end('hello\r\n');
    });
    old.on('tlsClientError', () => {}).listen(0, '127.0.0.1');
    await once(old, 'listening');
    outcomes = await dialsOf((old.address() as AddressInfo).port);
  });

  after(() => void old.close());

  test('TLS 1.1 would come about', () => {
    assert.equal(outcomes['control'], 'TLSv1.1');
  });

  for (const leg of ['upstream', 'submission', 'redis']) {
    test(`${leg}: it is refused`, () => {
      assert.match(String(outcomes[leg]), /PROTOCOL_VERSION|protocol version|version too low/i);
    });
  }
});

/** What a process with lowered defaults gets from a server at `port`, on each of the legs. */
async function dialsOf(port: number): Promise<Record<string, unknown>> {
  const url = (path: string): string => JSON.stringify(new URL(`../../src/${path}`, import.meta.url));
  const program = `
    import net from 'node:net';
    import tls from 'node:tls';
    import { connectRedis } from ${url('ledger/redis-connection.js')};
    import { startTls } from ${url('relay/tls.js')};
    import { openSession } from ${url('send/smtp/submission.js')};
    const [host, port, ca] = ['127.0.0.1', ${port}, ${JSON.stringify(ca.cert)}];
    const control = tls.connect({ host, port, ca });
    await new Promise((secured) => control.once('secureConnect', secured));
    const dialed = net.connect({ host, port });
    await new Promise((connected) => dialed.once('connect', connected));
    const upstream = startTls(dialed, { servername: host, ca, insecure: false }, 5000);
    const waits = { connect: 5000, greeting: 5000, command: 5000, block: 5000, finalDot: 5000 };
    const server = { host, port, tls: 'implicit', ca: [ca], insecure: false };
    const submission = openSession(server, waits);
    const target = { kind: 'single', node: { host, port }, db: 0, tls: true };
    const redis = connectRedis({ target, ca });
    console.log(JSON.stringify({
      control: control.getProtocol(),
      upstream: await upstream.then((socket) => socket.getProtocol(), String),
      submission: JSON.stringify(await submission),
      redis: await redis.run((client) => client.ping()).catch(String),
    }));
    process.exit();
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    env: { ...process.env, ...LOWERED },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 60_000,
  });
  return JSON.parse(await text(child.stdout));
}

describe('as a server, with the defaults of Node.js lowered', () => {
  for (const [version, served, answer] of [
    ['-tls1', false, /alert protocol version/],
    ['-tls1_1', false, /alert protocol version/],
    ['-tls1_2', true, /Protocol *: TLSv1\.2[\s\S]*\* OK ready/],
    ['-tls1_3', true, /TLSv1\.3[\s\S]*\* OK ready/],
  ] as const) {
    test(`openssl s_client ${version}: ${served ? 'served' : 'refused'}`, async (t) => {
      const peer = await startImapPeer();
      const proxy = await startServed(
        {
          listen: 'imaps://127.0.0.1:0',
          'tls-cert': server.certFile,
          'tls-key': server.keyFile,
          upstream: `imap://127.0.0.1:${peer.port}`,
          'submission-auth': 'none',
        },
        LOWERED,
      );
      t.after(async () => {
        await proxy.stop();
        await peer.close();
      });
      const where = ['-connect', `127.0.0.1:${proxy.port}`, '-CAfile', ca.certFile];
      const how = [version, '-cipher', 'DEFAULT@SECLEVEL=0', '-ign_eof'];
      const client = spawn('openssl', ['s_client', ...where, ...how], { timeout: 20_000 });
      const [output, errors] = [text(client.stdout), text(client.stderr)];
      if (served) {
        const upstream = await peer.accept();
        await upstream.send('* OK ready\r\n');
        upstream.end();
      }
      assert.match(`${await errors}${await output}`, answer);
    });
  }
});
