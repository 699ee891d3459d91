import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ImapFlow } from 'imapflow';
import { Outbox } from '../../src/client/outbox.js';
import { sendSources } from '../../src/client/send-run.js';
import type { Source } from '../../src/client/sources.js';
import { startProxy } from '../support/proxy.js';
import { type Cutter, startCutter } from './cut.js';
import { contents, messageTo, withSetting } from './setting.js';

describe('sending, cut off and repeated', () => {
  const setting = withSetting();

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

  /** Sends messages over `port` and cuts after each possible number of chunks; then again, over `portOfRetry`. */
  async function cutEverywhere(cutter: Cutter, port: number, portOfRetry: number): Promise<void> {
    const observer = await setting().client(setting().server.port);
    let chunks = 1;
    for (let cut = true; cut; chunks++) {
      const mailbox = `${port}-${chunks}`;
      await observer.mailboxCreate(mailbox);
      const messages = [messageTo('bob@example.com'), messageTo('carol@example.com')];
      const arrivedBefore = setting().sink.messages.length;
      const sessions = await twoSessions(port);
      // A process that dies leaves a reset if something was there to be read, or else the end of the stream.
      cutter.cutAfter(chunks, chunks % 2 === 0 ? 'reset' : 'end');
      await run(mailbox, messages, sessions).catch(() => {});
      cut = cutter.mend();
      for (const session of sessions) session.close();

      const again = await twoSessions(portOfRetry);
      const kinds = await run(mailbox, messages, again);
      // What a session said last may be carried out after it was cut off, however late; the next run puts it in order.
      for (let runs = 0; runs < 5 && (await count(observer, mailbox)) > 2; runs++) {
        await run(mailbox, messages, again);
      }
      for (const session of again) session.close();
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
    assert.ok(chunks > 20, `${chunks} points`);
  }

  test('a client that is killed at any point stores and sends each message once', async (context) => {
    const cutter = await startCutter(setting().proxy.port);
    context.after(() => cutter.close());
    await cutEverywhere(cutter, cutter.port, setting().proxy.port);
  });

  test('so does one whose mail server goes away at any point', async (context) => {
    const cutter = await startCutter(setting().server.port);
    const proxy = await startProxy({
      upstream: `imap://127.0.0.1:${cutter.port}`,
      submission: `smtp://127.0.0.1:${setting().sink.port}`,
      'submission-auth': 'none',
      'sender-policy': 'submission',
    });
    context.after(async () => {
      await proxy.stop();
      await cutter.close();
    });
    await cutEverywhere(cutter, proxy.port, proxy.port);
  });
});
