import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { messageTo, selectNew } from './interop/send/mailbox.js';
import { certificates } from './support/certs.js';
import { type Dovecot, startDovecot } from './support/dovecot.js';
import { startProxy } from './support/proxy.js';
import { startRedis } from './support/redis.js';
import { scratchDirectory } from './support/scratch.js';
import { startSink } from './support/sink.js';
import { Wire } from './support/wire.js';

const rows = readFileSync(new URL('../../docs/operation.md', import.meta.url), 'utf8')
  .split('## Three in the morning')[1]
  ?.split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split(' | ').map((cell) => cell.replaceAll(/^\| | \|$/g, ''))) as string[][];

/** Whoever has the symptom finds one row, and in it the words that are in the log. */
function assertRow(symptom: string, ...logged: readonly string[]): void {
  const found = rows.filter(([first = '']) => first.replaceAll('`', '').includes(symptom));
  assert.equal(found.length, 1, symptom);
  for (const word of logged)
    assert.ok(found[0]?.slice(1).join(' ').includes(`\`${word}`), `${symptom}: ${word}`);
}

async function proxyWith(t: TestContext, flags: Readonly<Record<string, string | string[]>>) {
  const proxy = await startProxy(flags);
  t.after(() => proxy.stop());
  return proxy;
}

/** The text of the first line that a new connection is sent, from its response code on. */
async function greeting(port: number): Promise<string> {
  const wire = await Wire.connect(port);
  const line = await wire.line();
  wire.close();
  return line.replace(/ \((?:session [\w-]+|max-[a-z-]+)\)\r\n$/, '');
}

