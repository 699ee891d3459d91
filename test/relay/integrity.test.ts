import assert from 'node:assert/strict';
import { createHash, type Hash } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { dial, type PeerConnection } from '../support/imap-peer.js';
import { LOGGED_IN, type ScriptedSession, scriptedSession } from './session.js';

/** Octets that repeat nowhere in the same order, so that a buffer that is used too early again would show. */
function noise(size: number, seed: number): Buffer {
  const octets = Buffer.allocUnsafe(size);
  let state = seed;
  for (let at = 0; at < size; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    octets.writeUInt32LE(state, at);
  }
  return octets;
}

const sha256 = (octets: Buffer): string => createHash('sha256').update(octets).digest('hex');

/** Reads in fits and starts, so that the sender has to wait again and again. */
function readSlowly(connection: PeerConnection): Hash {
  const hash = createHash('sha256');
  let next = 0;
  connection.stream((octets) => {
    hash.update(octets);
    if (connection.bytesReceived < next) return;
    next = connection.bytesReceived + 700_000;
    connection.pause();
    setImmediate(() => connection.resume());
  });
  return hash;
}

const MiB = 1024 * 1024;

test('literals both ways at the same time, to readers that stop again and again', async (t) => {
  const { client, upstream, play } = await scriptedSession(t);
  const size = 16 * MiB;
  await play(...LOGGED_IN, `C: b APPEND Sent {${size}+}\r\n`, `S: * 1 FETCH (BODY[] {${size}}\r\n`);
  const [toUpstream, toClient] = [upstream.bytesReceived + size, client.bytesReceived + size];
  const received = [readSlowly(upstream), readSlowly(client)] as const;
  const sent = [noise(size, 1), noise(size, 2)] as const;
  void client.send(sent[0]);
  void upstream.send(sent[1]);
  await Promise.all([upstream.expectBytes(toUpstream), client.expectBytes(toClient)]);
  assert.deepEqual(
    received.map((hash) => hash.digest('hex')),
    sent.map(sha256),
  );
});

/** Each line has another length, so that reads end in every place of a line. */
const lines = (count: number, line: (n: number, filler: string) => string): Buffer =>
  Buffer.from(Array.from({ length: count }, (_, n) => line(n, 'x'.repeat(n % 97))).join(''));

test('responses that reads cut in every place', async (t) => {
  const { client, upstream, play } = await scriptedSession(t);
  await play(...LOGGED_IN);
  const sent = lines(150_000, (n, filler) => `* ${n % 2 === 0 ? 'OK' : `${n} EXISTS`} ${filler}\r\n`);
  const end = client.bytesReceived + sent.length;
  const received = readSlowly(client);
  void upstream.send(sent);
  await client.expectBytes(end);
  assert.equal(received.digest('hex'), sha256(sent));
});

test('commands that reads cut in every place', async (t) => {
  const { client, upstream, play } = await scriptedSession(t);
  await play(...LOGGED_IN);
  const sent = lines(30_000, (n, filler) => `b${n} APPEND x {${filler.length}+}\r\n${filler}\r\n`);
  const end = upstream.bytesReceived + sent.length;
  const received = createHash('sha256');
  let tail = '';
  upstream.stream((octets) => {
    received.update(octets);
    const text = tail + octets.toString('latin1');
    const answers = [...text.matchAll(/^(b\d+) APPEND [^\n]*\n/gm)].map(([, tag]) => `${tag} OK\r\n`);
    tail = text.slice(text.lastIndexOf('\n') + 1);
    void upstream.send(answers.join(''));
  });
  client.stream();
  void client.send(sent);
  await upstream.expectBytes(end);
  assert.equal(received.digest('hex'), sha256(sent));
});

const header = (size: number): string => `* 1 FETCH (BODY[] {${size}}\r\n`;

async function pairs(
  { proxy, peer }: ScriptedSession,
  size: number,
  count: number,
): Promise<[PeerConnection, PeerConnection][]> {
  const found: [PeerConnection, PeerConnection][] = [];
  while (found.length < count) {
    const client = await dial(proxy.port);
    const upstream = await peer.accept();
    await upstream.send(header(size));
    await client.expect(header(size));
    found.push([client, upstream]);
  }
  return found;
}

test('large reads of several sessions at the same time', async (t) => {
  const size = 4 * MiB;
  const sessions = await pairs(await scriptedSession(t), size, 4);
  await Promise.all(
    sessions.map(async ([client, upstream], seed) => {
      const received = readSlowly(client);
      const sent = noise(size, seed);
      void upstream.send(sent);
      await client.expectBytes(header(size).length + size);
      assert.equal(received.digest('hex'), sha256(sent));
      client.reset();
    }),
  );
});

/** Less than what makes the proxy take a connection for a bulk transfer. */
const SLICE = 12 * 1024;

test('a small read that waits for a client that does not read, while another session reads', async (t) => {
  const session = await scriptedSession(t);
  const size = 32 * MiB;
  const [stalling, other] = await pairs(session, size, 2);
  assert.ok(stalling && other);
  const [client, upstream] = stalling;
  const [otherClient, otherUpstream] = other;
  const sent = noise(size, 7);
  const hash = createHash('sha256');
  client.pause();
  client.stream((octets) => hash.update(octets));
  let at = 0;
  for (let taken = true; taken; at += SLICE) {
    taken = false;
    void upstream.send(sent.subarray(at, at + SLICE)).then(() => {
      taken = true;
    });
    await nextTurn();
    if (!taken) await delay(50);
  }
  const disturbance = noise(MiB, 8);
  void otherUpstream.send(disturbance);
  await otherClient.expectBytes(header(size).length + MiB);
  void upstream.send(sent.subarray(at));
  client.resume();
  await client.expectBytes(header(size).length + size);
  assert.equal(hash.digest('hex'), sha256(sent));
  otherClient.reset();
});
