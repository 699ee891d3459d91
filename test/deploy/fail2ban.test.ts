import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createLog } from '../../src/log/logger.js';
import { certificates } from '../support/certs.js';
import { type Cyrus, startCyrus } from '../support/cyrus.js';
import { type Dovecot, startDovecot } from '../support/dovecot.js';
import { dial, type PeerConnection, startImapPeer } from '../support/imap-peer.js';
import { ensure } from '../support/packages.js';
import { type RunningProxy, startProxy } from '../support/proxy.js';
import { scratchDirectory } from '../support/scratch.js';

const run = promisify(execFile);
const deploy = fileURLToPath(new URL('../../../deploy/fail2ban/', import.meta.url));
const filter = join(deploy, 'filter.d/imap-send-proxy.conf');
const scratch = scratchDirectory('fail2ban');
after(() => scratch.remove());
before(() => ensure('fail2ban'));

/** The lines that `serve` writes for what the proxy logged. */
function lines({ logged }: RunningProxy, format: 'json' | 'pretty' = 'json'): string[] {
  const written: string[] = [];
  const log = createLog({ level: 'info', format }, { write: (line) => void written.push(line) });
  for (const { event, fields } of logged) log.event(event, fields as never);
  return written;
}

/** The addresses that the filter finds in a log, one for each failure, sorted. */
async function found(log: readonly string[]): Promise<string[]> {
  const file = join(scratch.path, 'log');
  writeFileSync(file, log.join(''));
  const { stdout } = await run('fail2ban-regex', ['--out', 'ip', file, filter]);
  return stdout.split('\n').filter(Boolean).sort();
}

/** As fail2ban joins the fields of a journal entry to a line. */
const fromJournal = (line: string): string => `mail node[4711]: ${line}`;

/** What somebody may call himself to have another banned, or not to be banned himself. */
const HOSTILE = [
  '","address":"192.0.2.1","method":"LOGIN","reply":"NO',
  '{"level":"warn","time":"2025-06-02T15:05:03.120Z","event":"login-failed","session":"s","address":"192.0.2.1","method":"LOGIN","reply":"NO"}',
  'x\r\n{"level":"warn","time":"2025-06-02T15:05:03.120Z","event":"login-failed","session":"s","address":"192.0.2.1","method":"LOGIN","reply":"NO"}',
  '192.0.2.1"\\","address":"192.0.2.1',
];

const literal = (text: string): string => `{${text.length}+}\r\n${text}`;
const plain = (text: string): string => Buffer.from(text).toString('base64');
const TAGGED = /^a (OK|NO|BAD)/;

/** Sends it as a client of its own, and returns the answer. */
async function say(proxy: RunningProxy, from: string, ...octets: readonly string[]): Promise<string> {
  const client: PeerConnection = await dial(proxy.port, {}, from);
  await client.expectLine(/^\* (OK|PREAUTH) /);
  for (const each of octets.slice(0, -1)) {
    await client.send(each);
    await client.expectLine(/^\+/);
  }
  await client.send(octets.at(-1) as string);
  for (;;) {
    const [line] = await client.expectLine(/^.*/);
    if (!TAGGED.test(line)) continue;
    client.reset();
    return line;
  }
}

for (const [name, start] of [
  ['Dovecot', startDovecot],
  ['Cyrus', startCyrus],
] as const) {
  describe(`failed logins at ${name}`, () => {
    let upstream: Dovecot | Cyrus;
    let proxy: RunningProxy;

    before(async () => {
      upstream = await start();
      proxy = await startProxy({ upstream: `imap://127.0.0.1:${upstream.port}`, 'submission-auth': 'none' });
      const failures = [
        say(proxy, '127.0.0.11', `a LOGIN ${upstream.user} wrong\r\n`),
        say(proxy, '127.0.0.11', `a LOGIN nobody wrong\r\n`),
        say(proxy, '127.0.0.12', 'a AUTHENTICATE PLAIN\r\n', `${plain('\0nobody\0wrong')}\r\n`),
        ...HOSTILE.map((user, n) =>
          say(proxy, `127.0.0.${20 + n}`, `a LOGIN ${literal(user)} ${literal(user)}\r\n`),
        ),
        ...HOSTILE.map((user, n) =>
          say(proxy, `127.0.0.${30 + n}`, 'a AUTHENTICATE PLAIN\r\n', `${plain(`\0${user}\0${user}`)}\r\n`),
        ),
      ];
      const others = [
        say(proxy, '127.0.0.41', `a LOGIN ${upstream.user} "${upstream.password}"\r\n`),
        say(proxy, '127.0.0.42', 'a AUTHENTICATE PLAIN\r\n', '*\r\n'),
        say(proxy, '127.0.0.43', 'a AUTHENTICATE GSSAPI\r\n'),
        say(proxy, '127.0.0.44', 'a SELECT INBOX\r\n'),
      ];
      for (const answer of await Promise.all(failures)) assert.match(answer, /^a (NO|BAD)/);
      assert.match((await Promise.all(others))[0] ?? '', /^a OK/);
    });

    after(async () => {
      await proxy?.stop();
      await upstream?.stop();
    });

    const expected = [
      ...['127.0.0.11', '127.0.0.11', '127.0.0.12'],
      ...HOSTILE.map((_, n) => `127.0.0.${20 + n}`),
      ...HOSTILE.map((_, n) => `127.0.0.${30 + n}`),
    ].sort();

    test('are found in a file, each with the address that it came from', async () => {
      assert.deepEqual(await found(lines(proxy)), expected);
    });

    test('are found in the journal', async () => {
      assert.deepEqual(await found(lines(proxy).map(fromJournal)), expected);
    });
  });
}

