import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { ensure } from '../support/packages.js';
import { typeInto } from './terminal.js';
import { type Copy, withWorld } from './world.js';

describe('set up as in docs/clients.md, with keys typed into it:', () => {
  const world = withWorld();
  before(() => ensure('aerc', 'alpine'));

  const isSubmitted = ({ flags }: Copy): boolean =>
    flags.includes('$Submitted') && !flags.includes('$SubmitPending');

  /** With the flags that `SEND` leaves, from Anna to Bob. */
  async function arrivedOnce(subject: string): Promise<void> {
    const { arrived, copies } = await world().found(subject);
    assert.deepEqual(
      arrived.map(({ sender, recipient }) => `${sender} to ${recipient}`),
      ['anna@example.org to bob@example.com'],
    );
    assert.deepEqual(
      copies.map(({ flags }) => flags.filter((flag) => flag !== '\\Recent')),
      [['$Submitted', '\\Seen']],
    );
  }

  test('Alpine', async () => {
    const { home, snippet } = world();
    const file = join(home, 'pinerc');
    const lines = [
      'personal-name=Anna',
      'user-domain=example.org',
      'customized-hdrs=From: Anna <anna@example.org>',
      `inbox-path=${join(home, 'inbox')}`,
      'feature-list=quit-without-confirm',
      'last-version-used=99.99',
      'last-time-prune-questions=999.12',
      `mail-directory=${join(home, 'Mail')}`,
    ];
    await mkdir(join(home, 'Mail'), { recursive: true });
    await writeFile(file, `${snippet('pinerc')}${lines.join('\n')}\n`);
    await typeInto(world(), `alpine -p ${file}`, [
      [/MAIN MENU/, 'c'],
      [/COMPOSE MESSAGE/, 'bob@example.com\r\r\rfrom Alpine\rhello\r.\r\x18'],
      [/Send message/, 'y'],
      [/MAIN MENU/, 'q'],
    ]);
    await arrivedOnce('from Alpine');
  });

  test('aerc', async () => {
    const { home, proxy, snippet } = world();
    const config = join(home, '.config/aerc');
    await mkdir(config, { recursive: true });
    const source = `imap+insecure://anna%40example.org:anna%20secret@127.0.0.1:${proxy.port}`;
    const account = `[anna]\nsource = ${source}\nfrom = Anna <anna@example.org>\n${snippet('ini')}`;
    await writeFile(join(config, 'accounts.conf'), account, { mode: 0o600 });
    const written = join(home, 'editor');
    await writeFile(written, '#!/bin/sh\necho hello >> "$1"\n', { mode: 0o755 });
    const compose = ':compose -H "To: bob@example.com" -H "Subject: from aerc"\r';
    await typeInto(
      world(),
      'aerc',
      [
        [/INBOX/, compose],
        [/\[y\]|:send/, 'y'],
      ],
      {
        more: { EDITOR: written, XDG_RUNTIME_DIR: home },
        // It shows that it has sent only when more is typed, and then not what is typed.
        until: async () => (await world().found('from aerc')).copies.some(isSubmitted),
      },
    );
    await arrivedOnce('from aerc');
  });
});
