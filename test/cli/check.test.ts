import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { asText } from '../../src/check/report.js';
import { runChecks } from '../../src/check/run.js';
import { readRequest } from '../../src/cli/check-options.js';
import { PASSWORD_VARIABLE } from '../../src/cli/connection-options.js';
import { connect } from '../../src/client/connect.js';
import { loadConfig } from '../../src/config/load.js';
import { Secret } from '../../src/secret.js';
import { certificates } from '../support/certs.js';
import { type Cyrus, startCyrus } from '../support/cyrus.js';
import { type Dovecot, startDovecot } from '../support/dovecot.js';
import { type Postfix, startPostfix } from '../support/postfix.js';
import { startProxy } from '../support/proxy.js';
import { type Redis, startRedis } from '../support/redis.js';
import { scratchDirectory } from '../support/scratch.js';
import { startSink } from '../support/sink.js';
import { CHECKS } from './check-names.js';
import { type Ended, runProgram } from './program.js';

const { ca, server, expired, untrusted } = await certificates();
const PASSWORD = { [PASSWORD_VARIABLE]: 'anna secret' };
const ANNA = { user: 'anna@example.org' };
const USER = `--user=${ANNA.user}`;
const AS_DOCUMENTED = 'appendonly yes\nappendfsync always';

type Flags = Readonly<Record<string, string>>;

const argumentsFor = (flags: Flags): string[] =>
  Object.entries(flags).map(([key, value]) => `--${key}=${value}`);

function check(flags: Flags, ...more: string[]): Promise<Ended> {
  return runProgram(['check', ...argumentsFor({ 'max-sessions': '100', ...flags }), ...more], PASSWORD);
}

/** The same in this process, which takes less of it. */
async function checkHere(flags: Flags, own: Flags = {}, environment = PASSWORD): Promise<Pick<Ended, 'out'>> {
  const config = loadConfig({ 'max-sessions': '100', ...flags }, {});
  return { out: asText(await runChecks(config, readRequest(own, environment, config)), false) };
}

/** The lines that are not ✓. */
const complaints = ({ out }: Pick<Ended, 'out'>): string[] =>
  out.split('\n').filter((line) => /^[⚠✗]/.test(line));

