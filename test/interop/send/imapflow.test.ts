import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ImapFlow } from 'imapflow';
import { messageTo } from './mailbox.js';
import { onEachUpstream, password, user } from './setting.js';

/** What imapflow has for commands that it does not know; its own commands use it, its types hide it. */
interface CommandChannel {
  exec(
    command: string,
    attributes: readonly { readonly type: 'SEQUENCE'; readonly value: string }[],
    options: { readonly untagged: { readonly SEND: (response: Untagged) => Promise<void> } },
  ): Promise<{ next(): void }>;
}

/** `* 1 SEND (3001 OK NIL)` */
interface Untagged {
  readonly command: string;
  readonly attributes: readonly Attribute[];
}

/** As imapflow reads it; null for NIL. */
type Attribute = { readonly value: string } | readonly Attribute[] | null;

const refuse = (address: string) => (address === 'eve@example.com' ? '550 5.1.1 No "Eve" here' : undefined);

onEachUpstream('imapflow', { onRecipient: refuse }, (setting) => {
  test('appends messages, sends them and moves them, in one session', async () => {
    const client = new ImapFlow({
      host: '127.0.0.1',
      port: setting().proxy.port,
      secure: false,
      auth: { user, pass: password },
      logger: false,
    });
    await client.connect();
    assert.ok(client.capabilities.has('SEND'));

    const messages = ['bob', 'eve'].map((name) => messageTo(`${name}@example.com`));
    for (const message of messages) {
      const appended = await client.append('Drafts', message, ['\\Draft', '\\Seen']);
      assert.ok(appended && appended.uid !== undefined);
    }
    await client.mailboxOpen('Drafts');

    const reported: unknown[] = [];
    const untagged = {
      SEND: async ({ command, attributes }: Untagged) => {
        reported.push([command, ...values(attributes)]);
      },
    };
    const channel = client as unknown as CommandChannel;
    const response = await channel.exec('UID SEND', [{ type: 'SEQUENCE', value: '1:2' }], { untagged });
    response.next();
    assert.deepEqual(reported, [
      ['1', 'SEND', ['1', 'OK', null]],
      ['2', 'SEND', ['2', 'NO', ['RCPT TO', 'eve@example.com', '550 5.1.1 No "Eve" here']]],
    ]);
    assert.deepEqual(
      setting().sink.messages.map(({ content }) => content.toString()),
      messages.slice(0, 1),
    );

    // What it does next goes on as usual.
    await client.messageMove('1', 'Sent', { uid: true });
    assert.deepEqual(await client.status('Sent', { messages: true }), { path: 'Sent', messages: 1 });
    await client.logout();
  });
});

const values = (attributes: readonly Attribute[]): unknown[] =>
  attributes.map((attribute) => {
    if (attribute === null) return null;
    return 'value' in attribute ? attribute.value : values(attribute);
  });
