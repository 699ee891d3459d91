import assert from 'node:assert/strict';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ask } from '../admin/http.js';
import { startServed } from '../relay/served.js';
import { type Certificate, certificates, issueCertificate } from '../support/certs.js';
import { dial, type PeerConnection, startImapPeer } from '../support/imap-peer.js';
import { scratchDirectory } from '../support/scratch.js';

const { ca, untrusted } = await certificates();
const [old, renewed, forB] = await Promise.all([
  issueCertificate({ altNames: 'DNS:localhost', days: 2, subject: 'old' }),
  issueCertificate({ altNames: 'DNS:localhost', days: 2, subject: 'renewed' }),
  issueCertificate({ altNames: 'DNS:b.test', days: 2, subject: 'b' }),
]);

interface Context {
  after(cleanUp: () => Promise<void>): void;
}

/** `serve` with a config file and certificates that the test writes. */
async function serving(t: Context, flags: Readonly<Record<string, string>> = {}) {
  const files = scratchDirectory('reload');
  const place = (name: string, { certFile, keyFile }: Certificate): void => {
    copyFileSync(certFile, join(files.path, `${name}.pem`));
    copyFileSync(keyFile, join(files.path, `${name}.key`));
  };
  const config = join(files.path, 'config.yaml');
  const configure = (...lines: readonly string[]): void => writeFileSync(config, `${lines.join('\n')}\n`);
  place('own', old);
  configure('tls-cert: own.pem', 'tls-key: own.key');
  const peer = await startImapPeer();
  const served = await startServed({
    config,
    upstream: `imap://127.0.0.1:${peer.port}`,
    'submission-auth': 'none',
    ...flags,
  });
  t.after(async () => {
    await served.stop();
    await peer.close();
    await files.remove();
  });

  const lines = () => served.output.trimEnd().split('\n');
  /** The next line that it logs because of the signal, without level and time. */
  const reload = async (): Promise<Record<string, unknown>> => {
    const before = lines().filter((line) => line.includes('"reload')).length;
    served.signal('SIGHUP');
    for (let tries = 0; tries < 1_000; tries++) {
      const found = lines().filter((line) => line.includes('"reload'))[before];
      if (found !== undefined) {
        const { level, time, ...fields } = JSON.parse(found);
        return fields;
      }
      await delay(10);
    }
    throw new Error(`nothing was logged: ${served.output}`);
  };
  const open = async (servername = 'localhost') => {
    const client = await dial(served.port, { ca: ca.cert, servername, checkServerIdentity: () => undefined });
    const upstream = await peer.accept();
    await upstream.send('* OK ready\r\n');
    await client.expect('* OK ready\r\n');
    return { client, upstream };
  };
  return { place, configure, reload, open, directory: files.path, served, peer };
}

/** Whose certificate is shown. */
async function secure(client: PeerConnection): Promise<unknown> {
  await client.send('s STARTTLS\r\n');
  await client.expectLine(/^s OK /);
  return (await client.startTls()).getPeerCertificate().subject.CN;
}

test('SIGHUP: new handshakes show the new certificate, sessions go on', async (t) => {
  const { place, reload, open } = await serving(t);
  const [before, waiting] = [await open(), await open()];
  assert.equal(await secure(before.client), 'old');

  place('own', renewed);
  assert.deepEqual(await reload(), { event: 'reloaded', applied: ['tls-cert'], needsRestart: [] });
  assert.equal(await secure(waiting.client), 'renewed');
  assert.equal(await secure((await open()).client), 'renewed');
  await before.client.send('a NOOP\r\n');
  await before.upstream.expect('a NOOP\r\n');
  await before.upstream.send('a OK\r\n');
  await before.client.expect('a OK\r\n');
  assert.deepEqual(await reload(), { event: 'reloaded', applied: [], needsRestart: [] });
});

