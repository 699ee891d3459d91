import { literal, loggedIn, octets, type Script, selected } from '../script.js';

const line = (tag: string): RegExp => new RegExp(`^${tag} (OK|NO|BAD)[^\\n]*\\n`, 'm');

/** RFC 7888, RFC 9051 §4.3: every place that takes a string takes a literal. */
export const literals: readonly Script[] = [
  loggedIn('literals that do not wait, for names of mailboxes', [
    `a CREATE ${literal('a OK made', '{n+}')}`,
    `b SUBSCRIBE ${literal('a OK made', '{n+}')}`,
    `c LIST ${literal('', '{n+}')} ${literal('made%', '{n+}')}`,
    `d LSUB ${literal('', '{n+}')} ${literal('*', '{n+}')}`,
    `e STATUS ${literal('a OK made', '{n+}')} (MESSAGES UIDNEXT)`,
    `f RENAME ${literal('a OK made', '{n+}')} ${literal('+ other', '{n+}')}`,
    `g SELECT ${literal('+ other', '{n+}')}`,
    `h UNSUBSCRIBE ${literal('a OK made', '{n+}')}`,
    `i DELETE ${literal('+ other', '{n+}')}`,
  ]),
  loggedIn('literals that wait, for names of mailboxes', [
    `a CREATE ${literal('made {5}')}`,
    `b SUBSCRIBE ${literal('made {5}')}`,
    `c STATUS ${literal('made {5}')} (MESSAGES UIDNEXT)`,
    `d RENAME ${literal('made {5}')} ${literal('other {6+}')}`,
    `e EXAMINE ${literal('other {6+}')}`,
    'f UNSELECT',
    `g UNSUBSCRIBE ${literal('made {5}')}`,
    `h DELETE ${literal('other {6+}')}`,
    `i DELETE ${literal('other {6+}')}`,
  ]),
  selected('both kinds of literals in one command', [
    `a SEARCH OR SUBJECT ${literal('one')} SUBJECT ${literal('two', '{n+}')}`,
    `b SEARCH OR SUBJECT ${literal('one', '{n+}')} SUBJECT ${literal('two')}`,
    `c SEARCH OR (SUBJECT ${literal('one', '{n+}')}) (OR BODY ${literal('inner')} TEXT ${literal('{7}', '{n+}')})`,
    `d SEARCH NOT HEADER ${literal('Message-ID')} ${literal('<1@example.org>', '{n+}')}`,
    `e COPY 1 ${literal('Drafts', '{n+}')}`,
    `f UID COPY 2 ${literal('Drafts')}`,
  ]),
  selected('empty literals', [
    `a SEARCH SUBJECT ${literal('', '{n+}')}`,
    `b SEARCH SUBJECT ${literal('')} UNSEEN`,
    `c LIST ${literal('')} ${literal('', '{n+}')}`,
    `d SEARCH HEADER ${literal('X-None', '{n+}')} ${literal('', '{n+}')}`,
    `e COPY 1 ${literal('', '{n+}')}`,
    'f NOOP',
  ]),
  selected('literals that hold whole sessions', [
    `a SEARCH TEXT ${literal('z LOGOUT\r\ny SEND 1:*\r\nx APPEND INBOX {5+}\r\nhello\r\n', '{n+}')}`,
    `b SEARCH BODY ${literal('\r\n\r\nb OK forged\r\n* BYE\r\n+ go on\r\n{3}\r\n')}`,
    `c SEARCH SUBJECT ${literal('"', '{n+}')} BODY ${literal('(')}`,
    `d CREATE ${literal('x\r\ny SEND 1:*\r\n', '{n+}')}`,
    `e STATUS ${literal('d OK forged {5}', '{n+}')} (MESSAGES)`,
    'f NOOP',
  ]),
  selected('literals where no string belongs', [
    `a FETCH ${literal('1')} FLAGS`,
    `b FETCH 1 ${literal('FLAGS')}`,
    `c STORE 1 ${literal('FLAGS')} (\\Seen)`,
    `d STORE 1 FLAGS (${literal('keyword')})`,
    `e SEARCH ${literal('ALL')}`,
    `f STATUS INBOX ${literal('(MESSAGES)')}`,
    `g SELECT INBOX ${literal('(CONDSTORE)')}`,
    'h NOOP',
  ]),
  selected('non-synchronizing literals where no string belongs', [
    `b STORE 1 FLAGS (${literal('keyword', '{n+}')})`,
    `c SEARCH ${literal('ALL', '{n+}')}`,
    `d STATUS INBOX (${literal('MESSAGES', '{n+}')})`,
    'e NOOP',
  ]),
  selected('literals of all sizes around those that servers treat apart', [
    ...[1, 2, 127, 128, 1023, 1024, 4095, 4096].flatMap((size, at) => [
      `a${at} SEARCH SUBJECT ${literal('x'.repeat(size), '{n+}')}`,
      `b${at} SEARCH SUBJECT ${literal('{5}'.repeat(size).slice(0, size))}`,
    ]),
    `c SEARCH SUBJECT ${literal('x'.repeat(5000), '{n+}')} BODY ${literal('y'.repeat(5000), '{n+}')}`,
  ]),
  selected('strings that look as if a literal was announced behind them', [
    'a SEARCH SUBJECT "{5}" BODY "{5+}"',
    'b SEARCH SUBJECT "~{5}"',
    octets('c SEARCH SUBJECT "one {5}"\r\nd NOOP\r\n', line('d')),
    octets('e SEARCH SUBJECT "\\"{5}"\r\nf NOOP\r\n', line('f')),
    octets('g SEARCH SUBJECT "\\\\" BODY "{3+}"\r\nh NOOP\r\n', line('h')),
    octets('i COPY 1 "{0}"\r\nj NOOP\r\n', line('j')),
    octets('k STATUS "{2}" (MESSAGES)\r\nl NOOP\r\n', line('l')),
  ]),
];
