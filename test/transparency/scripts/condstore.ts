import { elsewhere, literal, octets, type Script, selected } from '../script.js';

const uidValidity = (received: string): string => /UIDVALIDITY (\d+)/.exec(received)?.[1] ?? '';
const message = literal('Subject: from elsewhere {5}\r\n\r\nbody\r\n', '{n+}');
const line = (tag: string): RegExp => new RegExp(`^${tag} (OK|NO|BAD)[^\\n]*\\n`, 'm');

/** RFC 7162 */
export const condstore: readonly Script[] = [
  selected('CONDSTORE switched on by each command that does', [
    'a STATUS INBOX (HIGHESTMODSEQ)',
    'b STORE 1 +FLAGS (\\Answered)',
    'c FETCH 1 (MODSEQ FLAGS)',
    'd STORE 1 -FLAGS (\\Answered)',
    'e UID FETCH 1:* (FLAGS) (CHANGEDSINCE 1)',
    'f SELECT Drafts (CONDSTORE)',
    'g EXAMINE INBOX (condstore)',
    'h SEARCH MODSEQ 1',
    'i UID SEARCH RETURN (ALL MAX) MODSEQ 1',
  ]),
  selected('STORE on conditions that are met and that are not', [
    'a SELECT INBOX (CONDSTORE)',
    'b STORE 1:3 (UNCHANGEDSINCE 0) +FLAGS (\\Deleted)',
    'c UID STORE 1:3 (UNCHANGEDSINCE 1000) FLAGS.SILENT ($One)',
    elsewhere('SELECT INBOX', 'STORE 2 +FLAGS.SILENT ($Other)'),
    'd UID STORE 1:5 (UNCHANGEDSINCE 16) -FLAGS ($One)',
    'e STORE 4 (UNCHANGEDSINCE 1000) +FLAGS.SILENT (\\Deleted)',
    'f EXPUNGE',
    'g FETCH 1:* (UID FLAGS)',
  ]),
  selected('CONDSTORE with wrong arguments', [
    'a STORE 1 (UNCHANGEDSINCE) +FLAGS (\\Seen)',
    'b STORE 1 (UNCHANGEDSINCE x) +FLAGS (\\Seen)',
    'c STORE 1 (BOGUS 1) +FLAGS (\\Seen)',
    'd FETCH 1 FLAGS (CHANGEDSINCE)',
    'e FETCH 1 FLAGS (CHANGEDSINCE 1 VANISHED)',
    'f SELECT INBOX (BOGUS)',
    'g SELECT INBOX (QRESYNC (1 1))',
    'h SEARCH MODSEQ x',
    'i NOOP',
  ]),
  selected('QRESYNC that hears of what vanished while it listens', [
    'a ENABLE QRESYNC',
    'b SELECT INBOX',
    elsewhere('SELECT INBOX', 'STORE 2,4 +FLAGS.SILENT (\\Deleted)', 'EXPUNGE'),
    'c NOOP',
    'd FETCH 1:* (UID)',
    'e MOVE 1 Drafts',
    octets('f IDLE\r\n', /^\+[^\n]*\n/m),
    elsewhere(`APPEND INBOX ${message}`),
    octets('', /^\* 3 EXISTS\r\n/m),
    octets('DONE\r\n', line('f')),
    'g UID FETCH 1:9 (FLAGS) (CHANGEDSINCE 1 VANISHED)',
    'h CLOSE',
  ]),
  selected('QRESYNC with what was known, known sequences, and of another mailbox', [
    'a ENABLE QRESYNC CONDSTORE',
    'b STORE 1,3 +FLAGS.SILENT (\\Deleted)',
    'c UID EXPUNGE 1,3',
    (received) => `d SELECT INBOX (QRESYNC (${uidValidity(received)} 5))`,
    (received) => `e SELECT INBOX (QRESYNC (${uidValidity(received)} 5 1:5 (1,2,4 1,3,5)))`,
    (received) => `f EXAMINE INBOX (QRESYNC (${uidValidity(received)} 99999 2:4))`,
    'g SELECT Drafts (QRESYNC (7 1 1:5))',
    'h SELECT INBOX (QRESYNC (x))',
    'i SELECT "no such {5}" (QRESYNC (1 1))',
    'j NOOP',
  ]),
  selected('ENABLE behind SELECT, with what it changes', [
    'a ENABLE QRESYNC',
    'b STORE 5 +FLAGS (\\Deleted)',
    'c EXPUNGE',
    'd FETCH 1:* FLAGS',
    'e ENABLE CONDSTORE QRESYNC',
    'f UNSELECT',
    'g SELECT INBOX',
  ]),
];
