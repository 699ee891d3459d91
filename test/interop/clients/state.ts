import { ImapFlow } from 'imapflow';
import type { Place } from './job.js';

/** All mailboxes with all messages and their flags, as a text, read without the proxy. */
export async function stateOf({
  port,
  user,
  password,
}: Pick<Place, 'port' | 'user' | 'password'>): Promise<string> {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port,
    secure: false,
    doSTARTTLS: false,
    auth: { user, pass: password },
    logger: false,
  });
  await client.connect();
  try {
    const texts: string[] = [];
    const mailboxes = (await client.list()).sort((a, b) => a.path.localeCompare(b.path));
    for (const { path, subscribed, flags: attributes } of mailboxes) {
      texts.push(`${path}${subscribed ? ' (subscribed)' : ''}`);
      if (attributes.has('\\Noselect')) continue;
      const { exists } = await client.mailboxOpen(path, { readOnly: true });
      const messages = exists === 0 ? [] : await client.fetchAll('1:*', { flags: true, source: true });
      for (const { flags, source } of messages) {
        texts.push(
          `${[...(flags ?? [])].filter(isLasting).sort()}\n${withoutInventions(source?.toString('latin1') ?? '')}`,
        );
      }
    }
    return texts.join('\n');
  } finally {
    await client.logout();
  }
}

/** Who saw a message first is no lasting state. */
const isLasting = (flag: string): boolean => flag !== '\\Recent';

/** What a mail program makes up when it writes a message. */
export const withoutInventions = (message: string): string =>
  message.replace(/^(Date|Message-ID|X-TUID): [^\n]*\n/gim, '$1: …\n');