describe('at three in the morning, the table has what clients see and the log says', () => {
  let dovecot: Dovecot;
  let upstream: string;
  before(async () => {
    dovecot = await startDovecot();
    upstream = `imap://127.0.0.1:${dovecot.port}`;
  });
  after(() => dovecot.stop());

  /** The tagged answer to SEND of a new message, its code and no more. */
  async function send(port: number): Promise<string> {
    const wire = await Wire.connect(port);
    await wire.line();
    await wire.command('l', `LOGIN ${dovecot.user} "${dovecot.password}"`);
    await selectNew(wire, messageTo('bob@example.com'));
    const answer = await wire.command('a', 'SEND 1');
    wire.close();
    return /^a ((?:OK|NO)(?: \[\w+\])?)/m.exec(answer)?.[1] ?? answer;
  }

  test('the mail server is not there', async (t) => {
    const stopped = await startSink();
    await stopped.stop();
    const proxy = await proxyWith(t, { upstream: `imap://127.0.0.1:${stopped.port}` });
    const symptom = await greeting(proxy.port);
    const { side, cause } = await proxy.seen('session-closed');
    assert.deepEqual([side, /^error connect: /.test(cause)], ['upstream', true]);
    assertRow(symptom, 'session-closed', 'upstream', 'error connect: …');
  });

  test('its certificate has expired', async (t) => {
    const { expired, ca } = await certificates();
    const behindTls = await startDovecot({ tls: expired });
    t.after(() => behindTls.stop());
    const flags = { upstream: `imaps://127.0.0.1:${behindTls.tlsPort}`, 'upstream-ca': ca.certFile };
    const proxy = await proxyWith(t, flags);
    const symptom = await greeting(proxy.port);
    assertRow(symptom, (await proxy.seen('session-closed')).cause);
  });

  test('it says nothing', async (t) => {
    const silent = createServer().listen(0, '127.0.0.1');
    t.after(() => silent.close());
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    const proxy = await proxyWith(t, { upstream: `imap://127.0.0.1:${port}`, 'greeting-timeout': '1s' });
    const symptom = await greeting(proxy.port);
    assertRow(symptom, (await proxy.seen('session-closed')).cause);
  });

  test('there are too many connections', async (t) => {
    const proxy = await proxyWith(t, { upstream, 'max-sessions-per-ip': '1' });
    const first = await Wire.connect(proxy.port);
    t.after(() => first.close());
    await first.line();
    const symptom = await greeting(proxy.port);
    assertRow(symptom, 'session-refused', `--${(await proxy.seen('session-refused')).limit}`);
  });

  test('the submission server is not there', async (t) => {
    const stopped = await startSink();
    await stopped.stop();
    const proxy = await proxyWith(t, { upstream, submission: `smtp://127.0.0.1:${stopped.port}` });
    const symptom = await send(proxy.port);
    const { outcome, reply } = await proxy.seen('send');
    assertRow(`SEND is answered ${symptom}`, 'send', outcome, `${reply.slice(0, 9)} …`);
  });

  test('its certificate has expired, too', async (t) => {
    const { expired, ca } = await certificates();
    const sink = await startSink({ tls: expired, implicitTls: true });
    t.after(() => sink.stop());
    const flags = { submission: `smtps://127.0.0.1:${sink.port}`, 'submission-ca': ca.certFile };
    const proxy = await proxyWith(t, { upstream, ...flags });
    const symptom = await send(proxy.port);
    const { outcome, reply } = await proxy.seen('send');
    assertRow(`SEND is answered ${symptom}`, 'send', outcome, `${reply.slice(0, 9)} …`);
  });

  test('it refuses the password of the service', async (t) => {
    const sink = await startSink({ users: { proxy: 'right' } });
    const files = scratchDirectory('operation');
    t.after(() => Promise.all([sink.stop(), files.remove()]));
    const password = join(files.path, 'password');
    writeFileSync(password, 'wrong\n', { mode: 0o600 });
    const proxy = await proxyWith(t, {
      upstream,
      submission: `smtp://127.0.0.1:${sink.port}`,
      'submission-auth': 'service',
      'submission-user': 'proxy',
      'submission-password-file': password,
    });
    const symptom = await send(proxy.port);
    assert.match((await proxy.seen('send')).reply, /^535 /);
    assertRow(`SEND is answered ${symptom}`, 'send', 'reply');
    assert.ok(rows.some(([first, second]) => first?.includes('[NOPERM]') && second?.includes('535')));
  });

  test('Redis stops', async (t) => {
    const [sink, redis] = await Promise.all([startSink(), startRedis()]);
    t.after(() => sink.stop());
    const flags = { upstream, submission: `smtp://127.0.0.1:${sink.port}`, 'submission-auth': 'none' };
    const proxy = await proxyWith(t, { ...flags, state: redis.url, 'sender-policy': 'submission' });
    await redis.stop();
    assert.equal(await send(proxy.port), 'OK');
    const { cause } = await proxy.seen('ledger-degraded');
    assert.match(cause, /Redis/);
    assert.equal(rows.filter(([first]) => first === '`ledger-degraded`').length, 1);
  });

  test('clients do not trust the certificate any more', async (t) => {
    const { expired, ca } = await certificates();
    const proxy = await proxyWith(t, {
      upstream,
      listen: ['imaps://127.0.0.1:0'],
      'tls-cert': expired.certFile,
      'tls-key': expired.keyFile,
    });
    await assert.rejects(Wire.connectTls(proxy.port, ca.cert), { code: 'CERT_HAS_EXPIRED' });
    await proxy.seen('certificate-expires');
    const { side } = await proxy.seen('session-closed');
    assertRow('clients complain of certificates', 'certificate-expires', 'session-closed', side);
  });

  test('a password of a client is wrong', async (t) => {
    const proxy = await proxyWith(t, { upstream });
    const wire = await Wire.connect(proxy.port);
    t.after(() => wire.close());
    await wire.line();
    await wire.command('l', `LOGIN ${dovecot.user} wrong`);
    await proxy.seen('login-failed');
    assertRow('logins fail for all', 'login-failed', 'reply');
  });
});
