import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ConfigError, createProxy, type LogEntry, type RunningProxy } from '../src/index.js';
import { startDovecot } from './support/dovecot.js';
import { scratchDirectory } from './support/scratch.js';
import { startSink } from './support/sink.js';
import { Wire } from './support/wire.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const local = { listen: 'imap://127.0.0.1:0', 'drain-timeout': '1s' } as const;

describe('the examples of docs/library.md', () => {
  let examples: {
    startProxy(upstream: string, submission: string): Promise<RunningProxy>;
    explain(error: unknown): string;
  };

  before(async () => {
    const files = scratchDirectory('library');
    await mkdir(join(files.path, 'node_modules'));
    await symlink(root, join(files.path, 'node_modules/imap-send-proxy'));
    const document = await readFile(join(root, 'docs/library.md'), 'utf8');
    const blocks = [...document.matchAll(/^```js\n(.*?)^```$/gms)].map(([, block = '']) => block);
    const file = join(files.path, 'examples.mjs');
    await writeFile(file, blocks.join('\n'));
    examples = await import(pathToFileURL(file).href);
    await files.remove();
  });

  test('a proxy that sends, and says so', async (t) => {
    const said = t.mock.method(console, 'log', () => {});
    const dovecot = await startDovecot();
    t.after(() => dovecot.stop());
    const { user, password } = dovecot;
    await dovecot.deliver(user, 'INBOX', `From: ${user}\r\nTo: bob@example.org\r\n\r\nHello\r\n`);
    const sink = await startSink({});
    t.after(() => sink.stop());
    const proxy = await examples.startProxy(
      `imap://127.0.0.1:${dovecot.port}`,
      `smtp://127.0.0.1:${sink.port}`,
    );
    t.after(() => proxy.close());

    const [address = ''] = proxy.addresses;
    const client = await Wire.connect(Number(new URL(address).port));
    await client.line();
    await client.command('a', `LOGIN ${user} "${password}"`);
    await client.command('b', 'SELECT INBOX');
    assert.match(await client.command('c', 'SEND 1'), /c OK SEND completed/);
    assert.equal(sink.messages.length, 1);
    assert.match(await proxy.metrics(), /^imap_send_proxy_sessions 1$/m);
    assert.deepEqual(
      said.mock.calls.map(({ arguments: [who, uid, outcome] }) => [who, uid, outcome]),
      [[user, 1, 'accepted']],
    );
    await proxy.close();
    assert.match(await client.rest(), /^\* BYE /);
  });

  test('errors are explained', async (t) => {
    const wrong = await createProxy({ ...local, 'max-recipients': 0 }).catch(examples.explain);
    assert.equal(wrong, 'max-recipients is wrong: expected a whole number from 1, given "0"');
    const taken = createServer().listen(0, '127.0.0.1');
    t.after(() => taken.close());
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    assert.equal(
      await createProxy({ listen: `imap://127.0.0.1:${port}` }).catch(examples.explain),
      `cannot listen on 127.0.0.1 port ${port}: address already in use [EADDRINUSE]`,
    );
  });
});

describe('what cannot be used is a ConfigError that says which and where', () => {
  const rows: readonly [options: object, message: string][] = [
    [{ upsteam: 'x' }, "upsteam: unknown option, did you mean upstream? (options['upsteam'])"],
    [{ config: '/etc/x.yaml' }, "config: unknown option (options['config'])"],
    [{ 'log-level': 'info' }, "log-level: unknown option (options['log-level'])"],
    [{ upstream: ['imap://a:1'] }, "upstream: expected one plain value (options['upstream'])"],
    [{ listen: [null] }, "listen: expected text or a list of texts (options['listen'])"],
    [
      { workers: 2.5 },
      'workers: expected a whole number from 1 to 64, or auto, given "2.5" (options[\'workers\'])',
    ],
    [
      { 'submission-password': 'hunter2' },
      "submission-password: expected submission-auth service or impersonate with it, not user, given [secret] (options['submission-password'])",
    ],
  ];
  for (const [options, message] of rows) {
    test(message, () => assert.rejects(createProxy(options), { name: 'ConfigError', message }));
  }
});

test('with workers, too; the program is left as it was', async () => {
  const names = ['SIGTERM', 'SIGINT', 'SIGHUP', 'exit', 'uncaughtException', 'warning'] as const;
  const state = () => [
    ...names.map((name) => process.listenerCount(name)),
    globalThis.gc,
    process.exitCode,
    process.title,
    JSON.stringify(process.env),
  ];
  const before = state();
  for (const workers of [1, 2]) {
    const proxy = await createProxy({ ...local, workers, admin: 'http://127.0.0.1:0' });
    assert.match(proxy.addresses.join(), /^imap:\/\/127\.0\.0\.1:[1-9]\d*$/);
    assert.match(proxy.admin ?? '', /^http:\/\/127\.0\.0\.1:[1-9]\d*\/?$/);
    assert.deepEqual(state(), before);
    await Promise.all([proxy.close(), proxy.close()]);
  }
  assert.deepEqual(state(), before);
});

test('the environment is not read', async (t) => {
  t.after(() => delete process.env['IMAP_SEND_PROXY_WORKERS']);
  process.env['IMAP_SEND_PROXY_WORKERS'] = 'nonsense';
  await (await createProxy(local)).close();
});

test('reload puts into force what it can, and throws for what cannot be used', async (t) => {
  const proxy = await createProxy({ ...local, 'max-recipients': 10 });
  t.after(() => proxy.close());
  const next = { ...local, 'max-recipients': 20, workers: 2 };
  assert.deepEqual(proxy.reload(next), { applied: ['max-recipients'], needsRestart: ['workers'] });
  assert.throws(() => proxy.reload({ ...local, 'max-recipients': -1 }), ConfigError);
  assert.deepEqual(proxy.reload({ ...next, workers: 1 }), { applied: [], needsRestart: [] });
});

test('a log that throws ends nothing, and is given cleaned texts', async (t) => {
  const entries: LogEntry[] = [];
  const log = (entry: LogEntry): void => {
    entries.push(entry);
    throw new Error('full');
  };
  // Nobody listens there.
  const proxy = await createProxy({ ...local, upstream: 'imap://127.0.0.1:1' }, { log });
  t.after(() => proxy.close());
  const client = await Wire.connect(Number(new URL(proxy.addresses[0] ?? '').port));
  assert.match(await client.rest(), /^\* BYE \[UNAVAILABLE\]/);
  await proxy.close();
  assert.deepEqual(
    entries.map(({ event, level }) => [event, level]),
    [
      ['session-opened', 'info'],
      ['session-closed', 'info'],
    ],
  );
});
