import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '../../src/config/load.js';
import { Secret } from '../../src/secret.js';
import { conceal, reveal } from '../../src/workers/concealed.js';
import { certificates } from '../support/certs.js';
import { scratchDirectory } from '../support/scratch.js';

test('a configuration reaches a worker as it is, its secrets among it', async () => {
  const { ca, server } = await certificates();
  const files = scratchDirectory('concealed');
  const map = join(files.path, 'senders');
  writeFileSync(map, '');
  const config = loadConfig(
    {
      listen: ['imap://127.0.0.1:0', 'imaps://127.0.0.1:0'],
      'tls-cert': server.certFile,
      'tls-key': server.keyFile,
      'tls-client-ca': ca.certFile,
      'tls-client-auth': 'optional',
      'submission-auth': 'service',
      'submission-user': 'proxy',
      'accept-proxy-protocol': '192.0.2.0/24,2001:db8::/32',
      'max-sessions': 'unlimited',
      'sender-policy': 'map',
      'sender-map': map,
    },
    {
      IMAP_SEND_PROXY_SUBMISSION_PASSWORD: 'hunter2',
      IMAP_SEND_PROXY_STATE: 'redis://user:redis-word@127.0.0.1',
    },
  );
  await files.remove();
  const received = reveal(structuredClone(conceal(config)));
  assert.deepEqual(received, config);
  const { auth } = received.submission;
  assert.ok('password' in auth && auth.password instanceof Secret);
  assert.equal(auth.password.reveal(), 'hunter2');
  assert.ok(received.state.kind === 'redis' && received.state.target.password?.reveal() === 'redis-word');
  const [, secure] = received.listeners;
  assert.ok(secure !== undefined && secure.tls.mode === 'implicit');
  assert.equal(secure.tls.certificates[0].key.reveal(), server.key);
});