test('SIGHUP: another name is served as soon as the file has it, and no longer than that', async (t) => {
  const { place, configure, reload, open } = await serving(t);
  place('b', forB);
  configure('tls-cert: [own.pem, b.pem]', 'tls-key: [own.key, b.key]');
  await reload();
  assert.equal(await secure((await open('b.test')).client), 'b');
  assert.equal(await secure((await open()).client), 'old');
  configure('tls-cert: own.pem', 'tls-key: own.key');
  await reload();
  assert.equal(await secure((await open('b.test')).client), 'old');
});

test('SIGHUP: what cannot be used changes nothing, and is named', async (t) => {
  const { place, configure, reload, open, directory } = await serving(t);
  const rejected = async (key: string, text: string, source: string): Promise<void> => {
    const fields = await reload();
    const shown = JSON.parse(JSON.stringify(fields).replaceAll(directory, '%'));
    assert.deepEqual(shown, { event: 'reload-rejected', key, text, source });
    assert.equal(await secure((await open()).client), 'old');
  };
  place('own', renewed);
  writeFileSync(join(directory, 'own.key'), untrusted.key);
  const unfit = 'expected the key that fits the first certificate of tls-cert, given "%/own.key"';
  await rejected('tls-key', unfit, '%/config.yaml:2:10');
  place('own', renewed);
  configure('tls-cert: own.pem', 'tls-key: own.key', 'log-levle: debug');
  await rejected('log-levle', 'unknown option, did you mean log-level?', '%/config.yaml:3:1');
  configure('tls-cert: own.pem', 'tls-key: gone.key');
  const gone = 'expected a readable file (no such file or directory), given "%/gone.key"';
  await rejected('tls-key', gone, '%/config.yaml:2:10');
  configure('tls-cert: own.pem', 'tls-key: own.key');
  assert.deepEqual(await reload(), { event: 'reloaded', applied: ['tls-cert'], needsRestart: [] });
});

test('SIGHUP: listeners that have TLS keep it, and their certificate, without one in the file', async (t) => {
  const { configure, reload, open } = await serving(t);
  configure('log-level: info');
  const needsRestart = ['listen', 'tls-cert'];
  assert.deepEqual(await reload(), { event: 'reloaded', applied: [], needsRestart });
  assert.equal(await secure((await open()).client), 'old');
});

test('SIGHUP: what takes a restart is named, each time, and the rest applied', async (t) => {
  const { place, configure, reload, open } = await serving(t);
  place('own', renewed);
  const next = [
    'tls-cert: own.pem',
    'tls-key: own.key',
    'tls-timeout: 29s',
    'log-format: pretty',
    'allow-plaintext: on',
  ];
  configure(...next);
  const needsRestart = ['listen', 'tls-timeout', 'log-format'];
  assert.deepEqual(await reload(), { event: 'reloaded', applied: ['tls-cert'], needsRestart });
  assert.deepEqual(await reload(), { event: 'reloaded', applied: [], needsRestart });
  const [one] = [await open(), await open()];
  assert.equal(await secure(one.client), 'renewed');
});

test('SIGHUP: limits and the level of the log are those of the file', async (t) => {
  const { configure, reload, open, served, peer } = await serving(t);
  await open();
  configure('tls-cert: own.pem', 'tls-key: own.key', 'log-level: error', 'max-sessions: 1');
  served.signal('SIGHUP');
  // It says nothing of it at that level: somebody is turned away as soon as it is in force.
  const deadline = Date.now() + 60_000;
  for (let refused = false; !refused; ) {
    assert.ok(Date.now() < deadline, 'everybody is let in');
    const upstreams = peer.connections;
    const client = await dial(served.port);
    while (client.bytesReceived === 0 && peer.connections === upstreams && Date.now() < deadline)
      await delay(5);
    refused = client.bytesReceived > 0;
    client.reset();
  }
  configure('tls-cert: own.pem', 'tls-key: own.key');
  const applied = ['max-sessions', 'max-unauthenticated', 'log-level'];
  assert.deepEqual(await reload(), { event: 'reloaded', applied, needsRestart: [] });
  assert.doesNotMatch(served.output, /session-refused/);
});

