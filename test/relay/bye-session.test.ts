import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Events } from '../../src/log/events.js';
import { dial, type PeerConnection, startImapPeer } from '../support/imap-peer.js';
import { until } from '../workers/crew.js';
import { startRelay } from './bare-relay.js';

/** Whatever ends a session: the client is told in `* BYE` by which name it is in the log. */
const endings: readonly [
  what: string,
  deadlines: { readonly loginMs?: number; readonly idleMs?: number },
  play: (
    client: PeerConnection,
    accept: () => Promise<PeerConnection>,
    drain: () => void,
  ) => Promise<unknown> | undefined,
  bye: RegExp,
][] = [
  [
    'upstream ends without a greeting',
    {},
    async (_client, accept) => (await accept()).end(),
    /closed the connection/,
  ],
  ['no login in time', { loginMs: 20 }, (_client, accept) => greet(accept), /no login in time/],
  [
    'a client that cannot be followed',
    {},
    async (client, accept) => {
      const upstream = await greet(accept);
      await client.send('a SEARCH {}\r\n');
      await upstream.expect('a SEARCH {}\r\n');
      await upstream.send('+ go ahead\r\n');
    },
    /./,
  ],
  [
    'an upstream that cannot be followed',
    {},
    async (_client, accept) => (await greet(accept)).send('+ go on\r\n'),
    /./,
  ],
  [
    'a stop',
    {},
    async (_client, accept, drain) => {
      await greet(accept);
      drain();
    },
    /the proxy is stopping/,
  ],
  [
    'a stop while upstream is dialled',
    {},
    async (_client, accept, drain) => {
      await accept();
      drain();
    },
    /the proxy is stopping/,
  ],
];

async function greet(accept: () => Promise<PeerConnection>): Promise<PeerConnection> {
  const upstream = await accept();
  await upstream.send('* OK ready\r\n');
  return upstream;
}

for (const [what, deadlines, play, bye] of endings) {
  test(`${what}: the session's name is in * BYE`, async (t) => {
    const peer = await startImapPeer();
    const relay = await startRelay({ upstream: { port: peer.port }, deadlines });
    const client = await dial(relay.port);
    let drained: Promise<void> | undefined;
    t.after(async () => {
      client.reset();
      await peer.close();
      await (drained ?? relay.drain(0));
    });
    let received = '';
    client.stream((octets) => {
      received += octets.toString('latin1');
    });
    await play(
      client,
      () => peer.accept(),
      () => {
        drained = relay.drain(2_000);
      },
    );
    await until('it is told', () => /^\* BYE .*\r\n/m.test(received));
    client.end();
    const line = received.split('\r\n').find((each) => each.startsWith('* BYE ')) ?? '';
    assert.match(line, bye);
    const [opened] = relay.logged.filter(({ event }) => event === 'session-opened');
    const fields = opened?.fields as Events['session-opened'] | undefined;
    assert.ok(line.endsWith(` (session ${fields?.session})`), `${received} of ${fields?.session}`);
  });
}
