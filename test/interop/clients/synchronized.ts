import { join } from 'node:path';
import { addMessage, contents, setFlags } from './maildir.js';

/**
 * What a program that keeps Maildirs equal with a server is tested with: it fetches everything, sends what was
 * changed there, a message and a folder, and finds nothing to do after that. Returns the Maildirs as they were each time.
 */
export async function synchronized(mail: string, synchronize: () => Promise<unknown>): Promise<string> {
  await synchronize();
  const fetched = await contents(mail);

  const message = 'From: anna@example.org\nSubject: written here {5}\n\nbody\n.\n';
  await addMessage(join(mail, 'INBOX'), message);
  await setFlags(join(mail, 'INBOX'), 1, 'FS');
  await setFlags(join(mail, 'INBOX'), 2, 'ST');
  await addMessage(join(mail, 'Archive'), message.replace('here', 'in a new folder'));
  await synchronize();
  const changed = await contents(mail);

  await synchronize();
  const again = await contents(mail);
  return [fetched, changed, again].join('\n=====\n');
}
