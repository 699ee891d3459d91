import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job, Place } from './job.js';
import { run } from './program.js';
import { withoutInventions } from './state.js';

const configuration = ({ port, user, password, directory }: Place): string => `
IMAPStore far
Host 127.0.0.1
Port ${port}
User ${user}
Pass "${password}"
SSLType None
AuthMechs LOGIN

MaildirStore near
Path ${directory}/mail/
Inbox ${directory}/mail/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Both
Expunge Both
SyncState *
`;

/** Fetches everything, changes it, sends the changes, and sends a folder of its own. */
async function synchronize(place: Place): Promise<string> {
  const mail = join(place.directory, 'mail');
  const configurationFile = join(place.directory, 'mbsyncrc');
  await mkdir(mail);
  await writeFile(configurationFile, configuration(place));
  const sync = () => run('mbsync', ['--config', configurationFile, '--all']);

  await sync();
  const fetched = await contents(mail);

  const message = 'From: anna@example.org\nSubject: written here {5}\n\nbody\n.\n';
  await writeFile(join(mail, 'INBOX', 'new', '1.new.test'), message);
  await setFlags(join(mail, 'INBOX'), 1, 'FS');
  await setFlags(join(mail, 'INBOX'), 2, 'ST');
  for (const each of ['cur', 'new', 'tmp']) await mkdir(join(mail, 'Archive', each), { recursive: true });
  await writeFile(join(mail, 'Archive', 'new', '2.new.test'), message.replace('here', 'in a new folder'));
  await sync();
  const changed = await contents(mail);

  await sync();
  const again = await contents(mail);
  return [fetched, changed, again].join('\n=====\n');
}

async function setFlags(maildir: string, uid: number, flags: string): Promise<void> {
  for (const part of ['cur', 'new']) {
    const name = (await readdir(join(maildir, part))).find((each) => each.includes(`,U=${uid}`));
    if (name === undefined) continue;
    await rename(join(maildir, part, name), join(maildir, 'cur', `${name.replace(/:2,.*$/, '')}:2,${flags}`));
  }
}

async function contents(mail: string): Promise<string> {
  const texts: string[] = [];
  for (const folder of (await readdir(mail)).sort()) {
    for (const part of ['cur', 'new']) {
      for (const name of await readdir(join(mail, folder, part))) {
        const [, flags = ''] = name.split(':2,');
        const text = await readFile(join(mail, folder, part, name), 'latin1');
        texts.push(`${folder} ${part} ${flags}\n${withoutInventions(text)}`);
      }
    }
  }
  return texts.sort().join('\n');
}

export const mbsync: Job = { name: 'mbsync', package: 'isync', run: synchronize };
