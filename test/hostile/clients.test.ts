import net from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'node:tls';
import type { Side } from '../../src/log/events.js';
import { certificates } from '../support/certs.js';
import { dial, type PeerConnection } from '../support/imap-peer.js';
import { BEN, expectEnd, type HostileSetting, noMoreOpenFiles, openFiles, startSetting } from './setting.js';

const { server } = await certificates();
const MiB = 1024 * 1024;

interface Abuse {
  readonly name: string;
  /** Ends by a reset of the client, unless the session ended before. */
  readonly act: (client: PeerConnection) => Promise<unknown>;
  readonly ends: readonly [side: Side, cause: RegExp];
}

/** The system shows a reset right behind octets as an end. */
const GONE = ['client', /^(end|error ECONNRESET|error EPIPE)$/] as const;
const AMBIGUOUS = ['client', /^desync ambiguous-literal$/] as const;
const HUNG_UP = ['upstream', /^(end|error EPIPE|error ECONNRESET)$/] as const;

/** Sends it again and again, as fast as it is taken, until somebody hangs up or it was enough. */
async function flood(client: PeerConnection, octets: string | Buffer, total: number): Promise<void> {
  for (let sent = 0; sent < total && !client.ended; sent += octets.length) await client.send(octets);
}

/** Logs ben in, with the answers out of the way. */
async function logIn(client: PeerConnection): Promise<void> {
  await client.expectLine(/^\* OK /);
  await client.send(BEN);
  await until(client, /^a OK .*\r\n/m);
}

async function until(client: PeerConnection, pattern: RegExp): Promise<void> {
  for (;;) {
    const [line] = await client.expectLine(/^.*\r?\n$/);
    if (pattern.test(line)) return;
  }
}

const literal = (announced: string, ends: Abuse['ends']): Abuse => ({
  name: `a literal of {${announced}}`,
  act: async (client) => {
    await client.send(`a LOGIN ben {${announced}}\r\n`);
    if (ends === AMBIGUOUS) await until(client, /^\* BYE cannot tell where this literal ends/);
    else await until(client, /^\+ |^a (BAD|NO) |^\* BYE /);
  },
  ends,
});

const abuses: readonly Abuse[] = [
  { name: 'an endless line', act: (client) => flood(client, 'x'.repeat(MiB), 64 * MiB), ends: HUNG_UP },
  { name: 'endless NULs', act: (client) => flood(client, Buffer.alloc(MiB), 64 * MiB), ends: HUNG_UP },
  {
    name: 'endless empty lines',
    act: (client) => flood(client, '\r\n'.repeat(9_999), 64 * MiB),
    ends: HUNG_UP,
  },
  {
    name: 'another protocol, before the greeting',
    act: async (client) => {
      await client.send('GET / HTTP/1.1\r\nHost: imap\r\n\r\n'.repeat(999));
      await until(client, /^\* BYE /);
    },
    ends: HUNG_UP,
  },
  literal('4294967296', HUNG_UP),
  literal('99999999999999999999', HUNG_UP),
  literal('-1', GONE),
  literal('+', AMBIGUOUS),
  literal('4294967296+', AMBIGUOUS),
  literal('99999999999999999999+', AMBIGUOUS),
  literal('-1+', GONE),
  {
    name: 'literals that never come',
    act: async (client) => {
      await logIn(client);
      await client.send(`b APPEND INBOX {${50 * MiB}}\r\n`);
      await until(client, /^\+ /);
      await client.send('Subject: and then');
    },
    ends: GONE,
  },
  {
    name: 'empty literals without end',
    act: async (client) => {
      await logIn(client);
      await flood(client, `b SEARCH TEXT ${'{0+}\r\n '.repeat(10_000)}x\r\n`, MiB);
    },
    ends: GONE,
  },
  {
    name: 'one octet at a time',
    act: async (client) => {
      for (const octet of `${BEN}b NOOP\r\n`) await client.send(octet);
      await until(client, /^b OK /m);
    },
    ends: GONE,
  },
  {
    name: 'asks for 100 MB and reads nothing',
    act: async (client) => {
      await logIn(client);
      const large = `X: ${'x'.repeat(70)}\r\n`.repeat(30_000);
      await client.send(`b APPEND INBOX {${large.length}}\r\n`);
      await until(client, /^\+ /);
      await client.send(`${large}\r\n`);
      await client.send('c SELECT INBOX\r\n');
      await until(client, /^c OK/);
      client.pause();
      await client.send('d FETCH * BODY.PEEK[]\r\n'.repeat(50));
    },
    ends: GONE,
  },
  {
    name: '10,000 commands at once, and then the end: all are answered',
    act: async (client) => {
      await logIn(client);
      await client.send(Array.from({ length: 10_000 }, (_, n) => `t${n} NOOP\r\n`).join(''));
      client.end();
      await until(client, /^t9999 OK/);
    },
    ends: ['client', /^end$/],
  },
  {
    name: 'a tag of 64 MiB',
    act: async (client) => {
      await logIn(client);
      await flood(client, 'T'.repeat(MiB), 64 * MiB);
    },
    ends: GONE,
  },
  {
    name: 'garbage in IDLE',
    act: async (client) => {
      await logIn(client);
      await client.send('b SELECT INBOX\r\nc IDLE\r\n');
      await until(client, /^\+ /);
      await flood(client, 'not DONE\0\r\n'.repeat(9_999), 64 * MiB);
    },
    ends: HUNG_UP,
  },
  {
    name: 'a flood of SEND: all are answered',
    act: async (client) => {
      await logIn(client);
      await client.send('b SELECT INBOX\r\n');
      await client.send(Array.from({ length: 1_000 }, (_, n) => `t${n} UID SEND 4000000000\r\n`).join(''));
      await until(client, /^t999 OK /);
    },
    ends: GONE,
  },
  {
    name: 'is gone behind SEND',
    act: async (client) => {
      await logIn(client);
      await client.send('b SELECT INBOX\r\n');
      await until(client, /^b OK/);
      await client.send('c SEND 1\r\n');
    },
    ends: GONE,
  },
];

