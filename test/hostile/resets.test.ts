import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closedSessions } from '../relay/session.js';
import { dial, type PeerConnection, startImapPeer } from '../support/imap-peer.js';
import { startProxy } from '../support/proxy.js';
import { counted, noMoreOpenFiles, openFiles } from './setting.js';

/** Each step is awaited on the other side before the next. */
const session: readonly (readonly [from: 'client' | 'upstream', octets: string])[] = [
  ['upstream', '* OK ready\r\n'],
  ['client', 'a LOGIN anna {6+}\r\nsecret\r\n'],
  ['upstream', 'a OK in\r\n'],
  ['client', 'b APPEND Sent {9}\r\n'],
  ['upstream', '+ go\r\n'],
  ['client', 'Hi: you\r\n\r\n'],
  ['upstream', 'b OK [APPENDUID 1 2] kept\r\n'],
  ['client', 'c FETCH 1 BODY[]\r\n'],
  ['upstream', '* 1 FETCH (BODY[] {9}\r\nHi: you\r\n)\r\nc OK\r\n'],
  ['client', 'd IDLE\r\n'],
  ['upstream', '+ idling\r\n* 3 EXISTS\r\n'],
  ['client', 'DONE\r\n'],
  ['upstream', 'd OK\r\n'],
];

const places = session.flatMap(([, { length }], step) =>
  Array.from({ length }, (_, at) => ({ step, octets: at + 1 })),
);

for (const side of ['client', 'upstream'] as const) {
  test(`the ${side} may reset its connection behind each octet of a session`, async (t) => {
    const peer = await startImapPeer();
    const proxy = await startProxy({ upstream: `imap://127.0.0.1:${peer.port}`, 'submission-auth': 'none' });
    t.after(() => Promise.all([peer.close(), proxy.stop()]).then(() => {}));
    const files = openFiles();
    let ended = 0;
    for (const { step, octets } of places) {
      const client = await dial(proxy.port);
      const upstream = await peer.accept();
      const [from, last] = session[step] as (typeof session)[number];
      for (const [sender, sent] of session.slice(0, step)) await pass(sender, sent);
      await (from === 'client' ? client : upstream).send(last.slice(0, octets));
      const [goes, stays] = side === 'client' ? [client, upstream] : [upstream, client];
      stays.stream();
      goes.reset();
      await left(stays);
      stays.end();
      const closed = await closedSessions(proxy, ++ended);
      const { side: by, cause } = closed.at(-1) ?? {};
      assert.match(
        `${by} ${cause}`,
        new RegExp(`^${side} (end|error (connect: .*)?(ECONNRESET|EPIPE).*)$`),
        `${step} ${octets}`,
      );

      async function pass(sender: 'client' | 'upstream', sent: string): Promise<void> {
        const [one, other] = sender === 'client' ? [client, upstream] : [upstream, client];
        await one.send(sent);
        await other.expect(sent);
      }
    }
    assert.equal(await counted(proxy, `sessions_closed_total{side="${side}"`), places.length);
    assert.equal(await counted(proxy, 'internal_errors_total'), 0);
    await noMoreOpenFiles(files);
  });
}

/** The connection ended, whatever came before. */
async function left(peer: PeerConnection): Promise<void> {
  await peer.expectEnd();
}
