import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A message file of a Maildir, and the flags that its name has. */
export interface MaildirFile {
  readonly path: string;
  readonly flags: readonly string[];
}

/**
 * Undefined if the directory is no Maildir. In the order of the names, which begin with the time of delivery; without what
 * is trashed (`T`).
 */
export async function listMaildir(directory: string): Promise<MaildirFile[] | undefined> {
  const folders = ['cur', 'new'].map((folder) => join(directory, folder));
  for (const folder of folders) {
    const found = await stat(folder).catch(() => undefined);
    if (!found?.isDirectory()) return undefined;
  }
  const names = await Promise.all(
    folders.map(async (folder) => (await readdir(folder)).map((name) => ({ folder, name }))),
  );
  return names
    .flat()
    .filter(({ name }) => !name.startsWith('.') && !lettersOf(name).includes('T'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ folder, name }) => ({ path: join(folder, name), flags: maildirFlags(name) }));
}

/** Of `1700000000.M1P2.host:2,FS`. */
export const maildirFlags = (name: string): string[] =>
  [...lettersOf(name)].flatMap((letter) => FLAG_OF[letter] ?? []);

const lettersOf = (name: string): string => /:2,([A-Za-z]*)$/.exec(name)?.[1] ?? '';

/** Not `D`: what is sent is no draft any more. */
const FLAG_OF: Readonly<Record<string, string>> = {
  F: '\\Flagged',
  P: '$Forwarded',
  R: '\\Answered',
  S: '\\Seen',
};