test('SIGHUP: certificates of clients are asked for from then on, and no longer than that', async (t) => {
  const { configure, reload, served, peer, directory } = await serving(t, { listen: 'imaps://127.0.0.1:0' });
  writeFileSync(join(directory, 'ca.pem'), ca.cert);
  /** Whether a client without a certificate gets as far as upstream. */
  const isServed = async (): Promise<boolean> => {
    const upstreams = peer.connections;
    const client = await dial(served.port, { ca: ca.cert });
    await client.startTls().catch(() => {});
    const deadline = Date.now() + 60_000;
    while (!client.ended && peer.connections === upstreams) {
      assert.ok(Date.now() < deadline, 'neither served nor refused');
      await delay(5);
    }
    client.reset();
    return peer.connections > upstreams;
  };
  const own = ['tls-cert: own.pem', 'tls-key: own.key'];
  const applied = ['tls-client-ca'];
  assert.ok(await isServed());
  configure(...own, 'tls-client-ca: ca.pem');
  assert.deepEqual(await reload(), { event: 'reloaded', applied, needsRestart: [] });
  assert.ok(!(await isServed()));
  configure(...own, 'tls-client-ca: ca.pem', 'tls-client-auth: optional');
  assert.deepEqual(await reload(), { event: 'reloaded', applied, needsRestart: [] });
  assert.ok(await isServed());
});

test('SIGHUP while modules are still loaded does not end the process', async (t) => {
  const asModule = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;
  const hooks = asModule(`
    import { writeSync } from 'node:fs';
    export function resolve(specifier, context, next) {
      if (specifier === 'yargs') {
        writeSync(2, 'hung up\\n');
        process.kill(process.pid, 'SIGHUP');
      }
      return next(specifier, context);
    }
  `);
  const register = asModule(`import { register } from 'node:module'; register(${JSON.stringify(hooks)});`);
  const served = await startServed({ 'submission-auth': 'none' }, { NODE_OPTIONS: `--import=${register}` });
  t.after(() => served.stop());
  assert.match(served.output, /^hung up\n/);
});

test('SIGHUP: every worker shows the new certificate, also one that is started later', async (t) => {
  const { place, reload, open, served } = await serving(t, { workers: '2' });
  const [one, two, first, second] = [await open(), await open(), await open(), await open()];
  for (const { client } of [one, two]) assert.equal(await secure(client), 'old');
  place('own', renewed);
  assert.deepEqual(await reload(), { event: 'reloaded', applied: ['tls-cert'], needsRestart: [] });
  for (const { client } of [first, second]) assert.equal(await secure(client), 'renewed');

  const started = () => [...served.output.matchAll(/"worker-started","worker":\d,"pid":(\d+)/g)];
  process.kill(Number(started()[0]?.[1]), 'SIGKILL');
  for (let tries = 0; tries < 1_000 && started().length < 3; tries++) await delay(10);
  for (const { client } of [await open(), await open()]) assert.equal(await secure(client), 'renewed');
});

test('the admin listener is named when the proxy is ready, and knows of reloads', async (t) => {
  const { configure, reload, served } = await serving(t, { admin: 'http://127.0.0.1:0' });
  const [, admin = ''] = /"event":"ready".*"admin":"(http:\/\/127\.0\.0\.1:\d+)"/.exec(served.output) ?? [];
  const reloads = async () =>
    (await ask(admin, '/metrics')).body
      .split('\n')
      .filter((line) => /^imap_send_proxy_configuration_(reloads|last_reload_successful)/.test(line));
  await reload();
  configure('tls-cert: own.pem', 'tls-key: own.key', 'no-such-option: 1');
  await reload();
  assert.deepEqual(await reloads(), [
    'imap_send_proxy_configuration_reloads_total{result="ok"} 1',
    'imap_send_proxy_configuration_reloads_total{result="failed"} 1',
    'imap_send_proxy_configuration_last_reload_successful 0',
  ]);
});
