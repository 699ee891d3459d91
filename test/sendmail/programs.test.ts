import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { ensure } from '../support/packages.js';
import { succeed } from './run-in.js';
import { type World, withWorld } from './world.js';

/** 128 KiB: much more than the commands around it. */
const body = `${'A line that is uploaded once, and not twice.\n.\n'.repeat(2_850)}end\n`;

interface Program {
  readonly name: string;
  readonly packages: readonly string[];
  /** Sends a message with that subject to bob, a copy to carol, and a hidden one to dave. */
  send(world: World, subject: string): Promise<void>;
}

const file = async ({ home }: World, name: string, text: string): Promise<string> => {
  const path = join(home, name);
  await writeFile(path, text);
  return path;
};

const muttLike = (name: string): Program => ({
  name,
  packages: [name],
  async send(world, subject) {
    const rc = await file(world, `${name}rc`, `${world.snippet('muttrc')}\nset from="anna@example.org"\n`);
    const to = ['-c', 'carol@example.com', '-b', 'dave@example.com', 'bob@example.com'];
    await succeed(world, name, ['-n', '-F', rc, '-s', subject, ...to], body);
  },
});

const mailx = (command: string, language: string, more: readonly string[]): Program => ({
  name: command,
  packages: [command],
  async send(world, subject) {
    const rc = await file(world, `${command}rc`, world.snippet(language));
    const to = ['-c', 'carol@example.com', '-b', 'dave@example.com', 'bob@example.com'];
    await succeed(world, command, ['-s', subject, ...more, ...to], body, { MAILRC: rc });
  },
});

const git: Program = {
  name: 'git send-email',
  packages: ['git', 'git-email', 'libmailtools-perl'],
  async send(world, subject) {
    await file(
      world,
      '.gitconfig',
      `${world.snippet('gitconfig')}[user]\nname = Anna\nemail = anna@example.org\n`,
    );
    const patch = await file(
      world,
      '0001.patch',
      `From ${'0'.repeat(40)} Mon Sep 17 00:00:00 2001\nFrom: Anna <anna@example.org>\nDate: Tue, 24 Nov 2026 10:00:00 +0000\nSubject: ${subject}\n\n${body}`,
    );
    const to = ['--to=bob@example.com', '--cc=carol@example.com', '--bcc=dave@example.com'];
    await succeed(world, 'git', ['send-email', '--confirm=never', '--suppress-cc=all', ...to, patch]);
  },
};

const programs: readonly Program[] = [
  muttLike('mutt'),
  muttLike('neomutt'),
  git,
  mailx('bsd-mailx', 'mailrc', ['-r', 'anna@example.org']),
  mailx('s-nail', 'nailrc', ['-r', 'anna@example.org']),
];

describe('set up as in docs/clients.md, sends through the proxy, in front of Dovecot and Postfix:', () => {
  const world = withWorld();
  before(() => ensure(...programs.flatMap(({ packages }) => packages)));

  for (const program of programs) {
    test(program.name, async () => {
      const subject = `from ${program.name}`;
      await mkdir(join(world().home, 'Mail'), { recursive: true });
      const { uploaded } = world().meter;
      await program.send(world(), subject);
      const octets = world().meter.uploaded - uploaded;

      const { arrived, copies } = await world().found(subject);
      assert.deepEqual(
        arrived.map(({ sender, recipient }) => `${sender} to ${recipient}`).sort(),
        ['bob', 'carol', 'dave'].map((name) => `anna@example.org to ${name}@example.com`),
      );
      const [copy] = copies;
      assert.deepEqual(
        copies.map(({ flags }) => flags.filter((flag) => flag !== '\\Recent')),
        [['$Submitted', '\\Seen']],
      );
      assert.match(String(copy?.content), /^Bcc: dave@example\.com\r$/m);
      const sent = String(copy?.content).replace(/^Bcc: .*\r\n/gm, '');
      for (const { content } of arrived) assert.equal(content, sent);
      assert.match(sent, /^Message-ID: /im);
      const size = String(copy?.content).length;
      assert.ok(size > body.length && octets > size && octets < size + 4_096, `${octets} for ${size}`);
    });
  }
});
