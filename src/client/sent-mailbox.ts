import type { ImapFlow } from 'imapflow';
import { MailboxError } from './copies.js';

/**
 * Path of the mailbox for sent messages: the one that the server says is (`\Sent`, RFC 6154), else one that is called so.
 * @throws {MailboxError} there is none
 */
export async function sentMailbox(client: ImapFlow): Promise<string> {
  const found = (await client.list()).filter(({ specialUse }) => specialUse === '\\Sent');
  const [mailbox] = found.sort((a, b) => rank(a.specialUseSource) - rank(b.specialUseSource));
  if (mailbox === undefined) {
    throw new MailboxError(
      'no mailbox is for sent messages (\\Sent): create one, or name one with the option mailbox',
    );
  }
  return mailbox.path;
}

const rank = (source: string | undefined): number => (source === 'extension' ? 0 : 1);
