import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job, Place } from './job.js';
import { run } from './program.js';

const script = ({ port, security, user, password }: Place): string => `
options.create = true
options.subscribe = true
options.expunge = true
options.starttls = ${security === 'starttls'}
options.timeout = 30

anna = IMAP {
  server = '127.0.0.1',
  port = ${port},
  username = '${user}',
  password = '${password}',
  ${security === 'tls' ? "ssl = 'auto'," : ''}
}

local function show(...)
  print(table.concat({...}, ' '))
end

local mailboxes, folders = anna:list_all()
table.sort(mailboxes)
show(table.unpack(mailboxes))
show(anna.INBOX:check_status())

local unseen = anna.INBOX:is_unseen()
for _, message in ipairs(unseen) do
  local mailbox, uid = table.unpack(message)
  show(uid, mailbox[uid]:fetch_field('Subject'), mailbox[uid]:fetch_date(), mailbox[uid]:fetch_size())
  show(mailbox[uid]:fetch_message())
end
for _, message in ipairs(anna.INBOX:contain_subject('one {5}') + anna.INBOX:match_body('forged')) do
  show(message[2])
end

anna.INBOX:contain_subject('one {5}'):mark_flagged()
anna.INBOX:is_answered():copy_messages(anna['New folder'])
anna.INBOX:contain_subject('two'):move_messages(anna.Sent)
anna.INBOX:is_draft():delete_messages()
anna.Drafts:append_message('Subject: appended {5}\\r\\n\\r\\nbody\\r\\n.\\r\\n')
show(anna.Drafts:check_status())
`;

async function work(place: Place): Promise<string> {
  const file = join(place.directory, 'config.lua');
  await writeFile(file, script(place));
  return run(place, 'imapfilter', ['-c', file, '-t', place.caFile]);
}

export const imapfilter: Job = {
  name: 'imapfilter',
  packages: ['imapfilter'],
  securities: ['plain', 'starttls', 'tls'],
  run: work,
};
