import { literal, loggedIn, type Script, selected } from '../script.js';

/** Commands and items of Cyrus that no RFC has; Dovecot refuses nearly all of them. */
export const cyrus: readonly Script[] = [
  selected('commands of Cyrus for its own sake', [
    'a XLIST "" %',
    'b XMOVE 1 Drafts',
    `c UID XMOVE 2 ${literal('Drafts')}`,
    'd XWARMUP INBOX (INDEX CONVERSATIONS ANNOTATIONS)',
    'e XMEID "<1@example.org> {5}"',
    'g XRUNANNOTATOR 1',
    'h XBACKUP',
    'i XKILLMY {5',
    'j FETCH 1:* UID',
  ]),
  loggedIn('commands of Cyrus for its administrators', [
    'a RECONSTRUCT INBOX',
    'b DUMP INBOX',
    'c UNDUMP INBOX',
    'd XFER INBOX elsewhere',
    'e MUPDATEPUSH INBOX',
    'f LOCALCREATE "x {5}"',
    'g LOCALDELETE "x {5}"',
    'h LOCALAPPEND x y',
    'i NOOP',
  ]),
  selected('conversations of Cyrus', [
    'a SEARCH CONVFLAG \\Seen',
    'b SEARCH CONVEXISTS',
    'c SORT (MODSEQ) UTF-8 ALL',
    'd STATUS INBOX (XCONVEXISTS XCONVUNSEEN XCONVMODSEQ)',
    'e XCONVSORT (REVERSE ARRIVAL) (POSITION (1 10)) UTF-8 ALL',
    'f XCONVFETCH (0011223344556677) 0 (UID)',
    'g XSNIPPETS (INBOX 1 (1)) UTF-8 TEXT "{5}"',
    'h FETCH 1:2 (CID)',
    'i SEARCH CID 0011223344556677',
  ]),
  loggedIn('XAPPLEPUSHSERVICE', [
    'a XAPPLEPUSHSERVICE aps-version 2 aps-account-id 1 aps-device-token 2 aps-subtopic com.apple.mobilemail mailboxes (INBOX)',
    'b XAPPLEPUSHSERVICE "aps-version" "{5}"',
    `c XAPPLEPUSHSERVICE ${literal('aps-version')} ${literal('2 {5}')}`,
    'd NOOP',
  ]),
];
