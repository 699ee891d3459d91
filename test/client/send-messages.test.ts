import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  offersSend,
  SendInterruptedError,
  SendNotOfferedError,
  type SendProgress,
  type SendResult,
  sendMessages,
} from '../../src/client/index.js';
import { scripted } from './scripted-server.js';
import { messageTo, withSetting } from './setting.js';

const ok = (seq: number, uid: number): SendResult => ({ seq, uid, outcome: 'OK' });

describe('sendMessages, through the proxy', () => {
  const refuse = (address: string) => (address === 'eve@example.com' ? '550 5.1.1 No "Eve" here' : undefined);
  const setting = withSetting({ onRecipient: refuse }, { 'max-messages-per-send': '3' });

  let mailboxes = 0;

  /** Has selected a mailbox with messages to these, as UIDs 1, 2, … */
  async function selected(...recipients: string[]) {
    const client = await setting().client();
    const mailbox = `box${++mailboxes}`;
    await client.mailboxCreate(mailbox);
    for (const recipient of recipients) await client.append(mailbox, messageTo(recipient));
    await client.mailboxOpen(mailbox);
    return client;
  }

  test('reports each message, as it comes and in the end', async () => {
    const client = await selected('bob@example.com', 'eve@example.com');
    const results: SendResult[] = [];
    const report = await sendMessages(client, '1:*', { onResult: (result) => results.push(result) });
    const refused: SendResult = {
      seq: 2,
      uid: 2,
      outcome: 'NO',
      command: 'RCPT TO',
      parameter: 'eve@example.com',
      reply: { code: 550, enhancedCode: '5.1.1', text: 'No "Eve" here' },
    };
    assert.deepEqual(report, { status: 'OK', text: 'SEND completed', results: [ok(1, 1), refused] });
    assert.deepEqual(results, report.results);
  });

  test('takes UIDs, several of them, and what a search found', async () => {
    const client = await selected('bob@example.com', 'bob@example.com', 'bob@example.com');
    await client.messageDelete('1', { uid: true });
    const expected = [ok(1, 2), ok(2, 3)];
    assert.deepEqual((await sendMessages(client, [2, 3], { uid: true })).results, expected);
    assert.deepEqual((await sendMessages(client, 2, { uid: true })).results, expected.slice(0, 1));
    const { exec } = client as unknown as { exec(...args: unknown[]): Promise<{ next(): void }> };
    const atom = (value: string) => ({ type: 'ATOM', value });
    const found = await exec.call(client, 'SEARCH', [atom('RETURN'), [atom('SAVE')], atom('ALL')]);
    found.next();
    assert.deepEqual((await sendMessages(client, '$')).results, expected);
  });

  test('a range that matches nothing is OK, and so is none', async () => {
    const client = await selected('bob@example.com');
    assert.deepEqual(await sendMessages(client, 9, { uid: true }), {
      status: 'OK',
      text: 'UID SEND completed',
      results: [],
    });
    assert.deepEqual((await sendMessages(client, [])).results, []);
  });

  test('a refusal of the whole command is a value', async () => {
    const client = await selected(...Array(4).fill('bob@example.com'));
    const { status, code, results } = await sendMessages(client, '1:4');
    assert.deepEqual([status, code, results], ['NO', 'LIMIT', []]);
    assert.equal((await sendMessages(client, 99)).status, 'BAD');
  });

  test('a range that is none throws, and nothing was attempted', async () => {
    const client = await selected('bob@example.com');
    await assert.rejects(sendMessages(client, '1 LOGOUT'), { code: 'InvalidSequenceSet' });
    assert.equal((await sendMessages(client, 1)).status, 'OK');
  });

  test('ends IDLE first', async () => {
    const client = await selected('bob@example.com');
    const idle = client.idle();
    const report = await sendMessages(client, 1);
    assert.deepEqual(report.results, [ok(1, 1)]);
    await idle;
  });
});

test('SENDUNKNOWN, as the specification has it, makes outcomes unknown, whatever the words', async (context) => {
  const no = (uid: number) => `* ${uid} SEND (${uid} NO ("DATA" "" "451 4.4.2 No reply to the dot"))\r\n`;
  const { client } = await scripted(context, (tag, socket) => {
    socket.write(`${no(1)}${no(2)}* 3 SEND (3 OK NIL)\r\n${tag} OK [SENDUNKNOWN 2:3,9] done\r\n`);
  });
  const { status, results } = await sendMessages(client, '1:3', { uid: true });
  assert.deepEqual([status, results.map(({ outcome }) => outcome)], ['OK', ['NO', 'UNKNOWN', 'OK']]);
});

test('signs of life are progress, before and between the lines', async (context) => {
  const { client } = await scripted(context, (tag, socket) => {
    socket.write(
      `* OK [INPROGRESS ("${tag}" NIL NIL)] looking up\r\n* OK [INPROGRESS ("${tag}" 0 2)] sending\r\n`,
    );
    socket.write(`* 1 SEND (1 OK NIL)\r\n* 4 EXISTS\r\n* OK [INPROGRESS ("${tag}" 1 2)] sending\r\n`);
    socket.write(`* 2 SEND (2 OK NIL)\r\n${tag} OK SEND completed\r\n`);
  });
  const seen: SendProgress[] = [];
  await sendMessages(client, '1:2', { onProgress: (progress) => seen.push(progress) });
  assert.deepEqual(seen, [
    { done: 0 },
    { done: 0, total: 2 },
    { done: 1, total: 2 },
    { done: 1, total: 2 },
    { done: 2, total: 2 },
  ]);
});

for (const uid of [true, false]) {
  test(`a lost connection gives what is known; ${uid ? 'safe' : 'not safe'} to repeat`, async (context) => {
    const { client } = await scripted(context, (_tag, socket) => {
      socket.end('* 1 SEND (1 OK NIL)\r\n');
    });
    const error = await sendMessages(client, '1:2', { uid }).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof SendInterruptedError);
    assert.deepEqual([error.results, error.safeToRepeat], [[ok(1, 1)], uid]);
    assert.ok(error.cause instanceof Error);
  });
}

test('called off, gives what is known and closes the connection', async (context) => {
  const caller = new AbortController();
  const { client } = await scripted(context, (_tag, socket) => socket.write('* 1 SEND (1 OK NIL)\r\n'));
  const sending = sendMessages(client, '1:2', {
    uid: true,
    signal: caller.signal,
    onResult: () => caller.abort(new Error('enough')),
  });
  const error = await sending.catch((thrown: unknown) => thrown);
  assert.ok(error instanceof SendInterruptedError);
  assert.deepEqual([error.results, (error.cause as Error).message], [[ok(1, 1)], 'enough']);
  assert.equal(client.usable, false);
});

test('called off before it begins, sends nothing', async (context) => {
  const { client, server } = await scripted(context, () => {});
  const signal = AbortSignal.abort(new Error('never mind'));
  await assert.rejects(sendMessages(client, '1:2', { signal }), { message: 'never mind' });
  await client.noop();
  assert.ok(!server.commands.some((command) => command.includes('SEND')));
});

test('without SEND, throws and sends nothing', async (context) => {
  const { client, server } = await scripted(context, () => {}, 'IMAP4rev1');
  assert.equal(offersSend(client), false);
  await assert.rejects(sendMessages(client, '1:2'), SendNotOfferedError);
  assert.ok(!server.commands.some((command) => command.includes('SEND')));
});