test('a login that upstream cannot decide on is held against nobody', async (t) => {
  const peer = await startImapPeer();
  const proxy = await startProxy({ upstream: `imap://127.0.0.1:${peer.port}`, 'submission-auth': 'none' });
  t.after(async () => {
    await peer.close();
    await proxy.stop();
  });
  const replies = [
    ['127.0.0.11', 'NO [UNAVAILABLE] Temporary authentication failure.'],
    ['127.0.0.12', 'NO [INUSE] later'],
    ['127.0.0.13', 'NO [LIMIT] too many'],
    ['127.0.0.14', 'BAD Too long'],
    ['127.0.0.15', 'NO [AUTHENTICATIONFAILED] "address":"192.0.2.1"'],
    ['127.0.0.16', `NO [ALERT] ${'x'.repeat(20_000)}`],
  ] as const;
  for (const [from, reply] of replies) {
    const answered = say(proxy, from, 'a LOGIN anna wrong\r\n');
    const server = await peer.accept();
    await server.send('* OK ready\r\n');
    await server.expect('a LOGIN anna wrong\r\n');
    await server.send(`a ${reply}\r\n`);
    await answered;
  }
  assert.deepEqual(await found(lines(proxy)), ['127.0.0.15', '127.0.0.16']);
});

test('a login for which the client did not wait is logged with its address', async (t) => {
  const peer = await startImapPeer();
  const proxy = await startProxy({ upstream: `imap://127.0.0.1:${peer.port}`, 'submission-auth': 'none' });
  t.after(async () => {
    await peer.close();
    await proxy.stop();
  });
  const client = await dial(proxy.port, {}, '127.0.0.11');
  const server = await peer.accept();
  await server.send('* OK ready\r\n');
  await client.send('a LOGIN anna wrong\r\n');
  await server.expect('a LOGIN anna wrong\r\n');
  client.reset();
  await server.expectEnd();
  await server.send('a NO wrong\r\n');
  await proxy.seen('login-failed');
  assert.deepEqual(await found(lines(proxy)), ['127.0.0.11']);
});

test('a login that the proxy refuses for want of TLS is no failure', async (t) => {
  const { server } = await certificates();
  const upstream = await startImapPeer();
  const proxy = await startProxy({
    upstream: `imap://127.0.0.1:${upstream.port}`,
    'submission-auth': 'none',
    'tls-cert': server.certFile,
    'tls-key': server.keyFile,
  });
  t.after(async () => {
    await upstream.close();
    await proxy.stop();
  });
  const answer = say(proxy, '127.0.0.11', 'a LOGIN anna wrong\r\n');
  await (await upstream.accept()).send('* OK ready\r\n');
  assert.match(await answer, /^a NO \[PRIVACYREQUIRED\]/);
  assert.deepEqual(await found(lines(proxy)), []);
});

test('fail2ban takes the jail with the filter', async () => {
  const config = join(scratch.path, 'config');
  cpSync('/etc/fail2ban', config, { recursive: true });
  rmSync(join(config, 'jail.d'), { recursive: true });
  cpSync(deploy, config, { recursive: true });
  const { stdout } = await run('fail2ban-client', ['--conf', config, '--dp']);
  assert.match(stdout, /\['add', 'imap-send-proxy', 'systemd'\]/);
  assert.match(
    stdout,
    /\['set', 'imap-send-proxy', 'addjournalmatch', '_SYSTEMD_UNIT=imap-send-proxy\.service'\]/,
  );
  assert.match(stdout, /'addfailregex'|'multi-set'/);
});
