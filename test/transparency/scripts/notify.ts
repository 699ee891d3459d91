import { elsewhere, literal, loggedIn, octets, type Script, selected } from '../script.js';

const message = literal('Subject: {5}\r\n\r\nbody\r\n', '{n+}');
const line = (tag: string): RegExp => new RegExp(`^${tag} (OK|NO|BAD)[^\\n]*\\n`, 'm');

/** Dovecot reports when it has the time to; Cyrus, which knows no NOTIFY, does not. */
const reported = /^b OK Completed\r\n|^(?=[\s\S]*^b OK)(?=[\s\S]*^\* STATUS Drafts \(MESSAGES 1)[\s\S]*\n/m;

/** RFC 5465; responses come while no command is in flight. */
export const notify: readonly Script[] = [
  selected('NOTIFY of the selected mailbox, with whole messages', [
    'a NOTIFY SET (SELECTED (MessageNew (UID FLAGS BODY.PEEK[]) MessageExpunge FlagChange))',
    elsewhere(`APPEND INBOX ${message}`),
    'b NOOP',
    elsewhere('SELECT INBOX', 'STORE 1 +FLAGS.SILENT (\\Deleted)'),
    'c NOOP',
    elsewhere('SELECT INBOX', 'EXPUNGE'),
    'd NOOP',
    'e NOTIFY NONE',
  ]),
  {
    ...selected('NOTIFY of other mailboxes', [
      `a NOTIFY SET STATUS (MAILBOXES ${literal('Drafts')} (MessageNew MessageExpunge)) (SUBTREE "Sent" (MessageNew MessageExpunge))`,
      elsewhere(`APPEND Drafts ${message}`),
      octets('b NOOP\r\n', reported),
      'c NOTIFY SET (SUBSCRIBED (MailboxName SubscriptionChange))',
      'd NOTIFY SET (INBOXES (MessageNew MessageExpunge FlagChange))',
      'e NOTIFY NONE',
    ]),
    inAnyOrder: true,
  },
  selected('NOTIFY of several mailboxes, and IDLE', [
    'a NOTIFY SET (SELECTED (MessageNew MessageExpunge)) (MAILBOXES (Drafts "Sent") (MessageNew MessageExpunge))',
    octets('b IDLE\r\n', /^(\+|b BAD)[^\n]*\n/m),
    elsewhere(`APPEND INBOX ${message}`),
    octets('', /^\* 6 EXISTS\r\n/m),
    octets('DONE\r\n', line('b')),
    'c NOTIFY NONE',
  ]),
  loggedIn('NOTIFY with wrong arguments', [
    'a NOTIFY',
    'b NOTIFY SET',
    'c NOTIFY SET (PERSONAL (MessageNew))',
    'd NOTIFY SET (SELECTED (MessageNew (FLAGS {5)))',
    'e NOTIFY SET (PERSONAL (BOGUS))',
    `f NOTIFY SET (${literal('PERSONAL')} (MessageNew MessageExpunge))`,
    'g NOTIFY BOGUS',
    'h NOOP',
  ]),
];
