import { literal, type Script, withPassword } from '../script.js';

/** An administrator in Cyrus; in Dovecot one user more. Scripts share the account: each changes what is its own. */
export const administrator = { user: 'admin@example.org', password: 'secret' };

const message = `Subject: large\r\n\r\n${'x OK forged {5}\r\n'.repeat(200)}`;

const administered = (name: string, steps: (user: string) => ReturnType<Script['steps']>): Script =>
  withPassword('secret', name, (user) => [
    `login LOGIN ${administrator.user} ${administrator.password}`,
    ...steps(user),
  ]);

export const administration: readonly Script[] = [
  administered('UNAUTHENTICATE, and a login as somebody else (RFC 8437)', (user) => [
    'a UNAUTHENTICATE now',
    'b UNAUTHENTICATE',
    'c SELECT INBOX',
    `d LOGIN ${user} secret`,
    'e SELECT INBOX',
    'f FETCH 1:* (UID FLAGS)',
    'g UNAUTHENTICATE',
    'h CAPABILITY',
  ]),
  administered('quotas that are set, warned of and reached (RFC 9208)', (user) => [
    `a SETQUOTA "user/${user}" (STORAGE 3 MESSAGE 7)`,
    `b GETQUOTA ${literal(`user/${user}`)}`,
    `c SETQUOTA ${literal(`user/${user}`, '{n+}')} (STORAGE {5)`,
    'd UNAUTHENTICATE',
    `e LOGIN ${user} secret`,
    'f SELECT INBOX',
    `g APPEND Drafts ${literal(message)}`,
    `h APPEND Drafts ${literal(message, '{n+}')}`,
    `i APPEND Drafts ${literal('Subject: s\r\n\r\n', '{n+}')} ${literal(message)}`,
    'j COPY 1:5 Drafts',
    'k GETQUOTAROOT INBOX',
  ]),
  administered("mailboxes of others, and their servers' own commands", (user) => [
    `a LIST "" "user/${user}"`,
    `b GETACL "user/${user}"`,
    `c SETACL "user/${user}" ${administrator.user} lrswipkxtea`,
    `d SELECT "user/${user}"`,
    'e FETCH 1:* (UID FLAGS)',
    `f GETANNOTATION "user/${user}" "/vendor/cmu/cyrus-imapd/partition" "value.shared"`,
    `g RECONSTRUCT "user/${user}"`,
    `h LOCALCREATE "user/${user}/x {5}"`,
    `i GETMETADATA "user/${user}" /shared/vendor/cmu/cyrus-imapd/partition`,
    'j NAMESPACE',
  ]),
];
