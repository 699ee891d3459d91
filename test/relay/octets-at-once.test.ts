import net from 'node:net';
import { describe, test } from 'node:test';
import { type PeerConnection, startImapPeer } from '../support/imap-peer.js';
import { startProxy } from '../support/proxy.js';
import { LOGGED_IN, scriptedSession } from './session.js';

async function oneByOne(from: PeerConnection, to: PeerConnection, octets: string): Promise<void> {
  for (const octet of octets) {
    await from.send(octet);
    await to.expect(octet);
  }
}

/** `head` is what the proxy must have read to know what to do; everything behind it passes as it comes. */
const lines: readonly { from: 'client' | 'upstream'; head: string; rest: string }[] = [
  { from: 'client', head: 'b SEARCH ', rest: 'TEXT "no end of line yet"' },
  { from: 'client', head: 'b UID SEARCH ', rest: 'TEXT x\r\n' },
  { from: 'client', head: 'b APPEND ', rest: 'Sent {12+}\r\nSubject: a\r\n\r\n' },
  { from: 'client', head: 'no-space\r', rest: '\n' },
  { from: 'client', head: '{ ', rest: 'is no tag\r\n' },
  { from: 'upstream', head: '* L', rest: 'IST () "/" "no end of line yet"' },
  { from: 'upstream', head: '* 1', rest: ' FETCH (BODY[] {12}\r\nSubject: a\r\n)\r\n' },
  { from: 'upstream', head: '* OK [A', rest: 'LERT] the disk is almost full\r\n' },
  { from: 'upstream', head: '* BYE u', rest: 'ntil tomorrow\r\n' },
];

describe('octets pass as they come, once the head is decided', () => {
  for (const { from, head, rest } of lines) {
    test(`${from}: ${JSON.stringify(head + rest)}`, async (t) => {
      const { client, upstream, play } = await scriptedSession(t);
      await play(...LOGGED_IN);
      const [sender, receiver] = from === 'client' ? [client, upstream] : [upstream, client];
      for (const octet of head) await sender.send(octet);
      await receiver.expect(head);
      await oneByOne(sender, receiver, rest);
    });
  }

  test('in IDLE and in SASL', async (t) => {
    const { client, upstream, play } = await scriptedSession(t);
    await play('S: * OK ready\r\n', 'C: a AUTHENTICATE PLAIN\r\n', 'S: + \r\n');
    await oneByOne(client, upstream, 'AGFubmEAc2VjcmV0\r\n');
    await play('S: a OK\r\n', 'C: b IDLE\r\n', 'S: + idling\r\n', 'S: * 3 EXISTS\r\n');
    await oneByOne(client, upstream, 'DONE\r\n');
  });
});

test('octets and the end that a client sends before there is an upstream to read them are not lost', async (t) => {
  const peer = await startImapPeer();
  const proxy = await startProxy({ upstream: `imap://127.0.0.1:${peer.port}`, 'submission-auth': 'none' });
  t.after(async () => {
    await peer.close();
    await proxy.stop();
  });
  const sent = 'a CAPABILITY\r\nb NOOP\r\nc LOGOUT\r\n';
  for (let round = 0; round < 20; round++) {
    const socket = net.connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => {});
    socket.end(sent);
    const upstream = await peer.accept();
    await upstream.send('* OK ready\r\n');
    await upstream.expect(sent);
    await upstream.expectEnd();
    await upstream.end();
    socket.resume();
  }
});
