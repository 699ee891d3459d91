import { elsewhere, literal, octets, type Script, selected } from '../script.js';

const uidValidity = (received: string): string => /UIDVALIDITY (\d+)/.exec(received)?.[1] ?? '';
const message = literal('Subject: from elsewhere\r\n\r\nbody\r\n', '{n+}');

export const changes: readonly Script[] = [
  selected('IDLE that sees what another session does', [
    octets('a IDLE\r\n', /^\+[^\n]*\n/m),
    elsewhere(`APPEND INBOX ${message}`),
    octets('', /^\* 6 EXISTS\r\n/m),
    elsewhere('SELECT INBOX', 'STORE 1 +FLAGS (\\Flagged)'),
    octets('', /^\* 1 FETCH [^\n]*\n/m),
    elsewhere('SELECT INBOX', 'STORE 2 +FLAGS.SILENT (\\Deleted)'),
    octets('', /^\* 2 FETCH [^\n]*\n/m),
    elsewhere('SELECT INBOX', 'EXPUNGE'),
    octets('', /^\* 2 EXPUNGE\r\n/m),
    octets('DONE\r\n', /^a OK[^\n]*\n/m),
    'b FETCH 1:* (UID FLAGS)',
  ]),
  selected('IDLE ended with the next command in the same segment', [
    octets('a IDLE\r\n', /^\+[^\n]*\n/m),
    octets('DONE\r\nb FETCH 1 FLAGS\r\n', /^b OK[^\n]*\n/m),
    octets('c idle\r\n', /^\+[^\n]*\n/m),
    octets('done\r\nd IDLE\r\n', /^\+[^\n]*\n/m),
    octets('DoNe\r\n', /^d OK[^\n]*\n/m),
  ]),
  selected('IDLE ended by something else', [
    octets('a IDLE\r\n', /^\+[^\n]*\n/m),
    octets('b NOOP\r\n', /^a (OK|NO|BAD)[^\n]*\n/m),
    'c NOOP',
  ]),
  selected('NOOP that sees what another session does', [
    elsewhere('SELECT INBOX', 'STORE 1 +FLAGS.SILENT (\\Deleted)'),
    'a NOOP',
    elsewhere('SELECT INBOX', 'EXPUNGE'),
    'b FETCH 2 (UID)',
    'c NOOP',
    elsewhere(`APPEND INBOX ${message}`),
    'd NOOP',
    'e UID FETCH 1:* (FLAGS)',
  ]),
  selected('CONDSTORE (RFC 7162)', [
    'a SELECT INBOX (CONDSTORE)',
    'b FETCH 1:* (FLAGS) (CHANGEDSINCE 2)',
    'c STORE 1 (UNCHANGEDSINCE 1) +FLAGS (\\Seen)',
    'd STORE 1:2 (UNCHANGEDSINCE 1000) +FLAGS.SILENT (\\Answered)',
    'e SEARCH MODSEQ 3',
    'f STATUS INBOX (HIGHESTMODSEQ MESSAGES)',
    'g FETCH 1:* (UID FLAGS MODSEQ)',
  ]),
  selected('QRESYNC (RFC 7162)', [
    'a ENABLE QRESYNC X-BOGUS',
    'b STORE 2:3 +FLAGS (\\Deleted)',
    'c EXPUNGE',
    'd UID FETCH 1:* (FLAGS) (CHANGEDSINCE 1 VANISHED)',
    elsewhere('SELECT INBOX', 'STORE 1 +FLAGS.SILENT (\\Deleted)', 'EXPUNGE'),
    'e NOOP',
    (received) => `f SELECT INBOX (QRESYNC (${uidValidity(received)} 1 1:5))`,
    'g SELECT INBOX (QRESYNC (1 1))',
  ]),
  selected('NOTIFY (RFC 5465)', [
    'a NOTIFY SET STATUS (SELECTED (MessageNew (UID FLAGS) MessageExpunge)) (PERSONAL (MessageNew MessageExpunge))',
    elsewhere(`APPEND INBOX ${message}`),
    'b NOOP',
    'c NOTIFY NONE',
    'd NOTIFY SET (BOGUS)',
  ]),
];
