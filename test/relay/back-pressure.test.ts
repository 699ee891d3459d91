import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dial } from '../support/imap-peer.js';
import { settled } from './sending.js';
import { LOGGED_IN, scriptedSession } from './session.js';

test('a client that does not read stops its own session only', async (t) => {
  const { proxy, peer, client, upstream, play } = await scriptedSession(t);
  await play(...LOGGED_IN);
  client.pause();
  let flooded = false;
  void upstream.send('* OK never stops talking\r\n'.repeat(2_000_000)).then(() => {
    flooded = true;
  });
  const other = await dial(proxy.port);
  const itsUpstream = await peer.accept();
  for (let round = 0; round < 20; round++) {
    await itsUpstream.send('* OK hello\r\n');
    await other.expect('* OK hello\r\n');
  }
  assert.equal(flooded, false, 'upstream waits');
  other.reset();
});

test('a client that reads the answers of the proxy late gets them all, and goes on', async (t) => {
  const { client, upstream, play } = await scriptedSession(t);
  await play(...LOGGED_IN);
  const command = `${'b'.repeat(400)} COMPRESS DEFLATE\r\n`;
  await client.send(command);
  const [answer] = await client.expectLine(/^b+ NO [^\r]*\r\n$/);
  const count = 40_000;
  const before = client.bytesReceived;
  client.pause();
  void client.send(command.repeat(count));
  await settled();
  client.resume();
  await client.expectBytes(before + count * answer.length);
  await client.send('c NOOP\r\n');
  await upstream.expect('c NOOP\r\n');
});
