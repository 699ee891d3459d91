import { execFile } from 'node:child_process';
import { chown } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const isRoot = process.getuid?.() === 0;

/** Whose the mail is: our own, but for root, as whom Dovecot and Cyrus refuse to work. */
export interface Owner {
  readonly user: string;
  readonly group: string;
  readonly uid: number;
  readonly gid: number;
}

export async function mailOwner(): Promise<Owner> {
  const user = isRoot ? 'nobody' : userInfo().username;
  const ask = async (...args: string[]) => (await run('id', [...args, user])).stdout.trim();
  const [uid, gid, group] = await Promise.all([ask('-u'), ask('-g'), ask('-gn')]);
  return { user, group, uid: Number(uid), gid: Number(gid) };
}

export async function give(owner: Owner, ...paths: readonly string[]): Promise<void> {
  if (isRoot) await Promise.all(paths.map((path) => chown(path, owner.uid, owner.gid)));
}
