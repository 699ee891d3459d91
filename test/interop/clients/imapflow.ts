import { readFile } from 'node:fs/promises';
import { ImapFlow } from 'imapflow';
import type { Job, Place } from './job.js';

async function work({ port, security, caFile, user, password }: Place): Promise<string> {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port,
    secure: security === 'tls',
    ...(security !== 'tls' && { doSTARTTLS: security === 'starttls' }),
    tls: { ca: await readFile(caFile, 'utf8') },
    auth: { user, pass: password },
    logger: false,
  });
  const results: unknown[] = [];
  await client.connect();
  results.push((await client.list()).map(({ path, flags }) => [path, [...flags].sort()]).sort());
  const lock = await client.getMailboxLock('INBOX');
  const query = { uid: true, flags: true, envelope: true, bodyStructure: true, source: true, size: true };
  results.push(await client.fetchAll('1:*', query));
  results.push(await client.search({ or: [{ flagged: true }, { subject: 'one {5}' }] }, { uid: true }));
  results.push(await client.messageFlagsAdd('1:2', ['\\Seen', 'custom']));
  const { content } = await client.download('2', '2');
  results.push(String(Buffer.concat((await content?.toArray()) ?? [])));
  await client.append('Drafts', Buffer.from('Subject: new {5}\r\n\r\n\xff\r\n', 'latin1'), ['\\Draft']);
  await client.append(
    'Drafts',
    `Subject: large\r\n\r\n${'.{10}\r\n'.repeat(20_000)}`,
    [],
    new Date(86_400_000),
  );
  await client.messageCopy('1:2', 'Drafts');
  await client.messageMove('3', 'Sent');
  await client.messageDelete('1');
  results.push((await client.mailboxCreate('Work/Here & there')).created);
  await client.mailboxRename('Work/Here & there', 'Work/There');
  await client.mailboxSubscribe('Work/There');
  lock.release();
  results.push(await client.status('Drafts', { messages: true, unseen: true }));
  await client.logout();
  return JSON.stringify(results, textOfOthers, 1);
}

/** Sets, buffers and numbers beyond 53 bits have no JSON of their own. */
function textOfOthers(key: string, value: unknown): unknown {
  if (key === 'id' || key === 'emailId' || key === 'threadId') return undefined;
  if (value instanceof Set) return [...value].sort();
  if (typeof value === 'bigint') return String(value);
  return value;
}

export const imapflow: Job = {
  name: 'imapflow',
  securities: ['plain', 'starttls', 'tls'],
  run: work,
};
