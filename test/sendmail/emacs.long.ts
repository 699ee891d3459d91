import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { ensure } from '../support/packages.js';
import { succeed } from './run-in.js';
import { withWorld } from './world.js';

describe('set up as in docs/clients.md', () => {
  const world = withWorld();
  before(() => ensure('emacs-nox'));

  test("Emacs's Message mode sends through the proxy, in front of Dovecot and Postfix", async () => {
    const { home, snippet } = world();
    const file = join(home, 'send.el');
    const compose = `
(require 'message)
(setq user-full-name "Anna" user-mail-address "anna@example.org")
(message-mail "bob@example.com" "from Emacs" '((Bcc . "dave@example.com")))
(message-goto-body)
(insert "hello\\n.\\nmore\\n")
(message-send)
`;
    await writeFile(file, snippet('elisp') + compose);
    await succeed(world(), 'emacs', ['--batch', '-Q', '-l', file]);
    const { arrived, copies } = await world().found('from Emacs');
    assert.deepEqual(
      arrived.map(({ sender, recipient }) => `${sender} to ${recipient}`).sort(),
      ['bob', 'dave'].map((name) => `anna@example.org to ${name}@example.com`),
    );
    for (const { content } of arrived) assert.match(content, /\r\n\r\nhello\r\n\.\r\nmore\r\n$/);
    for (const { content } of arrived) assert.doesNotMatch(content, /^Bcc:/im);
    const [copy] = copies;
    assert.equal(copies.length, 1);
    assert.match(String(copy?.content), /^Bcc: dave@example\.com\r$/m);
  });
});
