import { startCyrus } from '../support/cyrus.js';
import { startDovecot } from '../support/dovecot.js';
import { literal, loggedIn, octets, type Script } from './script.js';
import { literals } from './scripts/literals.js';
import { multiappend } from './scripts/multiappend.js';
import { transparency } from './suite.js';

const over = /^\* BYE [^\n]*\n/m;

/** RFC 7888: a non-synchronizing literal has at most 4096 octets, and is fatal beyond. */
const scripts: readonly Script[] = [
  loggedIn('the largest literal that need not wait, and a larger one that does', [
    `a APPEND Drafts ${literal(`Subject: x\r\n\r\n${'x'.repeat(4082)}`, '{n+}')}`,
    `b APPEND Drafts ${literal(`Subject: x\r\n\r\n${'x'.repeat(4083)}`)}`,
    'c CAPABILITY',
    'd SELECT Drafts',
    'e FETCH 1:* RFC822.SIZE',
  ]),
  loggedIn('a literal that is too large not to wait', [octets('a APPEND Drafts {4097+}\r\n', over)]),
  loggedIn('one where a string belongs', [octets('a CREATE {4097+}\r\n', over)]),
  ...literals.filter(({ name }) => !name.startsWith('literals of all sizes')),
  ...multiappend,
];

transparency(
  'Dovecot with LITERAL-',
  (accounts) => startDovecot({ accounts, extra: 'protocol imap {\n  imap_literal_minus = yes\n}\n' }),
  scripts,
  [],
);
transparency(
  'Cyrus with LITERAL-',
  (accounts) => startCyrus({ accounts, extra: 'literalminus: yes' }),
  scripts,
  [],
);
