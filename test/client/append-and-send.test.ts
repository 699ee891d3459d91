import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { appendAndSend } from '../../src/client/index.js';
import { contents, messageTo, withSetting } from './setting.js';

const replies: Record<string, string> = {
  'eve@example.com': '550 5.1.1 No "Eve" here',
};

for (const upstream of ['Dovecot', 'Cyrus'] as const) {
  describe(`appendAndSend, with ${upstream}`, () => {
    const full = `full-${upstream}@example.com`;
    replies[full] = '452 4.2.2 Mailbox full';
    const setting = withSetting({ onRecipient: (address) => replies[address] }, {}, upstream);

    async function fresh(name: string) {
      const client = await setting().client();
      const marks = await setting().client();
      await client.mailboxCreate(name);
      const before = setting().sink.messages.length;
      const arrived = () =>
        setting()
          .sink.messages.slice(before)
          .map(({ content }) => content.toString());
      return { client, marks, arrived };
    }

    test('stores the message once, sends it once and says so in the mailbox', async () => {
      const { client, marks, arrived } = await fresh('once');
      const message = messageTo('bob@example.com');
      const octets = Buffer.from(message.replaceAll('\r\n', '\n'));
      for (const before of [false, true]) {
        assert.deepEqual(await appendAndSend(client, 'once', octets, { marks }), {
          kind: 'sent',
          uid: 1,
          before,
        });
      }
      assert.deepEqual(arrived(), [message]);
      assert.deepEqual(await contents(client, 'once'), { 1: ['$Submitted', '\\Seen'] });
    });

    test('does with one session, too', async () => {
      const { client, arrived } = await fresh('single');
      const octets = Buffer.from(messageTo('bob@example.com'));
      for (const before of [false, true]) {
        assert.deepEqual(await appendAndSend(client, 'single', octets), { kind: 'sent', uid: 1, before });
      }
      assert.equal(arrived().length, 1);
    });

    test('takes the copy of a message that is refused for good out again', async () => {
      const { client, marks } = await fresh('refused');
      const octets = Buffer.from(messageTo('eve@example.com'));
      assert.deepEqual(await appendAndSend(client, 'refused', octets, { marks }), {
        kind: 'refused',
        uid: 1,
        why: {
          result: {
            seq: 1,
            uid: 1,
            outcome: 'NO',
            command: 'RCPT TO',
            parameter: 'eve@example.com',
            reply: { code: 550, enhancedCode: '5.1.1', text: 'No "Eve" here' },
          },
          answer: { status: 'NO', text: 'UID SEND failed, no message was accepted' },
        },
      });
      assert.deepEqual(await contents(client, 'refused'), {});
    });

    test('keeps one that may be taken later, and sends it then', async () => {
      const { client, marks, arrived } = await fresh('later');
      const octets = Buffer.from(messageTo(full));
      assert.equal((await appendAndSend(client, 'later', octets, { marks })).kind, 'deferred');
      assert.deepEqual(await contents(client, 'later'), { 1: ['$SubmitPending', '\\Seen'] });
      delete replies[full];
      assert.deepEqual(await appendAndSend(client, 'later', octets, { marks }), {
        kind: 'sent',
        uid: 1,
        before: false,
      });
      assert.equal(arrived().length, 1);
      assert.deepEqual(await contents(client, 'later'), { 1: ['$Submitted', '\\Seen'] });
    });

    test('does not send what somebody else put there', async () => {
      const { client, marks, arrived } = await fresh('unmarked');
      const message = messageTo('bob@example.com');
      await client.append('unmarked', message, ['\\Seen']);
      const delivery = await appendAndSend(client, 'unmarked', Buffer.from(message), { marks });
      assert.deepEqual(delivery, { kind: 'unmarked', uid: 1 });
      assert.deepEqual(arrived(), []);
    });

    test('tells apart messages of one size and one Message-ID', async () => {
      const { client, marks, arrived } = await fresh('alike');
      const message = messageTo('bob@example.com', 'one\r\n');
      for (const [index, body] of ['one', 'two'].entries()) {
        const octets = Buffer.from(message.replace('one\r\n', `${body}\r\n`));
        const delivery = await appendAndSend(client, 'alike', octets, { marks });
        assert.deepEqual(delivery, { kind: 'sent', uid: index + 1, before: false });
      }
      assert.equal(arrived().length, 2);
    });

    test('in two runs at once stores it once and sends it once', async () => {
      const { client, marks, arrived } = await fresh('at-once');
      const others = { client: await setting().client(), marks: await setting().client() };
      const octets = Buffer.from(messageTo('bob@example.com'));
      const deliveries = await Promise.all(
        [{ client, marks }, others].map((run) =>
          appendAndSend(run.client, 'at-once', octets, { marks: run.marks }),
        ),
      );
      assert.deepEqual(
        deliveries.map(({ kind }) => kind),
        ['sent', 'sent'],
      );
      assert.equal(arrived().length, 1);
      assert.equal(Object.keys(await contents(client, 'at-once')).length, 1);
    });

    test('stores nothing of what is no message', async () => {
      const { client, marks } = await fresh('unusable');
      const delivery = await appendAndSend(client, 'unusable', Buffer.from('hello\n'), { marks });
      assert.equal(delivery.kind, 'unusable');
      assert.deepEqual(await contents(client, 'unusable'), {});
    });
  });
}
