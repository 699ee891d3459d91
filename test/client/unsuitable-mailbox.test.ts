import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appendAndSend, MailboxError, SendNotOfferedError } from '../../src/client/index.js';
import { sentMailbox } from '../../src/client/sent-mailbox.js';
import { scripted } from './scripted-server.js';
import { messageTo } from './setting.js';

const message = Buffer.from(messageTo('bob@example.com'));
const unexpected = () => assert.fail('SEND was not to be said');
const flags = (list: string) => ({
  SELECT: `* 0 EXISTS\r\n* OK [UIDVALIDITY 1] UIDs\r\n* OK [PERMANENTFLAGS (${list})] kept\r\n`,
});

test('a mailbox that keeps no keywords is not used', async (context) => {
  const { client, server } = await scripted(context, unexpected, undefined, flags('\\Seen \\Deleted'));
  await assert.rejects(appendAndSend(client, 'INBOX', message), MailboxError);
  assert.ok(!server.commands.some((command) => command.startsWith('APPEND')));
});

test('without a mailbox for sent messages, it is said what to do', async (context) => {
  const answers = { LIST: '* LIST () "/" INBOX\r\n' };
  const { client } = await scripted(context, unexpected, undefined, answers);
  await assert.rejects(
    sentMailbox(client),
    /^MailboxError: .*\(\\Sent\): create one, or name one with the option/,
  );
});

test('one that keeps just the two is', async (context) => {
  const answers = { ...flags('\\Seen $SubmitPending $Submitted'), APPEND: 'NO [OVERQUOTA] full' };
  const { client } = await scripted(context, unexpected, undefined, answers);
  assert.deepEqual(await appendAndSend(client, 'INBOX', message), { kind: 'not-stored', text: 'full' });
});

test('a search that is refused does not count as "not there"', async (context) => {
  const { client, server } = await scripted(context, unexpected, undefined, { SEARCH: 'NO [INUSE] later' });
  await assert.rejects(appendAndSend(client, 'INBOX', message), MailboxError);
  assert.ok(!server.commands.some((command) => command.startsWith('APPEND')));
});

test('a message over the limit that the server announces is not uploaded', async (context) => {
  const { client, server } = await scripted(context, unexpected, 'IMAP4rev1 SEND APPENDLIMIT=10');
  const delivery = await appendAndSend(client, 'INBOX', message);
  assert.deepEqual(delivery, { kind: 'not-stored', text: 'Message content too big for APPENDLIMIT=10' });
  assert.ok(!server.commands.some((command) => command.startsWith('APPEND')));
});

test('a server that loses what it was given is not asked to send', async (context) => {
  const { client } = await scripted(context, unexpected, 'IMAP4rev1 SEND LITERAL+');
  await assert.rejects(appendAndSend(client, 'INBOX', message), MailboxError);
});

test('a mailbox that is another one in the second session', async (context) => {
  const { client } = await scripted(context, unexpected);
  const other = await scripted(context, unexpected, undefined, {
    SELECT: '* 0 EXISTS\r\n* OK [UIDVALIDITY 2] UIDs\r\n',
  });
  const marks = other.client;
  await assert.rejects(appendAndSend(client, 'INBOX', message, { marks }), /INBOX was replaced just now/);
});

test('without SEND nothing is stored', async (context) => {
  const { client, server } = await scripted(context, unexpected, 'IMAP4rev1');
  await assert.rejects(appendAndSend(client, 'INBOX', message), SendNotOfferedError);
  assert.ok(!server.commands.some((command) => command.startsWith('APPEND')));
});
