import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ensure } from '../../support/packages.js';

const config = fileURLToPath(new URL('../../../../deploy/docker/dovecot/dovecot.conf', import.meta.url));

test('Dovecot takes the configuration of the trial', async () => {
  await ensure('dovecot-imapd');
  const { stdout, stderr } = await promisify(execFile)('doveconf', ['-n', '-c', config]);
  assert.doesNotMatch(stderr, /warning|error|fatal/i);
  for (const line of [
    'passwd-file',
    'port = 12345',
    'port = 24',
    'mail_location = maildir:/var/mail/vhosts/%u',
  ])
    assert.ok(stdout.includes(line), line);
});
