import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { dial, type ImapPeer, type PeerConnection, startImapPeer } from '../support/imap-peer.js';
import { type CountingMsa, startCountingMsa } from './counting-msa.js';
import { answerListing } from './sending.js';
import { type Served, startServed } from './served.js';

const MiB = 1024 * 1024;
const GB = 1_000_000_000;
const CHUNK = Buffer.alloc(256 * 1024, 'x');
const LINES = Buffer.from(`${'x'.repeat(76)}\r\n`.repeat(3_000));
const TALK = Buffer.from('* OK never stops talking\r\n'.repeat(10_000));
const COMMANDS = Buffer.from(Array.from({ length: 30_000 }, (_, n) => `b${n} NOOP\r\n`).join(''));
/** The proxy answers these itself. */
const REFUSED = Buffer.from('b COMPRESS DEFLATE\r\n'.repeat(12_000));

describe('resident memory of the proxy', () => {
  let peer: ImapPeer;
  let msa: CountingMsa;
  let served: Served | undefined;

  before(async () => {
    [peer, msa] = await Promise.all([startImapPeer(), startCountingMsa()]);
    served = await startServed({
      upstream: `imap://127.0.0.1:${peer.port}`,
      submission: `smtp://127.0.0.1:${msa.port}`,
      'submission-auth': 'none',
      'sender-policy': 'submission',
    });
    // What the runtime needs once, whatever passes.
    await passes('upstream', '* 1 FETCH (BODY[] {100000000}\r\n', 100_000_000, ')\r\n');
    await passes('client', 'b APPEND Sent {100000000+}\r\n', 100_000_000, '\r\n');
    await stalls('upstream', TALK);
    await sends(20 * MiB);
  });

  after(async () => {
    await served?.stop();
    await Promise.all([peer.close(), msa.close()]);
  });

  /** How much more was resident at the most while `act` ran. */
  async function more(act: () => Promise<void>): Promise<number> {
    assert.ok(served);
    served.resetPeak();
    const before = served.resident();
    await act();
    return served.peak() - before;
  }

  async function session(): Promise<{ client: PeerConnection; upstream: PeerConnection }> {
    assert.ok(served);
    const client = await dial(served.port);
    const upstream = await peer.accept();
    await upstream.send('* PREAUTH ready\r\n');
    await client.expect('* PREAUTH ready\r\n');
    return { client, upstream };
  }

  async function leave(client: PeerConnection, upstream: PeerConnection): Promise<void> {
    upstream.stream();
    client.reset();
    await upstream.expectEnd();
    upstream.reset();
  }

  type Side = 'client' | 'upstream';

  async function passes(from: Side, head: string, size: number, tail: string): Promise<void> {
    const { client, upstream } = await session();
    const [sender, receiver] = from === 'client' ? [client, upstream] : [upstream, client];
    const end = receiver.bytesReceived + head.length + size + tail.length;
    receiver.stream();
    await sender.send(head);
    await pour(sender, CHUNK, size);
    await sender.send(tail);
    await receiver.expectBytes(end);
    await leave(client, upstream);
  }

  /** One side floods, the other reads nothing, until the flood stands still. */
  async function stalls(from: Side, flood: Buffer, receiverStalls = true): Promise<void> {
    const { client, upstream } = await session();
    const [sender, receiver] = from === 'client' ? [client, upstream] : [upstream, client];
    (receiverStalls ? receiver : sender).pause();
    let sent = 0;
    const pouring = pour(sender, flood, GB, (count) => {
      sent = count;
    });
    // A proxy that is busy looks as if it had stopped, for a moment.
    for (let [seen, still] = [-1, 0]; still < 4; still = seen === sent ? still + 1 : 0) {
      seen = sent;
      await delay(100);
    }
    assert.ok(sent < GB, 'nobody took all of it');
    client.stream();
    upstream.stream();
    client.reset();
    upstream.reset();
    await pouring;
  }

  async function sends(size: number): Promise<void> {
    const { client, upstream } = await session();
    const header = 'From: anna@example.org\r\nTo: bob@example.net\r\nSubject: large\r\n\r\n';
    await client.send('a SEND 1\r\n');
    await answerListing(upstream, '1', [header]);
    const [, tag] = await upstream.expectLine(/^(P\w+) FETCH 1 /);
    await upstream.send(`* 1 FETCH (UID 11 BODY[] {${header.length + size}}\r\n${header}`);
    await pour(upstream, LINES, size);
    await upstream.send(`)\r\n${tag} OK done\r\n`);
    await client.expect('* 1 SEND (11 OK NIL)\r\na OK SEND completed\r\n');
    assert.ok(msa.largest >= size, 'all of it arrived');
    await leave(client, upstream);
  }

  const cases: readonly [name: string, limit: number, act: () => Promise<void>][] = [
    [
      'a literal of 1 GB from the server',
      8,
      () => passes('upstream', `* 1 FETCH (BODY[] {${GB}}\r\n`, GB, ')\r\n'),
    ],
    ['a literal of 1 GB from the client', 8, () => passes('client', `b APPEND x {${GB}+}\r\n`, GB, '\r\n')],
    ['a line of 100 MB from the server', 8, () => passes('upstream', '* LIST () "/" "', GB / 10, '"\r\n')],
    ['a line of 100 MB from the client', 8, () => passes('client', 'b SEARCH TEXT "', GB / 10, '"\r\n')],
    ['a server that never stops talking to a client that does not read', 8, () => stalls('upstream', TALK)],
    ['a client that never stops talking to a server that does not read', 8, () => stalls('client', COMMANDS)],
    [
      'a client that never stops asking and does not read the answers',
      8,
      () => stalls('client', REFUSED, false),
    ],
    ['a message of 100 MB that is sent', 16, () => sends(100_000_000)],
  ];
  for (const [name, limit, act] of cases) {
    test(`${name}: less than ${limit} MiB more`, async (t) => {
      const octets = await more(act);
      t.diagnostic(`${name}: ${(octets / MiB).toFixed(1)} MiB more`);
      assert.ok(octets < limit * MiB, `${octets} octets more`);
    });
  }
});

/** Sends `size` octets, no faster than they are taken. */
async function pour(
  to: PeerConnection,
  chunk: Buffer,
  size: number,
  tell: (sent: number) => void = () => {},
): Promise<void> {
  for (let sent = 0; sent < size && !to.closed; sent += chunk.length) {
    await to.send(chunk.subarray(0, size - sent));
    tell(sent);
  }
}
