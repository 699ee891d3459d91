import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job, Place } from './job.js';
import { run } from './program.js';

const configuration = ({ port, user, password, directory }: Place): string => `
set imap_user="${user}"
set imap_pass="${password}"
set imap_authenticators="login"
set folder="imap://127.0.0.1:${port}/"
set spoolfile="+INBOX"
set record="+Sent"
set postponed="+Drafts"
set from="anna@example.org"
set hostname="example.org"
set realname="Anna"
set sendmail="/bin/true"
set tmpdir="${directory}"
set ssl_starttls=no
set ssl_force_tls=no
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

async function read(place: Place): Promise<string> {
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
  const mutt = `mutt -n -F ${file} -e 'push "${keys.join('')}"'`;
  // It reads keys from a terminal only.
  await run('script', ['--quiet', '--return', '--command', mutt, '/dev/null']);
  await run('mutt', ['-n', '-F', file, '-s', 'written by mutt {5}', 'bob@example.com'], 'body\n.\nmore\n');
  return readFile(saved, 'latin1');
}

export const mutt: Job = { name: 'mutt', package: 'mutt', run: read };
