import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { message, type Scene, sends, startMailSystem } from './send/support/mail-system.js';
import { scratchDirectory } from './support/scratch.js';
import { Wire } from './support/wire.js';

const system = await startMailSystem();
const scratch = scratchDirectory('reload');
after(async () => {
  await system.stop();
  await scratch.remove();
});
const nobody = join(scratch.path, 'senders');
writeFileSync(nobody, '');

const messages = [
  message({ body: `${'x'.repeat(2000)}\r\n` }),
  message({ recipients: 2 }),
  message({ from: 'boss@example.org' }),
];

interface Row {
  readonly changed: Readonly<Record<string, string>>;
  readonly applied: readonly string[];
  readonly command: string;
  readonly refusal: RegExp;
}

const sending: Readonly<Record<string, Row>> = {
  'max-message-size': {
    changed: { 'max-message-size': '1KiB' },
    applied: ['max-message-size'],
    command: 'SEND 1',
    refusal: /552 5\.3\.4 The message has \d+ octets, at most 1024/,
  },
  'max-recipients': {
    changed: { 'max-recipients': '1' },
    applied: ['max-recipients'],
    command: 'SEND 2',
    refusal: /452 4\.5\.3 2 recipients, at most 1/,
  },
  'max-messages-per-send': {
    changed: { 'max-messages-per-send': '1' },
    applied: ['max-messages-per-send'],
    command: 'SEND 1:2',
    refusal: /SEND of 2 messages, at most 1/,
  },
  'rate-messages': {
    changed: { 'rate-messages': '1/1h' },
    applied: ['rate-messages'],
    command: 'SEND 2',
    refusal: /451 4\.7\.1 Too many messages/,
  },
  'rate-recipients': {
    changed: { 'rate-recipients': '1/1d' },
    applied: ['rate-recipients'],
    command: 'SEND 2',
    refusal: /550 5\.7\.1 More recipients/,
  },
  'sender-policy': {
    changed: { 'sender-policy': 'login', 'default-domain': 'example.org' },
    applied: ['sender-policy'],
    command: 'SEND 3',
    refusal: /550 5\.7\.1 This login may not send as this address/,
  },
  'sender-map': {
    changed: { 'sender-policy': 'map', 'sender-map': nobody },
    applied: ['sender-policy'],
    command: 'SEND 2',
    refusal: /550 5\.7\.1 This login may not send as this address/,
  },
};

/** Two clients are logged in, and two more come. */
const connecting: readonly (readonly [changed: Row['changed'], applied: Row['applied']])[] = [
  [{ 'max-sessions': '2' }, ['max-sessions', 'max-unauthenticated']],
  [{ 'max-sessions-per-ip': '2' }, ['max-sessions-per-ip']],
  [{ 'max-unauthenticated': '1' }, ['max-unauthenticated']],
];

/** Elsewhere: test/cli/reload.test.ts. */
const ELSEWHERE = ['tls-cert', 'tls-key', 'tls-client-ca', 'tls-client-auth', 'log-level'];

test('each option of which the document says that it is read again is tried', () => {
  const document = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  const [, table = ''] = /^## Reading it again$.*?((?:^\|.*\n)+)/ms.exec(document) ?? [];
  const promised = table.split('\n').flatMap((row) => {
    const [, options = ''] = row.split('|');
    return [...options.matchAll(/--([a-z][a-z-]*)/g)].map(([, key]) => key);
  });
  const tried = [
    ...Object.values(sending).map(({ changed }) => changed),
    ...connecting.map(([changed]) => changed),
  ];
  const keys = new Set([...tried.flatMap((changed) => Object.keys(changed)), ...ELSEWHERE]);
  assert.deepEqual([...promised].sort(), [...keys].sort());
});

/** Workers hear of it when their turn comes: a client's command may be there before. */
async function until(what: string, met: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await met())) {
    assert.ok(Date.now() < deadline, `${what}: not within a minute`);
    await delay(5);
  }
}

/** The answer to a command that the session then shows it has seen. */
async function answerTo(client: Wire, command: string): Promise<string> {
  const answer = await sends(client, command);
  await client.command('n', 'NOOP');
  return answer.join('\n');
}

/** What two clients are greeted with that come and go. */
async function greetings(port: number): Promise<string[]> {
  const clients = [await Wire.connect(port), await Wire.connect(port)];
  const lines = await Promise.all(clients.map((client) => client.line()));
  for (const client of clients) client.close();
  return lines;
}

async function running(scene: Scene, workers: string) {
  const sink = await scene.sink();
  const proxy = await scene.proxy(sink.port, { 'sender-policy': 'submission', workers });
  const mailbox = await system.mailbox(messages);
  // With two workers, one of each.
  const clients = [await scene.client(proxy.port, mailbox), await scene.client(proxy.port, mailbox)];
  return { proxy, clients };
}

for (const workers of ['1', '2']) {
  describe(`what is read again is in force, for open sessions too, with --workers ${workers}`, () => {
    test('limits of SEND, and who may send as whom', async (context) => {
      const { proxy, clients } = await running(system.scene(context), workers);
      for (const [name, { changed, applied, command, refusal }] of Object.entries(sending)) {
        assert.deepEqual(proxy.reload(changed), { applied, needsRestart: [] }, name);
        for (const client of clients) {
          await until(name, async () => refusal.test(await answerTo(client, command)));
        }
        assert.deepEqual(proxy.reload({}), { applied, needsRestart: [] }, name);
        for (const client of clients) {
          const isSent = async () => /^x OK SEND completed$/m.test(await answerTo(client, command));
          await until(`${name} taken back`, isSent);
        }
      }
    });

    test('limits of sessions', async (context) => {
      const { proxy, clients } = await running(system.scene(context), workers);
      for (const [changed, applied] of connecting) {
        const name = Object.keys(changed).join();
        assert.deepEqual(proxy.reload(changed), { applied, needsRestart: [] }, name);
        const isFull = async () =>
          (await greetings(proxy.port)).some((line) => line.startsWith('* BYE [UNAVAILABLE] '));
        await until(name, isFull);
        for (const client of clients) assert.match(await client.command('n', 'NOOP'), /^n OK /m);
        assert.deepEqual(proxy.reload({}), { applied, needsRestart: [] }, name);
        const isOpen = async () => (await greetings(proxy.port)).every((line) => line.startsWith('* OK'));
        await until(`${name} taken back`, isOpen);
      }
    });
  });
}
