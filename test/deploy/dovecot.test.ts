import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { ensure } from '../support/packages.js';
import { scratchDirectory } from '../support/scratch.js';

const sample = readFileSync(
  new URL('../../../deploy/dovecot/95-imap-send-proxy.conf', import.meta.url),
  'utf8',
);

for (const [name, text, haproxy] of [
  ['as it is', sample, 'no'],
  ['with the client’s address', sample.replaceAll(/^#(?=\S| {2})/gm, ''), 'yes'],
] as const) {
  test(`the sample for Dovecot, ${name}, is one that Dovecot takes`, async (t) => {
    await ensure('dovecot-imapd');
    const files = scratchDirectory('dovecot-sample');
    t.after(() => files.remove());
    const config = join(files.path, 'dovecot.conf');
    writeFileSync(config, `protocols = imap\nssl = no\n${text}`);
    const { stdout } = await promisify(execFile)('doveconf', ['-c', config, 'service/imap-login']);
    const listener = /inet_listener imap \{[^}]*\}/.exec(stdout)?.[0] ?? '';
    assert.match(listener, /address = 127\.0\.0\.1\n/);
    assert.match(listener, /port = 10143\n/);
    assert.match(listener, new RegExp(`haproxy = ${haproxy}\n`));
    const trusted = await promisify(execFile)('doveconf', [
      ...['-h', '-c', config],
      ...['haproxy_trusted_networks', 'login_trusted_networks'],
    ]);
    assert.equal(trusted.stdout.trim(), haproxy === 'yes' ? '127.0.0.1\n127.0.0.1' : '');
  });
}

test('the sample by which Postfix asks Dovecot is one that Dovecot takes', async (t) => {
  await ensure('dovecot-imapd');
  const files = scratchDirectory('dovecot-sample');
  t.after(() => files.remove());
  const config = join(files.path, 'dovecot.conf');
  const auth = readFileSync(new URL('../../../deploy/dovecot/96-postfix-auth.conf', import.meta.url), 'utf8');
  // doveconf looks the user up, and Postfix need not be here.
  writeFileSync(config, `protocols = imap\nssl = no\n${auth.replaceAll('postfix\n', 'root\n')}`);
  const { stdout } = await promisify(execFile)('doveconf', ['-c', config, 'service/auth']);
  const [, socket = ''] = /unix_listener \/var\/spool\/postfix\/private\/auth \{([^}]*)\}/.exec(stdout) ?? [];
  assert.match(socket, /mode = 0660\n/);
});
