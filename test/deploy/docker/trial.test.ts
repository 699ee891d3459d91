import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { runMarker } from '../../support/marker.js';
import { give, mailOwner } from '../../support/owner.js';
import { ensure } from '../../support/packages.js';
import { onFreePorts } from '../../support/port.js';
import { queueDirectories } from '../../support/postfix-config.js';
import { startProxy } from '../../support/proxy.js';
import { scratchDirectory } from '../../support/scratch.js';
import { type Service, startService } from '../../support/service.js';
import { Wire } from '../../support/wire.js';

const run = promisify(execFile);
const sample = (file: string): Promise<string> =>
  readFile(new URL(`../../../../deploy/docker/${file}`, import.meta.url), 'utf8');

const user = 'anna@example.org';

/** With the trial's own configuration, but for places, ports and the owner of mail. */
async function startTrialDovecot(): Promise<{ service: Service; ports: number[] }> {
  return onFreePorts(3, async (ports) => {
    const [imap = 0, lmtp = 0, auth = 0] = ports;
    const files = scratchDirectory('trial-dovecot');
    const owner = await mailOwner();
    for (const each of ['mail', 'run']) await mkdir(join(files.path, each));
    await give(owner, join(files.path, 'mail'));
    await writeFile(join(files.path, 'users'), `${user}:{PLAIN}secret\n`, { mode: 0o644 });
    const text = (await sample('dovecot/dovecot.conf'))
      .replace('listen = *', 'listen = 127.0.0.1')
      .replaceAll('/run/dovecot', join(files.path, 'run'))
      .replace('/run/secrets/users', join(files.path, 'users'))
      .replaceAll('/var/mail/vhosts', join(files.path, 'mail'))
      .replaceAll('first_valid_uid = 5000', 'first_valid_uid = 1\nfirst_valid_gid = 1')
      .replaceAll(/(uid ?= ?)vmail/g, `$1${owner.user}`)
      .replaceAll(/(gid ?= ?)vmail/g, `$1${owner.group}`)
      .replace('port = 24', `port = ${lmtp}`)
      .replace('port = 12345', `port = ${auth}`);
    const own = `service imap-login {\n inet_listener imap {\n port = ${imap}\n }\n inet_listener imaps {\n port = 0\n }\n}\n`;
    const config = join(files.path, 'dovecot.conf');
    await writeFile(config, `${text}\nimport_environment = TZ ${runMarker}\n${own}`);
    const spec = {
      name: 'dovecot',
      command: '/usr/sbin/dovecot',
      args: ['-F', '-c', config],
      logFile: join(files.path, 'log'),
      ports,
    };
    return { service: await startService(spec, files), ports };
  });
}

async function startTrialPostfix(lmtp: number, auth: number): Promise<Service> {
  return onFreePorts(1, async (ports) => {
    const files = scratchDirectory('trial-postfix');
    const { path } = files;
    const inQueue = (names: readonly string[]) => names.map((name) => join(path, 'queue', name));
    await mkdir(join(path, 'conf'));
    await run('install', ['-d', ...inQueue(queueDirectories.root)]);
    const postfix = ['-d', '-o', 'postfix', '-m', '700', join(path, 'data')];
    await run('install', [...postfix, ...inQueue(queueDirectories.postfix)]);
    const postdrop = ['-d', '-o', 'postfix', '-g', 'postdrop', '-m', '730'];
    await run('install', [...postdrop, ...inQueue(queueDirectories.postdrop)]);
    const main = (await sample('postfix/main.cf'))
      .replace('dovecot:24', `127.0.0.1:${lmtp}`)
      .replace('dovecot:12345', `127.0.0.1:${auth}`)
      .replace('inet_interfaces = all', 'inet_interfaces = 127.0.0.1');
    const own = `queue_directory = ${path}/queue\ndata_directory = ${path}/data\nimport_environment = MAIL_CONFIG POSTLOG_SERVICE POSTLOG_HOSTNAME ${runMarker}\n`;
    await writeFile(join(path, 'conf/main.cf'), `${main}\n${own}`);
    const master = (await sample('postfix/master.cf')).replace(/^587 /m, `127.0.0.1:${ports[0]} `);
    await writeFile(join(path, 'conf/master.cf'), master);
    const spec = {
      name: 'postfix',
      command: '/usr/lib/postfix/sbin/master',
      args: ['-c', join(path, 'conf'), '-s'],
      logFile: join(path, 'log'),
      ports,
    };
    return startService(spec, files);
  });
}

test('with the configurations of the trial, a message sent to oneself arrives, and none leaves', async (t) => {
  await ensure('dovecot-imapd', 'dovecot-lmtpd', 'postfix');
  const { service: dovecot, ports } = await startTrialDovecot();
  t.after(() => dovecot.stop());
  const [, lmtp = 0, auth = 0] = ports;
  const postfix = await startTrialPostfix(lmtp, auth);
  t.after(() => postfix.stop());
  const proxy = await startProxy({
    upstream: `imap://127.0.0.1:${dovecot.port}`,
    submission: `smtp://127.0.0.1:${postfix.port}`,
  });
  t.after(() => proxy.stop());
  const wire = await Wire.connect(proxy.port);
  t.after(async () => wire.close());
  await wire.line();
  assert.match(await wire.command('a', `LOGIN ${user} secret`), /^a OK /m);
  for (const to of [user, 'bob@example.com']) {
    const message = `From: ${user}\r\nTo: ${to}\r\nSubject: trial\r\n\r\nhello\r\n`;
    assert.match(await wire.command('b', `APPEND Drafts {${message.length}+}\r\n${message}`), /^b OK /m);
  }
  await wire.command('c', 'SELECT Drafts');
  const answer = await wire.command('d', 'SEND 1:2');
  assert.match(answer, /^\* 1 SEND \(1 OK NIL\)\r$/m);
  assert.match(
    answer,
    /^\* 2 SEND \(2 NO \("RCPT TO" "bob@example\.com" "554 5\.7\.1 .*Relay access denied/m,
  );
  for (let tries = 0; tries < 2_000; tries++) {
    if (/\(MESSAGES 1\)/.test(await wire.command('e', 'STATUS INBOX (MESSAGES)'))) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail(await readFile(postfix.logFile, 'utf8'));
});
