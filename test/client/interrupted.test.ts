import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ImapFlow } from 'imapflow';
import { Outbox } from '../../src/client/outbox.js';
import { sendSources } from '../../src/client/send-run.js';
import type { Source } from '../../src/client/sources.js';
import { type Cutter, startCutter } from './cut.js';
import { contents, messageTo, withSetting } from './setting.js';

describe('sending, cut off and repeated', () => {
  const setting = withSetting();
  let cutter: Cutter;
  before(async () => {
    cutter = await startCutter(setting().proxy.port);
  });
  after(() => cutter.close());

  async function* sourcesOf(messages: readonly string[]): AsyncGenerator<Source> {
    for (const message of messages) {
      yield { name: 'file', content: { octets: Buffer.from(message), flags: [] } };
    }
  }

  /** Sends the messages. What was reported. */
  async function run(
    mailbox: string,
    messages: readonly string[],
    sessions: readonly ImapFlow[],
  ): Promise<string[]> {
    const reported: string[] = [];
    const [client, marks] = sessions as [ImapFlow, ImapFlow];
    const outbox = await Outbox.open(client, marks, mailbox);
    const report = ({ kind }: { kind: string }) => void reported.push(kind);
    await sendSources(outbox, sourcesOf(messages), { report, stopped: () => false });
    return reported;
  }

  const count = async (client: ImapFlow, mailbox: string): Promise<number> =>
    Object.keys(await contents(client, mailbox)).length;

  const twoSessions = async (port: number): Promise<ImapFlow[]> => [
    await setting().client(port),
    await setting().client(port),
  ];

  test('at any point, stores and sends each message once', async () => {
    const undisturbed = await twoSessions(setting().proxy.port);
    const observer = await setting().client();
    let chunks = 1;
    for (let cut = true; cut; chunks++) {
      const mailbox = `cut-${chunks}`;
      await observer.mailboxCreate(mailbox);
      const messages = [messageTo('bob@example.com'), messageTo('carol@example.com')];
      const arrivedBefore = setting().sink.messages.length;
      const sessions = await twoSessions(cutter.port);
      // A process that dies leaves a reset if something was there to be read, or else the end of the stream.
      cutter.cutAfter(chunks, chunks % 2 === 0 ? 'reset' : 'end');
      cut = await run(mailbox, messages, sessions).then(
        () => false,
        () => true,
      );
      cutter.cutAfter(Number.POSITIVE_INFINITY, 'end');
      for (const session of sessions) session.close();

      const kinds = await run(mailbox, messages, undisturbed);
      // What a session said last may be carried out after it was cut off, however late; the next run puts it in order.
      for (let runs = 0; runs < 5 && (await count(observer, mailbox)) > 2; runs++) {
        await run(mailbox, messages, undisturbed);
      }
      const say = `cut after ${chunks} chunks, then ${kinds}`;
      assert.equal(kinds.length, 2, say);
      assert.ok(
        kinds.every((kind) => kind === 'sent' || kind === 'sent-before'),
        say,
      );
      const arrived = setting()
        .sink.messages.slice(arrivedBefore)
        .map(({ content }) => content.toString());
      assert.deepEqual(arrived.sort(), [...messages].sort(), say);
      const flags = Object.values(await contents(observer, mailbox));
      assert.deepEqual(flags, Array(2).fill(['$Submitted', '\\Seen']), say);
    }
    assert.ok(chunks > 30, `${chunks} points`);
  });
});
