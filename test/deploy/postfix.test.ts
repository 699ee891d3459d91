import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { ensure } from '../support/packages.js';
import { masterConfiguration } from '../support/postfix-config.js';
import { scratchDirectory } from '../support/scratch.js';

const run = promisify(execFile);
const read = (file: string): string =>
  readFileSync(new URL(`../../../deploy/${file}`, import.meta.url), 'utf8');

/** What stands in the queue directory has to be there, and to be Postfix's, before it says anything else. */
async function postfix(
  main: string,
  master: string,
): Promise<{ shown: string; said: string; remove(): Promise<void> }> {
  await ensure('postfix');
  const files = scratchDirectory('postfix-sample');
  for (const each of ['conf', 'queue', 'data']) mkdirSync(join(files.path, each));
  await run('chown', ['postfix', join(files.path, 'data')]);
  const own = `queue_directory = ${files.path}/queue\ndata_directory = ${files.path}/data\n`;
  writeFileSync(join(files.path, 'conf/main.cf'), `${main}\n${own}`);
  writeFileSync(join(files.path, 'conf/master.cf'), master);
  const config = ['-c', join(files.path, 'conf')];
  const checked = await run('postfix', [...config, 'check']);
  const services = await run('postconf', [...config, '-M']);
  const overridden = await run('postconf', [...config, '-P']);
  const settings = await run('postconf', [...config, '-n']);
  const all = [checked, services, overridden, settings];
  return {
    shown: all.map(({ stdout }) => stdout).join(''),
    said: all.map(({ stderr }) => stderr).join(''),
    remove: () => files.remove(),
  };
}

for (const [server, type] of [
  ['dovecot', 'dovecot'],
  ['cyrus', 'cyrus'],
] as const) {
  test(`Postfix takes the sample of its submission port for ${server}`, async (t) => {
    const main = 'compatibility_level = 3.6\nmaillog_file = /dev/stdout\n';
    const { shown, said, remove } = await postfix(
      main,
      masterConfiguration(2525) + read(`${server}/postfix-master.cf`),
    );
    t.after(remove);
    assert.doesNotMatch(said, /warning|error|fatal|unused/i);
    assert.match(shown, /^127\.0\.0\.1:10587 +inet .* smtpd/m);
    assert.match(shown, new RegExp(`^127\\.0\\.0\\.1:10587/inet/smtpd_sasl_type = ${type}$`, 'm'));
    assert.match(
      shown,
      /^127\.0\.0\.1:10587\/inet\/smtpd_relay_restrictions = permit_sasl_authenticated,reject$/m,
    );
  });
}

test('Postfix takes the configuration of the trial', async (t) => {
  const { shown, said, remove } = await postfix(
    read('docker/postfix/main.cf'),
    read('docker/postfix/master.cf'),
  );
  t.after(remove);
  assert.doesNotMatch(said, /warning|error|fatal|unused/i);
  assert.match(shown, /^587 +inet .* smtpd/m);
  assert.match(shown, /^smtpd_relay_restrictions = reject_unauth_destination$/m);
});
