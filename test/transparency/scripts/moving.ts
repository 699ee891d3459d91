import { elsewhere, literal, pipelined, type Script, selected } from '../script.js';

const line = (tag: string): RegExp => new RegExp(`^${tag} (OK|NO|BAD)[^\\n]*\\n`, 'm');
const message = 'Subject: in its place {5}\r\n\r\nx SEND 1:*\r\n';

/** MOVE (RFC 6851), UIDPLUS (RFC 4315), UNSELECT (RFC 3691), REPLACE (RFC 8508). */
export const moving: readonly Script[] = [
  selected('MOVE of sets, to literals, and to where nothing is', [
    'a MOVE 1,3 Drafts',
    `b MOVE 1 ${literal('Drafts')}`,
    `c UID MOVE 4:5 ${literal('Drafts', '{n+}')}`,
    'd MOVE 1 "no such {5}"',
    `e UID MOVE 99 ${literal('no such {5}', '{n+}')}`,
    'f MOVE 99 Drafts',
    'g MOVE 1:* Drafts',
    'h SELECT Drafts',
    'i FETCH 1:* (UID FLAGS)',
    'j MOVE 1 Drafts',
  ]),
  selected('MOVE from a mailbox that another session changes', [
    elsewhere('SELECT INBOX', 'STORE 2 +FLAGS.SILENT (\\Deleted)', 'EXPUNGE'),
    'a UID MOVE 1:3 Drafts',
    'b NOOP',
    'c EXAMINE INBOX',
    'd MOVE 1 Drafts',
    'e UID MOVE 4 Drafts',
  ]),
  pipelined(
    'COPY on its way together with FETCH',
    [
      'a COPY 1 Drafts',
      `b UID COPY 2:3 ${literal('Sent', '{n+}')}`,
      'c FETCH 1:* (UID)',
      'd UID COPY 99 Drafts',
      'e NOOP',
      '',
    ].join('\r\n'),
    line('e'),
  ),
  selected('UIDPLUS: what was stored where, and what was removed', [
    `a APPEND Drafts ${literal(message)}`,
    `b APPEND INBOX ${literal(message, '{n+}')}`,
    'c COPY 1:3 Drafts',
    'd UID COPY 99 Drafts',
    'e STORE 1:4 +FLAGS.SILENT (\\Deleted)',
    'f UID EXPUNGE 2,4:99',
    'g UID EXPUNGE 99',
    'h UID EXPUNGE',
    'i UID EXPUNGE {5',
    'j UID EXPUNGE 1:*',
    'k FETCH 1:* (UID FLAGS)',
  ]),
  selected('UNSELECT and CLOSE, which differ in what they remove', [
    'a STORE 1 +FLAGS.SILENT (\\Deleted)',
    'b UNSELECT',
    'c STATUS INBOX (MESSAGES)',
    'd FETCH 1 FLAGS',
    'e SELECT INBOX',
    'f CLOSE',
    'g STATUS INBOX (MESSAGES)',
    'h UNSELECT',
    'i EXAMINE INBOX',
    'j UNSELECT x',
    'k UNSELECT',
  ]),
  selected('REPLACE, which neither offers', [
    `a REPLACE 1 Drafts ${literal(message)}`,
    `b UID REPLACE 1 Drafts (\\Seen) "07-Feb-2024 02:33:44 +0530" ${literal(message)}`,
    'c FETCH 1 FLAGS',
  ]),
];
