import { literal, type Script, selected } from '../script.js';

/** The search keys of RFC 9051 section 6.4.4, and of RFC 3501 what the former left out. */
const FLAG_KEYS = [
  'ALL',
  'ANSWERED',
  'DELETED',
  'DRAFT',
  'FLAGGED',
  'NEW',
  'OLD',
  'RECENT',
  'SEEN',
  'UNANSWERED',
  'UNDELETED',
  'UNDRAFT',
  'UNFLAGGED',
  'UNSEEN',
  'KEYWORD $Label',
  'UNKEYWORD $Label',
];
const DATE_KEYS = ['BEFORE', 'ON', 'SINCE', 'SENTBEFORE', 'SENTON', 'SENTSINCE'];
const TEXT_KEYS = ['BCC', 'BODY', 'CC', 'FROM', 'SUBJECT', 'TEXT', 'TO', 'HEADER Message-ID'];

const letters = 'abcdefghijklmnopqrstuvwxyz';
const each = (keys: readonly string[], make: (key: string) => string): string[] =>
  keys.map((key, at) => `${letters[at]} ${make(key)}`);

export const searches: readonly Script[] = [
  selected('SEARCH by each flag', [...each(FLAG_KEYS, (key) => `SEARCH ${key}`)]),
  selected('SEARCH by each flag, turned round, in lower case', [
    ...each(FLAG_KEYS, (key) => `uid search not ${key.toLowerCase()}`),
  ]),
  selected('SEARCH by each date', [
    ...each(DATE_KEYS, (key) => `SEARCH ${key} 3-Feb-2024`),
    'n SEARCH SINCE "03-Feb-2024"',
    'o SEARCH SINCE 3-Bad-2024',
    `p SEARCH SINCE ${literal('3-Feb-2024')}`,
  ]),
  selected('SEARCH by each text, as a quoted string that ends like a literal', [
    ...each(TEXT_KEYS, (key) => `SEARCH ${key} "x {5}"`),
  ]),
  selected('SEARCH by each text, as a literal that waits', [
    ...each(TEXT_KEYS, (key) => `SEARCH ${key} ${literal('example')}`),
  ]),
  selected('SEARCH by each text, as a literal that does not wait', [
    ...each(TEXT_KEYS, (key) => `UID SEARCH ${key} ${literal('"anna {5}', '{n+}')}`),
  ]),
  selected('SEARCH by sets, sizes and UIDs', [
    'a SEARCH 1:3,5',
    'b SEARCH *',
    'c SEARCH UID 2:*',
    'd SEARCH LARGER 100 SMALLER 4294967295',
    'e SEARCH LARGER 0',
    'f SEARCH 99',
    'g UID SEARCH 1:* UID 3',
    'h SEARCH NOT 1:3',
  ]),
  selected('SEARCH with keys nested in keys', [
    'a SEARCH (ALL)',
    'b SEARCH OR OR SEEN FLAGGED OR DRAFT ANSWERED',
    'c SEARCH NOT (SEEN FLAGGED) (OR (DRAFT) (NOT ANSWERED))',
    `d SEARCH OR (SUBJECT ${literal('one')}) (NOT (SUBJECT ${literal('two', '{n+}')}))`,
    'e SEARCH ((((((((((ALL))))))))))',
    `f SEARCH ${'NOT '.repeat(60)}SEEN`,
  ]),
  selected('SEARCH that is refused', [
    'a SEARCH',
    'b SEARCH (',
    'c SEARCH OR SEEN',
    'd SEARCH NOT',
    'e SEARCH SUBJECT',
    'f SEARCH LARGER x',
    'g SEARCH HEADER Subject',
    'h NOOP',
  ]),
  selected('SEARCH with CHARSET in all forms', [
    'a SEARCH CHARSET UTF-8 ALL',
    'b SEARCH CHARSET "us-ascii" SUBJECT one',
    `c SEARCH CHARSET ${literal('UTF-8')} SUBJECT ${literal('\xc3\xa9t\xc3\xa9')}`,
    `d SEARCH CHARSET ISO-8859-1 SUBJECT ${literal('\xe9t\xe9', '{n+}')}`,
    'e SEARCH CHARSET UTF-8 SUBJECT "\xc3\xa9t\xc3\xa9"',
    `f SEARCH CHARSET UTF-8 SUBJECT ${literal('\xff\xfe broken')}`,
    'g SEARCH CHARSET',
    'h SEARCH CHARSET UTF-8',
    `i SEARCH CHARSET "none {5}" SUBJECT ${literal('x')}`,
  ]),
];
