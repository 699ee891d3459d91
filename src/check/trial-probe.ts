import { randomUUID } from 'node:crypto';
import type { ImapFlow } from 'imapflow';
import { type Account, ConnectError, connect } from '../client/connect.js';
import { SendInterruptedError, SendNotOfferedError, sendMessages } from '../client/index.js';
import { sentMailbox } from '../client/sent-mailbox.js';
import { fateOf } from '../client/submit.js';
import type { TrialFacts } from './trial.js';

/** A test message, and through which proxy it goes. */
export interface Trial {
  readonly account: Account;
  readonly from: string;
  readonly to: string;
}

/** Sends one message as a mail program would, and takes its copy out of the mailbox again. */
export async function probeTrial(trial: Trial, signal: AbortSignal): Promise<TrialFacts> {
  let client: ImapFlow | undefined;
  const giveUp = (): void => client?.close();
  signal.addEventListener('abort', giveUp);
  try {
    client = await connect(trial.account, signal);
    return await attempt(client, trial, signal);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    if (error instanceof ConnectError) return { kind: 'no-session', refused: error.kind === 'login', text };
    if (error instanceof SendNotOfferedError) return { kind: 'not-offered' };
    if (error instanceof SendInterruptedError || signal.aborted) return { kind: 'interrupted', text };
    const { responseText = text } = error as { responseText?: string };
    return { kind: 'not-stored', text: responseText };
  } finally {
    signal.removeEventListener('abort', giveUp);
    client?.close();
  }
}

async function attempt(client: ImapFlow, { from, to }: Trial, signal: AbortSignal): Promise<TrialFacts> {
  // Looked at before anything is stored.
  if (!client.capabilities.has('SEND')) throw new SendNotOfferedError();
  const messageId = `<check.${randomUUID()}@${from.slice(from.lastIndexOf('@') + 1)}>`;
  const mailbox = await sentMailbox(client).catch(() => 'INBOX');
  await client.mailboxOpen(mailbox);
  const uid = await store(client, mailbox, messageFrom(from, to, messageId), messageId);
  if (uid === undefined) return { kind: 'not-stored', text: `it is not to be found in ${mailbox}` };
  const began = performance.now();
  const report = await sendMessages(client, uid, { uid: true, signal });
  const seconds = (performance.now() - began) / 1000;
  const removed = await remove(client, uid);
  await client.logout().catch(() => {});
  return { kind: 'answered', fate: fateOf(uid, report), seconds, mailbox, removed };
}

async function store(
  client: ImapFlow,
  mailbox: string,
  octets: Buffer,
  id: string,
): Promise<number | undefined> {
  const stored = await client.append(mailbox, octets, ['\\Seen']);
  // What was appended is only in this session's view after it.
  await client.noop();
  if (stored && stored.uid !== undefined) return stored.uid;
  const found = await client.search({ header: { 'message-id': id } }, { uid: true });
  return found ? found.at(-1) : undefined;
}

/** Not where the server could only expunge everything that is marked as deleted, other messages included (RFC 4315). */
async function remove(client: ImapFlow, uid: number): Promise<boolean> {
  if (!client.capabilities.has('UIDPLUS')) return false;
  return client.messageDelete(String(uid), { uid: true }).catch(() => false);
}

function messageFrom(from: string, to: string, messageId: string): Buffer {
  const lines = [
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: ${messageId}`,
    `From: <${from}>`,
    `To: <${to}>`,
    'Subject: Test of imap-send-proxy',
    // RFC 3834: nobody's holiday message is to answer it.
    'Auto-Submitted: auto-generated',
    '',
    'Sent by "imap-send-proxy check --send-to", to see whether mail gets through.',
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}
