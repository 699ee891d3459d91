import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job, Place } from './job.js';
import { run } from './program.js';

const tls = (caFile: string) => `sslcertck sslcertfile "${caFile}"`;
const encryption = {
  plain: () => 'sslproto ""',
  starttls: (caFile: string) => `sslproto "TLS1.2+" ${tls(caFile)}`,
  tls: (caFile: string) => `ssl ${tls(caFile)}`,
} as const;

// It looks for the name in certificates, not for the address.
const configuration = ({ port, security, caFile, user, password, directory }: Place): string => `
set no bouncemail
poll localhost protocol IMAP service ${port} auth password
  user "${user}" password "${password}" ${encryption[security](caFile)}
  no rewrite no idle mda "cat >> ${directory}/fetched"
`;

/** Fetches what is unread and leaves it there, then what is small, and deletes that. */
async function work(place: Place): Promise<string> {
  const file = join(place.directory, 'fetchmailrc');
  await writeFile(file, configuration(place), { mode: 0o600 });
  const fetchmail = (...options: string[]) =>
    run(place, 'fetchmail', [
      '--fetchmailrc',
      file,
      '--pidfile',
      join(place.directory, 'pid'),
      '--nosyslog',
      '--invisible',
      ...options,
    ]);
  const outputs = [
    await fetchmail('--check'),
    await fetchmail('--keep'),
    await fetchmail('--fetchall', '--nokeep', '--limit', '300'),
  ];
  return [...outputs, await readFile(join(place.directory, 'fetched'), 'latin1')]
    .join('\n=====\n')
    .replaceAll(/^From fetchmail .*$/gm, 'From fetchmail');
}

export const fetchmail: Job = {
  name: 'fetchmail',
  packages: ['fetchmail'],
  securities: ['plain', 'starttls', 'tls'],
  run: work,
};