describe('a session beside it does not notice a client that', () => {
  let setting: HostileSetting;
  let files: number;
  before(async () => {
    const listen = ['imap://127.0.0.1:0', 'imaps://127.0.0.1:0'];
    setting = await startSetting({
      listen,
      'allow-plaintext': true,
      'tls-cert': server.certFile,
      'tls-key': server.keyFile,
    });
    await setting.bystanderIsServed();
    files = openFiles();
  });
  after(() => setting.stop());

  async function abuse(port: number, { act, ends }: Omit<Abuse, 'name'>): Promise<void> {
    const client = await dial(port);
    await expectEnd(setting, ends, async () => {
      await act(client);
      // Whoever hangs up first is whose end it is.
      for (let tries = 0; ends === HUNG_UP && !client.ended && tries < 1_000; tries++) await delay(10);
      client.reset();
    });
    await setting.bystanderIsServed();
    await noMoreOpenFiles(files);
  }

  for (const { name, ...how } of abuses) test(name, () => abuse(setting.proxy.port, how));

  test('speaks no TLS where TLS is spoken', () =>
    abuse(setting.proxy.ports[1] as number, {
      act: async (client) => {
        await client.send('a CAPABILITY\r\n'.repeat(100));
        await client.expectLine(/./s).catch(() => {});
      },
      ends: ['client', /^error ERR_SSL_/],
    }));

  test('leaves its handshake unfinished', () =>
    abuse(setting.proxy.ports[1] as number, {
      act: (client) => client.send(Buffer.from('160301020001', 'hex')),
      ends: ['client', /^error ECONNRESET$/],
    }));

  test('sends garbage in the middle of TLS', async () => {
    await expectEnd(setting, ['client', /^error ERR_SSL_/], async () => {
      const plain = net.connect({ port: setting.proxy.ports[1] as number, host: '127.0.0.1' });
      const secured = connect({ socket: plain, rejectUnauthorized: false });
      secured.on('error', () => {}).once('data', () => plain.write('no record\r\n'.repeat(10)));
      await new Promise((resolve) => secured.once('close', resolve));
    });
    await setting.bystanderIsServed();
    await noMoreOpenFiles(files);
  });

  test('wants to renegotiate', async () => {
    await expectEnd(setting, ['client', /^error ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE$/], async () => {
      const port = setting.proxy.ports[1] as number;
      const secured = connect({ port, host: '127.0.0.1', maxVersion: 'TLSv1.2', rejectUnauthorized: false });
      secured.on('error', () => {}).once('secureConnect', () => secured.renegotiate({}, () => {}));
      await new Promise((resolve) => secured.resume().once('close', resolve));
    });
    await setting.bystanderIsServed();
    await noMoreOpenFiles(files);
  });

  test('comes 2,000 times and never logs in, or leaves at once', async () => {
    setting.upstream = (socket) =>
      void socket
        .on('end', () => socket.end())
        .resume()
        .write('* OK ready\r\n');
    for (let round = 0; round < 10; round++) {
      const clients = await Promise.all(Array.from({ length: 200 }, () => dial(setting.proxy.port)));
      await setting.bystanderIsServed();
      for (const client of clients) client.reset();
    }
    setting.upstream = undefined;
    await noMoreOpenFiles(files);
    await setting.bystanderIsServed();
  });
});
