import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startCyrus } from '../../support/cyrus.js';
import { startProxy } from '../../support/proxy.js';
import { Wire } from '../../support/wire.js';

test('--upstream-id: Cyrus answers, and a client logs in and asks for ID as before', async (t) => {
  const cyrus = await startCyrus();
  t.after(() => cyrus.stop());
  const proxy = await startProxy({
    upstream: `imap://127.0.0.1:${cyrus.port}`,
    'submission-auth': 'none',
    'upstream-id': true,
  });
  t.after(() => proxy.stop());
  const client = await Wire.connect(proxy.port);
  assert.match(await client.line(), /^\* OK \[CAPABILITY [^\]]* SEND\] /);
  // Cyrus tells nothing more to a second ID before login.
  assert.match(await client.command('a', 'ID ("name" "test")'), /^a OK /);
  assert.match(await client.command('b', `LOGIN ${cyrus.user} "${cyrus.password}"`), /^b OK /m);
  assert.match(await client.command('c', 'ID NIL'), /^\* ID \("name" "Cyrus IMAPD?"/);
  client.close();
});
