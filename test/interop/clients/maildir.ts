import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withoutInventions } from './state.js';

/** All messages in all Maildirs below a directory, with their flags, as a text. */
export async function contents(mail: string): Promise<string> {
  const texts: string[] = [];
  for (const path of await readdir(mail, { recursive: true })) {
    const [, folder, part, name] = /^(.*?)\/?\b(cur|new)\/([^/]+)$/.exec(path) ?? [];
    if (name === undefined) continue;
    const [, flags = ''] = name.split(':2,');
    const text = await readFile(join(mail, path), 'latin1');
    texts.push(`${folder} ${part} ${flags}\n${withoutInventions(text)}`);
  }
  return texts.sort().join('\n');
}

/** Adds a message, and the Maildir if it is not there. */
export async function addMessage(maildir: string, message: string): Promise<void> {
  for (const each of ['cur', 'new', 'tmp']) await mkdir(join(maildir, each), { recursive: true });
  await writeFile(join(maildir, 'new', '1.new.test'), message);
}

/** Gives the message these flags alone, as a mail program does. mbsync and OfflineIMAP name files by UID. */
export async function setFlags(maildir: string, uid: number, flags: string): Promise<void> {
  for (const part of ['cur', 'new']) {
    const name = (await readdir(join(maildir, part))).find((each) => new RegExp(`,U=${uid}\\b`).test(each));
    if (name === undefined) continue;
    await rename(join(maildir, part, name), join(maildir, 'cur', `${name.replace(/:2,.*$/, '')}:2,${flags}`));
  }
}
