import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job, Place } from './job.js';
import { run } from './program.js';

async function transfer(place: Place): Promise<string> {
  const { port, security, caFile, user, password, directory } = place;
  const file = join(directory, 'message');
  await writeFile(file, 'From: anna@example.org\r\nSubject: uploaded {5}\r\n\r\n.\r\nbody\r\n');
  const encryption = security === 'plain' ? [] : ['--ssl-reqd', '--cacert', caFile];
  const common = ['--silent', '--show-error', '--config', '-', ...encryption];
  const curl = (path: string, ...options: string[]) =>
    run(
      place,
      'curl',
      [...common, ...options, `${security === 'tls' ? 'imaps' : 'imap'}://127.0.0.1:${port}/${path}`],
      `user = "${user}:${password}"\n`,
    );
  const outputs = [
    await curl(''),
    await curl('INBOX;MAILINDEX=1'),
    await curl('INBOX;UID=3'),
    await curl('INBOX;UID=2;SECTION=TEXT'),
    await curl('INBOX?SUBJECT%20one'),
    await curl('Drafts', '--upload-file', file),
    await curl('Drafts;MAILINDEX=1'),
    await curl('INBOX', '--request', 'STORE 4 +FLAGS (\\Deleted)'),
    await curl('INBOX', '--request', 'EXPUNGE'),
    await curl('', '--request', 'CREATE "a new folder"'),
    await curl('INBOX', '--request', 'FETCH 1:* (UID FLAGS ENVELOPE)', '--login-options', 'AUTH=PLAIN'),
  ];
  return outputs.join('\n=====\n');
}

export const curl: Job = {
  name: 'curl',
  packages: ['curl'],
  securities: ['plain', 'starttls', 'tls'],
  run: transfer,
};
