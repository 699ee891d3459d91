import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job, Place } from './job.js';
import { runInTerminal } from './program.js';

const encryption = { plain: '/notls', starttls: '/starttls', tls: '/ssl' } as const;

const features = [
  'disable-password-file-saving',
  'enable-flag-cmd',
  'expunge-without-confirm',
  'quit-without-confirm',
  'save-will-not-delete',
  'enable-aggregate-command-set',
  'enable-full-header-cmd',
];

const configuration = ({ port, security, user, directory }: Place): string => {
  const server = `{localhost:${port}${encryption[security]}/user=${user}}`;
  return `
personal-name=Anna
user-domain=example.org
inbox-path=${server}INBOX
folder-collections=Mail ${server}[]
default-fcc=""
user-id=anna
postponed-folder=${server}Drafts
feature-list=${features.join(',\n ')}
status-message-delay=-1
last-version-used=99.99
last-time-prune-questions=999.12
mail-directory=${directory}
`;
};

/** Takes away what a prompt suggests (^U), so that a path can be typed. */
const clear = '\x15';

async function work(place: Place): Promise<string> {
  const file = join(place.directory, 'pinerc');
  const exported = join(place.directory, 'exported');
  await writeFile(file, configuration(place));
  await runInTerminal(place, `SSL_CERT_FILE=${place.caFile} alpine -p ${file} -i`, [
    [/ENTER PASSWORD/, `${place.password}\r`],
    [/opened with 5 messages|Opening "INBOX" +DONE/, '*'],
    [/ initial/, '\r'],
    [/Flagged message 1/, 's'],
    [/SAVE Msg #1/, `${clear}Sent\r`],
    [/Saving +DONE|copied to folder/, 'j2\rv'],
    [/ALL of message/, 'i'],
    [/MESSAGE INDEX/, 'j3\re'],
    [/EXPORT: /, `${clear}${exported}\r`],
    [/exported to file/, 'j4\rd'],
    [/marked for deletion/, 'x'],
    [/expunged from folder|Expunging +DONE/, 'c'],
    [/COMPOSE MESSAGE/, 'bob@example.com\r\r\rwritten by Alpine\rbody\r.\r\x0f'],
    [/postponed/i, 'q'],
  ]);
  return readFile(exported, 'latin1');
}

export const alpine: Job = {
  name: 'Alpine',
  packages: ['alpine'],
  securities: ['plain', 'starttls', 'tls'],
  run: work,
};
