import assert from 'node:assert/strict';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ImapFlow, ImapFlowOptions } from 'imapflow';
import type { Delivery } from '../../src/client/index.js';
import { scratchDirectory } from '../support/scratch.js';
import { contents, messageTo, withSetting } from './setting.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

interface Examples {
  sendDraft(options: ImapFlowOptions, uid: number): Promise<string>;
  deliver(client: ImapFlow, marks: ImapFlow, message: Buffer): Promise<Delivery>;
}

describe('the examples of docs/client-library.md', () => {
  const refuse = (address: string) => (address === 'eve@example.com' ? '550 5.1.1 No "Eve" here' : undefined);
  const setting = withSetting({ onRecipient: refuse });
  let examples: Examples;

  before(async () => {
    const files = scratchDirectory('document');
    // As a program has it that depends on both packages.
    const modules = join(files.path, 'node_modules');
    await mkdir(modules);
    await symlink(root, join(modules, 'imap-send-proxy'));
    await symlink(join(root, 'node_modules/imapflow'), join(modules, 'imapflow'));
    const document = await readFile(join(root, 'docs/client-library.md'), 'utf8');
    const blocks = [...document.matchAll(/^```js\n(.*?)^```$/gms)].map(([, block = '']) => block);
    const file = join(files.path, 'examples.mjs');
    await writeFile(file, blocks.join('\n'));
    examples = (await import(pathToFileURL(file).href)) as Examples;
    await files.remove();
  });

  test('sendDraft sends a draft and moves it, or says why not', async () => {
    const { server, proxy, sink, client } = setting();
    const observer = await client();
    for (const name of ['bob', 'eve']) {
      await observer.append('Drafts', messageTo(`${name}@example.com`), ['\\Draft']);
    }
    const options = {
      host: '127.0.0.1',
      port: proxy.port,
      secure: false,
      auth: { user: server.user, pass: server.password },
      logger: false,
    } as const;
    assert.equal(await examples.sendDraft(options, 1), 'sent');
    assert.equal(await examples.sendDraft(options, 2), 'RCPT TO eve@example.com: 550 No "Eve" here');
    assert.equal(await examples.sendDraft(options, 7), 'UID SEND completed');
    assert.equal(sink.messages.length, 1);
    assert.deepEqual(Object.keys(await contents(observer, 'Drafts')), ['2']);
    assert.deepEqual(Object.keys(await contents(observer, 'Sent')), ['1']);
  });

  test('deliver stores and sends', async () => {
    const [client, marks] = [await setting().client(), await setting().client()];
    const before = setting().sink.messages.length;
    const message = Buffer.from(messageTo('bob@example.com'));
    assert.equal((await examples.deliver(client, marks, message)).kind, 'sent');
    assert.equal(setting().sink.messages.length, before + 1);
  });
});
