import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDovecot } from './support/dovecot.js';
import { startProxy } from './support/proxy.js';
import { startSink } from './support/sink.js';
import { Wire } from './support/wire.js';

test('a submission server that does not answer the final dot does not keep the proxy from stopping', async (t) => {
  const dovecot = await startDovecot();
  t.after(() => dovecot.stop());
  await dovecot.deliver(
    dovecot.user,
    'INBOX',
    `From: ${dovecot.user}\r\nTo: bob@example.org\r\n\r\nHello\r\n`,
  );
  let arrived = (): void => {};
  const atFinalDot = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  let answer = (_verdict: undefined): void => {};
  const sink = await startSink({
    onMessage: () => {
      arrived();
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
  });
  t.after(() => sink.stop());
  const proxy = await startProxy({
    upstream: `imap://127.0.0.1:${dovecot.port}`,
    submission: `smtp://127.0.0.1:${sink.port}`,
    'submission-auth': 'none',
    'sender-policy': 'submission',
    'drain-timeout': '1s',
  });
  const client = await Wire.connect(proxy.port);
  await client.line();
  await client.command('a', `LOGIN ${dovecot.user} "${dovecot.password}"`);
  await client.command('b', 'SELECT INBOX');
  client.send('c SEND 1\r\n');
  await atFinalDot;
  assert.match(await proxy.metrics(), /^imap_send_proxy_sessions 1$/m);

  await proxy.stop();
  assert.equal(sink.messages.length, 0);
  assert.doesNotMatch(await client.rest(), /OK NIL/);
  answer(undefined);
});
