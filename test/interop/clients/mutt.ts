import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job, Place } from './job.js';
import { run, runInTerminal } from './program.js';

const configuration = ({ port, security, caFile, user, password, directory }: Place): string => `
set imap_user="${user}"
set imap_pass="${password}"
set imap_authenticators="login"
set folder="${security === 'tls' ? 'imaps' : 'imap'}://127.0.0.1:${port}/"
set spoolfile="+INBOX"
set record="+Sent"
set postponed="+Drafts"
set from="anna@example.org"
set hostname="example.org"
set realname="Anna"
set sendmail="/bin/true"
set tmpdir="${directory}"
set ssl_starttls=${security === 'starttls' ? 'yes' : 'no'}
set ssl_force_tls=${security === 'plain' ? 'no' : 'yes'}
set certificate_file="${caFile}"
set copy=yes
set delete=yes
set quit=yes
set sort=mailbox-order
set confirmappend=no
set confirmcreate=no
set wait_key=no
set mail_check=0
set imap_idle=yes
`;

const job = (program: string) => async (place: Place) => {
  const file = join(place.directory, 'muttrc');
  await writeFile(file, configuration(place));
  const saved = join(place.directory, 'saved');
  const keys = [
    '<tag-pattern>~F<enter><tag-prefix><copy-message>=Drafts<enter>',
    '<first-entry><flag-message><set-flag>N',
    `<jump>2<enter><copy-message>${saved}<enter>`,
    '<jump>4<enter><save-message>=Sent<enter>',
    '<jump>3<enter><display-message><exit>',
    '<sync-mailbox><quit>',
  ];
  // It reads keys from a terminal only.
  await runInTerminal(place, `${program} -n -F ${file} -e 'push "${keys.join('')}"'`);
  const subject = `written by ${program} {5}`;
  await run(place, program, ['-n', '-F', file, '-s', subject, 'bob@example.com'], 'body\n.\nmore\n');
  return readFile(saved, 'latin1');
};

export const mutt: Job = {
  name: 'mutt',
  packages: ['mutt'],
  securities: ['plain', 'starttls', 'tls'],
  run: job('mutt'),
};

export const neomutt: Job = { ...mutt, name: 'NeoMutt', packages: ['neomutt'], run: job('neomutt') };
