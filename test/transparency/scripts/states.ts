import { answerTo, connected, literal, loggedIn, octets, type Script, selected } from '../script.js';

/** Dovecot ends a session at the third that it calls bad before login. */
const beforeLogin = (name: string, ...commands: readonly string[]): Script =>
  connected(`${name} before login`, commands);

/** RFC 9051 section 6.4, and what extensions add to it; none may be carried out with nothing selected. */
const SELECTED_ONLY: readonly (readonly [string, readonly string[]])[] = [
  ['CLOSE, UNSELECT, CHECK, EXPUNGE', ['a CLOSE', 'b UNSELECT', 'c CHECK', 'd EXPUNGE']],
  ['FETCH and SEARCH', ['a FETCH 1 FLAGS', 'b UID FETCH 1 FLAGS', 'c SEARCH ALL', 'd UID SEARCH ALL']],
  [
    'STORE, COPY, MOVE',
    ['a STORE 1 FLAGS ()', 'b UID STORE 1 FLAGS ()', 'c COPY 1 Sent', 'd MOVE 1 Sent', 'e UID EXPUNGE 1'],
  ],
];

export const states: readonly Script[] = [
  beforeLogin('SELECT and EXAMINE', 'a SELECT INBOX', 'b EXAMINE INBOX'),
  beforeLogin('CREATE and DELETE', 'a CREATE x', 'b DELETE x'),
  beforeLogin('LIST and NAMESPACE', 'a LIST "" *', 'b NAMESPACE'),
  beforeLogin('STATUS and IDLE', 'a STATUS INBOX (MESSAGES)', 'b IDLE'),
  beforeLogin('FETCH and CLOSE', 'a FETCH 1 FLAGS', 'b CLOSE'),
  beforeLogin('ENABLE and UID', 'a ENABLE CONDSTORE', 'b UID FETCH 1 FLAGS'),
  beforeLogin('commands with literals', `a CREATE ${literal('x')}`, `b LIST "" ${literal('*')}`),
  ...SELECTED_ONLY.flatMap(([name, commands]) => [
    loggedIn(`${name} with nothing selected`, commands),
    selected(`${name} after UNSELECT`, ['u UNSELECT', ...commands]),
    selected(`${name} after a SELECT that failed`, ['u SELECT "no such {5}"', ...commands]),
  ]),
  loggedIn('EXAMINE, where nothing can be changed', [
    'a EXAMINE INBOX',
    'b STORE 1 +FLAGS (\\Seen)',
    'c FETCH 1 BODY[]',
    'd EXPUNGE',
    'e MOVE 1 Sent',
    'f COPY 1 Sent',
    'g STORE 1 +FLAGS.SILENT (\\Deleted)',
    'h CLOSE',
    'i STATUS INBOX (MESSAGES UNSEEN)',
  ]),
  selected('SELECT of one mailbox after the other, and the same again', [
    'a SELECT Sent',
    'b FETCH 1 FLAGS',
    'c SELECT INBOX',
    'd SELECT INBOX',
    'e EXAMINE INBOX',
    'f SELECT ""',
    'g NOOP',
  ]),
  selected('AUTHENTICATE and LOGIN after login', [
    'a LOGIN x y',
    'b AUTHENTICATE PLAIN',
    `c LOGIN ${literal('x')} ${literal('y')}`,
    'd FETCH 1 FLAGS',
  ]),
  selected('CAPABILITY, NOOP, ID, NAMESPACE and ENABLE while selected', [
    'a CAPABILITY',
    'b noop',
    'c ID ("name" "a")',
    'd NAMESPACE',
    'e ENABLE',
    'f ENABLE X-BOGUS',
    'g CREATE Work',
    'h LIST "" *',
    'i STATUS INBOX (MESSAGES)',
  ]),
  selected('DELETE and RENAME of what is selected', [
    'a CREATE Work',
    'b SELECT Work',
    `c APPEND Work ${literal('Subject: x\r\n\r\nx\r\n')}`,
    'd RENAME Work Other',
    'e NOOP',
    'f SELECT Other',
    'g FETCH 1:* (UID FLAGS)',
    'h UNSELECT',
    'i DELETE Other',
    'j STATUS Other (MESSAGES)',
  ]),
  selected('LOGOUT with arguments, and then without', ['a LOGOUT now', 'b NOOP']),
  loggedIn('RENAME of INBOX, which leaves it there and empty', [
    'a RENAME INBOX Old',
    'b SELECT INBOX',
    'c SELECT Old',
    'd FETCH 1:* (UID FLAGS RFC822.SIZE)',
  ]),
  selected('UID with odd commands', [
    'a UID',
    'b UID ',
    'c UID NOOP',
    'd UID UID FETCH 1 FLAGS',
    octets('e uid fetch 1 flags\r\n', answerTo('e')),
    octets('f Uid  FETCH 1 flags\r\n', answerTo('f')),
  ]),
];
