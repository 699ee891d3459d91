import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job, Place } from './job.js';
import { run } from './program.js';
import { synchronized } from './synchronized.js';

// It looks for the name in certificates, not for the address.
const configuration = ({ port, security, caFile, user, password, directory }: Place): string => `
[general]
accounts = anna
metadata = ${directory}/metadata
fsync = no

[Account anna]
localrepository = near
remoterepository = far

[Repository near]
type = Maildir
localfolders = ${directory}/mail

[Repository far]
type = IMAP
remotehost = localhost
remoteport = ${port}
remoteuser = ${user}
remotepass = ${password}
ssl = ${security === 'tls' ? 'yes' : 'no'}
starttls = ${security === 'starttls' ? 'yes' : 'no'}
sslcacertfile = ${caFile}
tls_level = tls_compat
`;

async function work(place: Place): Promise<string> {
  const mail = join(place.directory, 'mail');
  const file = join(place.directory, 'offlineimaprc');
  await mkdir(mail);
  await writeFile(file, configuration(place));
  return synchronized(mail, () => run(place, 'offlineimap', ['-c', file, '-u', 'quiet', '-o']));
}

export const offlineimap: Job = {
  name: 'OfflineIMAP',
  packages: ['offlineimap3'],
  securities: ['plain', 'starttls', 'tls'],
  run: work,
};
