import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { give, mailOwner } from '../../support/owner.js';
import type { Job, Place } from './job.js';
import { contents } from './maildir.js';
import { run } from './program.js';

const configuration = (
  { port, security, caFile, user, password, directory }: Place,
  owner: string,
): string => `
[retriever]
type = ${security === 'tls' ? 'SimpleIMAPSSLRetriever' : 'SimpleIMAPRetriever'}
server = 127.0.0.1
port = ${port}
username = ${user}
password = ${password}
mailboxes = ("INBOX", "Drafts")
move_on_delete = Sent
${security === 'tls' ? `ca_certs = ${caFile}` : ''}

[destination]
type = Maildir
path = ${directory}/delivered/mail/
user = ${owner}

[options]
read_all = false
delete = true
delivered_to = false
received = false
`;

/** Fetches everything and has it moved to Sent. */
async function work(place: Place): Promise<string> {
  // As root it delivers mail as somebody else, who has to be able to read the directory above, too.
  const owner = await mailOwner();
  const mail = join(place.directory, 'delivered', 'mail');
  for (const each of ['..', '.', 'cur', 'new', 'tmp']) {
    await mkdir(join(mail, each), { recursive: true });
    await give(owner, join(mail, each));
  }
  await writeFile(join(place.directory, 'getmailrc'), configuration(place, owner.user), { mode: 0o600 });
  const getmail = () => run(place, 'getmail', ['--getmaildir', place.directory, '--quiet']);
  await getmail();
  const fetched = await contents(mail);
  await getmail();
  return `${fetched}\n=====\n${await contents(mail)}`;
}

export const getmail: Job = {
  name: 'getmail',
  packages: ['getmail6'],
  securities: ['plain', 'tls'],
  run: work,
};
