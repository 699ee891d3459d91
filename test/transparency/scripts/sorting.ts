import { literal, loggedIn, type Script, selected } from '../script.js';

/** With a date: a thread without one is sorted by the second in which it came. */
const message = (subject: string, id: number, ...more: readonly string[]): string =>
  [
    `Message-ID: <${id}@x>`,
    `Date: 0${id} Feb 2024 10:00:00 +0000`,
    `Subject: ${subject}`,
    'From: "Zoe {5}" <a@example.org>',
    ...more,
    '',
    'x',
    '',
  ].join('\r\n');

/** RFC 5256, RFC 5957 */
export const sorting: readonly Script[] = [
  selected('SORT by every key', [
    ...['ARRIVAL', 'CC', 'DATE', 'FROM', 'SIZE', 'SUBJECT', 'TO', 'DISPLAYFROM', 'DISPLAYTO'].flatMap(
      (key) => [`${key} SORT (${key}) UTF-8 ALL`, `r${key} UID SORT (REVERSE ${key}) US-ASCII ALL`],
    ),
  ]),
  selected('SORT by several keys, and for texts in literals', [
    'a SORT (REVERSE FROM SUBJECT REVERSE DATE) UTF-8 ALL',
    `b SORT (SUBJECT) ${literal('UTF-8')} ALL`,
    `c UID SORT (SUBJECT) UTF-8 SUBJECT ${literal('\xc3\xa9t\xc3\xa9', '{n+}')}`,
    `d SORT (SUBJECT) UTF-8 OR TEXT ${literal('* SORT 1 2 3')} TEXT ${literal('forged {10}', '{n+}')}`,
    'e SORT (SUBJECT) "UTF-8" SUBJECT "{5}"',
    'f SORT (UID) UTF-8 ALL',
    'g SORT (MODSEQ) UTF-8 ALL',
  ]),
  selected('SORT and THREAD with wrong arguments', [
    'a SORT () UTF-8 ALL',
    'b SORT (BOGUS) UTF-8 ALL',
    'c SORT (SUBJECT) X-NONE SUBJECT x',
    `d SORT (SUBJECT) X-NONE SUBJECT ${literal('x {5}')}`,
    'e SORT (SUBJECT) UTF-8',
    'f SORT (REVERSE) UTF-8 ALL',
    'g THREAD ORDEREDSUBJECT X-NONE SUBJECT x',
    'h THREAD',
  ]),
  loggedIn('THREAD of messages that answer each other', [
    `a APPEND Drafts ${literal(message('root {5}', 1), '{n+}')}`,
    `b APPEND Drafts ${literal(message('Re: root {5}', 2, 'In-Reply-To: <1@x>'), '{n+}')}`,
    `c APPEND Drafts ${literal(message('Re: root {5}', 3, 'References: <1@x> <2@x>'), '{n+}')}`,
    `d APPEND Drafts ${literal(message('other', 4, 'References: <lost@x>'), '{n+}')}`,
    `e APPEND Drafts ${literal(message('Fwd: root {5}', 5), '{n+}')}`,
    'f SELECT Drafts',
    'g THREAD REFERENCES UTF-8 ALL',
    'h UID THREAD ORDEREDSUBJECT UTF-8 ALL',
    'i THREAD REFS UTF-8 ALL',
    `j THREAD REFERENCES UTF-8 SUBJECT ${literal('root {5}')}`,
    `k UID THREAD ORDEREDSUBJECT US-ASCII NOT SUBJECT ${literal('root', '{n+}')}`,
    'l THREAD REFERENCES UTF-8 KEYWORD nothing',
  ]),
];
