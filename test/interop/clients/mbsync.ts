import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job, Place } from './job.js';
import { run } from './program.js';
import { synchronized } from './synchronized.js';

const encryption = { plain: 'None', starttls: 'STARTTLS', tls: 'IMAPS' } as const;

// It looks for the name in certificates, not for the address.
const configuration = ({ port, security, caFile, user, password, directory }: Place): string => `
IMAPStore far
Host localhost
Port ${port}
User ${user}
Pass "${password}"
SSLType ${encryption[security]}
CertificateFile ${caFile}
SystemCertificates no
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

async function work(place: Place): Promise<string> {
  const mail = join(place.directory, 'mail');
  const file = join(place.directory, 'mbsyncrc');
  await mkdir(mail);
  await writeFile(file, configuration(place));
  return synchronized(mail, () => run(place, 'mbsync', ['--config', file, '--all']));
}

export const mbsync: Job = {
  name: 'mbsync',
  packages: ['isync'],
  securities: ['plain', 'starttls', 'tls'],
  run: work,
};