describe('check', { concurrency: 2 }, () => {
  let dovecot: Dovecot;
  let cyrus: Cyrus;
  let postfix: Postfix;
  let redis: Redis;
  let good: Flags;

  before(async () => {
    [dovecot, cyrus, postfix, redis] = await Promise.all([
      startDovecot({ tls: server }),
      startCyrus({ tls: server }),
      startPostfix({ tls: server }),
      startRedis({ extra: AS_DOCUMENTED }),
    ]);
    good = {
      upstream: `imap://localhost:${dovecot.port}`,
      'upstream-starttls': 'require',
      'upstream-ca': ca.certFile,
      submission: `smtps://localhost:${postfix.tlsPort}`,
      'submission-ca': ca.certFile,
      state: redis.url,
      'tls-cert': server.certFile,
      'tls-key': server.keyFile,
    };
  });
  after(() => Promise.all([dovecot, cyrus, postfix, redis].map((service) => service.stop())));

  test('all is well with Dovecot, Postfix and Redis, and a login: a line for each, in order', async () => {
    const ended = await check(good, USER);
    assert.deepEqual(complaints(ended), []);
    assert.deepEqual(
      ended.out.split('\n').map((line) => line.split(/ +/)[1]),
      [...CHECKS, 'ok,', undefined],
    );
    assert.match(ended.out, /^✓ upstream-login +anna@example\.org logs in \(AUTHENTICATE PLAIN\)$/m);
    assert.match(ended.out, /^✓ submission-login +anna@example\.org logs in \(AUTH PLAIN\)$/m);
    assert.match(ended.out, /^16 ok, 0 warnings, 0 failed$/m);
    assert.deepEqual([ended.code, ended.err], [0, '']);
  });

  test('all is well with Cyrus, which has capabilities that are removed', async () => {
    const ended = await checkHere({ ...good, upstream: `imap://localhost:${cyrus.port}` }, ANNA);
    assert.deepEqual(complaints(ended), []);
    assert.match(ended.out, /COMPRESS=DEFLATE \(the stream could not be read any more\)/);
  });

  test('--json', async () => {
    const ended = await check({ ...good, submission: 'smtps://localhost:1' }, '--json');
    const report = JSON.parse(ended.out);
    assert.deepEqual([ended.code, report.ok, report.counts.failed], [1, false, 1]);
    const found = report.checks.find(({ status }: { status: string }) => status === 'failed');
    assert.deepEqual(Object.keys(found), ['check', 'status', 'text', 'advice']);
    assert.equal(found.check, 'submission');
  });

  /** What is broken, and the one line that says so; everything else stays as it was. */
  const broken: readonly (readonly [string, () => Flags, line: RegExp])[] = [
    [
      'upstream is down',
      () => ({ upstream: 'imap://localhost:1' }),
      /^✗ upstream +imap:\/\/localhost:1: .*ECONNREFUSED.* → is the server running there\?/,
    ],
    [
      'upstream is no IMAP server',
      () => ({ upstream: `imaps://localhost:${postfix.tlsPort}`, 'upstream-starttls': '' }),
      /^✗ upstream .*: 220 postfix\.test ESMTP.* → this is no IMAP server/,
    ],
    [
      'the authority of upstream is another one',
      () => ({ 'upstream-ca': untrusted.certFile }),
      /^✗ upstream-tls .* → name the authority that signed it \(CN=Test authority ca\) with --upstream-ca$/,
    ],
    [
      'the authority of the submission server is another one',
      () => ({ 'submission-ca': untrusted.certFile }),
      /^✗ submission-tls .*UNABLE_TO_VERIFY_LEAF_SIGNATURE.* → name the authority that signed it .*--submission-ca$/,
    ],
    [
      'the submission server takes smaller messages',
      () => ({ 'max-message-size': '201MiB' }),
      /^✗ submission-extensions SIZE 209715200.*takes at most 209715200 octets.* → raise its limit \(message_size_limit/,
    ],
    [
      'Redis is down',
      () => ({ state: 'redis://127.0.0.1:1' }),
      /^✗ redis +127\.0\.0\.1 port 1: Redis: .*ECONNREFUSED.* → is Redis running there/,
    ],
    [
      // Root may write wherever somebody can; here nobody can.
      'nothing can be written to the spool directory',
      () => ({ 'spool-dir': '/proc' }),
      /^✗ spool +\/proc: no file can be written .* → .*--spool-dir$/,
    ],
    [
      'the certificate of the listeners has expired',
      () => ({ 'tls-cert': expired.certFile, 'tls-key': expired.keyFile }),
      /^✗ certificate +localhost \(ec\): ended on .* → renew it/,
    ],
    [
      'there are fewer descriptors than sessions',
      () => ({ 'max-sessions': '999999999' }),
      /^⚠ descriptors .*--max-sessions is 999999999 → raise the limit of open files/,
    ],
  ];
  for (const [name, changed, line] of broken) {
    test(name, async () => {
      const flags = Object.entries({ ...good, ...changed() }).filter(([, value]) => value !== '');
      const ended = await checkHere(Object.fromEntries(flags));
      assert.equal(complaints(ended).length, 1, ended.out);
      assert.match(complaints(ended)[0] ?? '', line);
    });
  }

  test('expired certificates of both servers', async (context) => {
    const [upstream, submission] = await Promise.all([
      startDovecot({ tls: expired }),
      startPostfix({ tls: expired }),
    ]);
    context.after(() => Promise.all([upstream.stop(), submission.stop()]));
    const servers = {
      upstream: `imaps://localhost:${upstream.tlsPort}`,
      submission: `smtp://localhost:${submission.port}`,
      'submission-starttls': 'require',
    };
    const { 'upstream-starttls': _, ...others } = good;
    const ended = await checkHere({ ...others, ...servers });
    const [first, second, ...more] = complaints(ended);
    assert.match(
      first ?? '',
      /^✗ upstream-tls .*expired → renew the certificate of the server: it ended on /,
    );
    assert.match(
      second ?? '',
      /^✗ submission-tls .*CERT_HAS_EXPIRED.* → renew the certificate of the server/,
    );
    assert.deepEqual(more, []);
  });

  test('a submission server without AUTH', async (context) => {
    const submission = await startPostfix({ auth: 'none' });
    context.after(() => submission.stop());
    const { 'submission-ca': _, ...others } = good;
    const ended = await checkHere({ ...others, submission: `smtp://127.0.0.1:${submission.port}` }, ANNA);
    const [auth, login, ...more] = complaints(ended);
    assert.match(
      auth ?? '',
      /^✗ submission-auth +no AUTH offered: none that --submission-auth user can use → /,
    );
    assert.match(login ?? '', /^✗ submission-login +anna@example\.org cannot log in: 421 4\.7\.0 /);
    assert.deepEqual(more, []);
  });

  test('a Redis that evicts, and keeps nothing', async (context) => {
    const evicting = await startRedis({
      extra: 'maxmemory 100mb\nmaxmemory-policy allkeys-lru',
      password: 'pw',
    });
    context.after(() => evicting.stop());
    const { state: _, ...others } = good;
    const ended = await runProgram(['check', ...argumentsFor({ ...others, 'max-sessions': '100' })], {
      IMAP_SEND_PROXY_STATE: evicting.url,
    });
    assert.equal(ended.code, 1);
    const [settings = '', ...more] = complaints(ended);
    assert.match(settings, /^✗ redis-settings .*drops records.*forgets everything when it ends/);
    assert.match(settings, / → set maxmemory-policy noeviction; set appendonly yes, and appendfsync always$/);
    assert.deepEqual(more, []);
    assert.match(ended.out, /^✓ redis /m);
    assert.doesNotMatch(ended.out, /:pw@/);
  });

  test('a wrong password is refused by both, and shown by nobody', async () => {
    const ended = await runProgram(['check', ...argumentsFor(good), USER, '--max-sessions=100'], {
      [PASSWORD_VARIABLE]: 'hunter2',
    });
    assert.equal(ended.code, 1);
    assert.deepEqual(
      complaints(ended).map((line) => line.split(/ +/).slice(0, 2).join(' ')),
      ['✗ upstream-login', '✗ submission-login'],
    );
    assert.doesNotMatch(ended.out + ended.err, /hunter2/);
  });

  test('with service, its login is tried without --user', async () => {
    const files = scratchDirectory('check');
    const file = join(files.path, 'password');
    await writeFile(file, 'anna secret\n');
    const service = { 'submission-auth': 'service', 'submission-user': 'anna@example.org' };
    const ended = await checkHere({ ...good, ...service, 'submission-password-file': file });
    await files.remove();
    assert.deepEqual(complaints(ended), []);
    assert.match(ended.out, /^✓ submission-login +anna@example\.org logs in \(AUTH PLAIN\)$/m);
  });

  describe('--send-to', () => {
    test('through the listener of the configuration, and no copy is left', async (context) => {
      const proxy = await startProxy(good);
      context.after(() => proxy.stop());
      const listen = { listen: `imap://127.0.0.1:${proxy.port}` };
      const ended = await check({ ...good, ...listen }, USER, '--send-to=bob@example.org');
      assert.deepEqual([ended.code, complaints(ended)], [0, []], ended.out);
      assert.match(ended.out, /^✓ send +a test message to bob@example\.org was accepted after \d+\.\d s$/m);
      const [delivery] = await postfix.deliveries();
      assert.deepEqual([delivery?.sender, delivery?.recipient], ['anna@example.org', 'bob@example.org']);
      assert.match(delivery?.content ?? '', /^Subject: Test of imap-send-proxy\r$/m);
      const password = new Secret('anna secret');
      const account = { host: '127.0.0.1', port: dovecot.port, user: 'anna@example.org', password };
      const observer = await connect({ ...account, tls: 'none' });
      const left = await Promise.all(
        ['Sent', 'INBOX'].map((path) => observer.status(path, { messages: true })),
      );
      observer.close();
      assert.deepEqual(
        left.map((status) => (status ? status.messages : undefined)),
        [0, 0],
      );
    });

    test('not to whoever has another certificate', async (context) => {
      const proxy = await startProxy({
        ...good,
        'tls-cert': untrusted.certFile,
        'tls-key': untrusted.keyFile,
      });
      context.after(() => proxy.stop());
      const listen = { listen: `imap://127.0.0.1:${proxy.port}` };
      const ended = await checkHere({ ...good, ...listen }, { ...ANNA, 'send-to': 'bob@example.org' });
      assert.match(complaints(ended).join('\n'), /^✗ send .*certificate.*$/);
    });

    test('through --server, to a recipient that is refused', async (context) => {
      const sink = await startSink({ onRecipient: () => '550 5.1.1 User not found' });
      const flags = {
        upstream: `imap://127.0.0.1:${cyrus.port}`,
        submission: `smtp://127.0.0.1:${sink.port}`,
        'submission-auth': 'none',
      };
      const proxy = await startProxy({
        ...flags,
        listen: ['imaps://127.0.0.1:0'],
        'tls-cert': server.certFile,
        'tls-key': server.keyFile,
      });
      context.after(async () => {
        await proxy.stop();
        await sink.stop();
      });
      const place = { server: `imaps://localhost:${proxy.port}`, 'server-ca': ca.certFile };
      const ended = await checkHere(flags, { ...ANNA, 'send-to': 'bob@example.org', ...place });
      const line =
        /✗ send +a test message to bob@example\.org was not accepted \(refused\): RCPT TO bob@example\.org: 550 5\.1\.1 User not found → /;
      assert.match(complaints(ended).join('\n'), line);
    });

    test('no proxy there, and no SEND there', async () => {
      const trial = { ...ANNA, 'send-to': 'bob@example.org' };
      const nobody = await checkHere({ ...good, listen: 'imap://127.0.0.1:1' }, trial);
      assert.match(
        complaints(nobody).join('\n'),
        /^✗ send .*127\.0\.0\.1 port 1: .* → is the proxy running there/,
      );
      const server = `imap://127.0.0.1:${dovecot.port}`;
      const bare = await checkHere(good, { ...trial, server });
      assert.match(complaints(bare).join('\n'), /^✗ send .* does not offer SEND → /);
    });
  });
});
