import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { ANNA, BERT, message, sends, startMailSystem } from './support/mail-system.js';

const system = await startMailSystem();
after(() => system.stop());

const LIMIT = 'x NO [LIMIT] SEND: a limit of this proxy, no message was sent';

const large = message({ body: `${'x'.repeat(1000)}\r\n` });
const tooLarge = `552 5.3.4 The message has ${large.length} octets, at most 1024 are allowed`;

interface Row {
  readonly flags: Record<string, string>;
  readonly messages: readonly string[];
  readonly command?: string;
  readonly lines: readonly string[];
}

/** Each limit: the line of the message, and the tagged answer when nothing went out. */
const table: Readonly<Record<string, Row>> = {
  '--max-message-size': {
    flags: { 'max-message-size': '1KiB' },
    messages: [large],
    lines: [`* 1 SEND (1 NO ("DATA" "" "${tooLarge}"))`, `${LIMIT} (${tooLarge})`],
  },
  '--max-message-size, among others': {
    flags: { 'max-message-size': '1KiB' },
    messages: [large, message()],
    lines: [`* 1 SEND (1 NO ("DATA" "" "${tooLarge}"))`, '* 2 SEND (2 OK NIL)', 'x OK SEND completed'],
  },
  '--max-recipients': {
    flags: { 'max-recipients': '2' },
    messages: [message({ recipients: 3 })],
    lines: [
      '* 1 SEND (1 NO ("RCPT TO" "r3@example.net" "452 4.5.3 3 recipients, at most 2 are allowed"))',
      `${LIMIT} (452 4.5.3 3 recipients, at most 2 are allowed)`,
    ],
  },
  '--max-recipients counts each once': {
    flags: { 'max-recipients': '2' },
    messages: [message({ recipients: 2, header: 'Cc: r1@EXAMPLE.net\r\nBcc: r2@example.net\r\n' })],
    lines: ['* 1 SEND (1 OK NIL)', 'x OK SEND completed'],
  },
  '--max-messages-per-send': {
    flags: { 'max-messages-per-send': '2' },
    messages: [message(), message(), message()],
    lines: ['x NO [LIMIT] SEND of 3 messages, at most 2 can be sent at once'],
  },
  '--max-messages-per-send is for what the set matches': {
    flags: { 'max-messages-per-send': '2' },
    messages: [message(), message(), message()],
    command: 'UID SEND 2:4000000000',
    lines: ['* 2 SEND (2 OK NIL)', '* 3 SEND (3 OK NIL)', 'x OK UID SEND completed'],
  },
  '--rate-recipients': {
    flags: { 'rate-recipients': '3/1d' },
    messages: [message({ recipients: 4 })],
    lines: [
      `* 1 SEND (1 NO ("MAIL FROM" "${ANNA.user}" "550 5.7.1 More recipients than this login may ever send at once"))`,
      `${LIMIT} (550 5.7.1 More recipients than this login may ever send at once)`,
    ],
  },
};

describe('each limit has its own words', () => {
  for (const [name, { flags, messages, command, lines }] of Object.entries(table)) {
    test(name, async (context) => {
      const scene = system.scene(context);
      const sink = await scene.sink();
      const proxy = await scene.proxy(sink.port, flags);
      const client = await scene.client(proxy.port, await system.mailbox(messages));
      assert.deepEqual(await sends(client, command), lines);
      assert.equal(sink.messages.length, lines.filter((line) => line.endsWith('OK NIL)')).length);
      const limit = /^--([a-z-]+)/.exec(name)?.[1];
      const hit = lines.some((line) => /^x NO \[LIMIT\]|"552 /.test(line));
      const counted = (await proxy.metrics()).includes(`limits_total{limit="${limit}"} 1\n`);
      assert.equal(counted, hit, 'limits_total');
    });
  }
});

test('--rate-messages counts over the sessions of a login, and not those of others', async (context) => {
  const scene = system.scene(context);
  const sink = await scene.sink();
  const proxy = await scene.proxy(sink.port, { 'rate-messages': '3/1h' });
  const mailbox = await system.mailbox([message(), message(), message(), message()]);
  const first = await scene.client(proxy.port, mailbox);
  assert.equal((await sends(first, 'SEND 1:2')).at(-1), 'x OK SEND completed');
  const second = await scene.client(proxy.port, mailbox);
  assert.equal((await sends(second, 'SEND 3')).at(-1), 'x OK SEND completed');

  const [line = '', answer = ''] = await sends(second, 'SEND 4', 'y');
  const [, seconds] =
    /^\* 4 SEND \(4 NO \("MAIL FROM" "anna@example\.org" "451 4\.7\.1 Too many messages for this login, try again in (\d+) s"\)\)$/.exec(
      line,
    ) ?? [];
  assert.ok(Number(seconds) >= 1 && Number(seconds) <= 3600, line);
  assert.match(answer, /^y NO \[LIMIT\] SEND: a limit of this proxy, no message was sent \(451 4\.7\.1 /);
  assert.equal(sink.messages.length, 3);

  const bert = await scene.client(
    proxy.port,
    await system.mailbox([message({ from: BERT.user })], BERT.user),
    BERT,
  );
  assert.equal((await sends(bert)).at(-1), 'x OK SEND completed');
});

test('a message that is told again to a retry does not count again', async (context) => {
  const scene = system.scene(context);
  const sink = await scene.sink();
  const proxy = await scene.proxy(sink.port, { 'rate-messages': '1/1h' });
  const mailbox = await system.mailbox([message()]);
  for (const attempt of [1, 2, 3]) {
    const client = await scene.client(proxy.port, mailbox);
    assert.deepEqual(await sends(client), ['* 1 SEND (1 OK NIL)', 'x OK SEND completed'], `${attempt}`);
    // Gone before it showed that it saw the answer.
    client.reset();
  }
  assert.equal(sink.messages.length, 1);
});
