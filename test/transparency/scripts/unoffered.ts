import { connected, literal, loggedIn, octets, type Script, selected, toProxy } from '../script.js';

const line = (tag: string): RegExp => new RegExp(`^${tag} (OK|NO|BAD)[^\\n]*\\n`, 'm');
const no = (name: string): string => `NO ${name} is not available through this proxy`;

/** Extensions that at most one of the servers has, asked for all the same. */
export const unoffered: readonly Script[] = [
  selected('COMPRESS, in every form, among other commands (RFC 4978)', [
    toProxy('c1 COMPRESS DEFLATE', `c1 ${no('COMPRESS')}`),
    'a NOOP',
    toProxy('c2 compress "DEFLATE"', `c2 ${no('COMPRESS')}`),
    toProxy('c3 COMPRESS', `c3 ${no('COMPRESS')}`),
    toProxy('c4 COMPRESS BOGUS {5', `c4 ${no('COMPRESS')}`),
    'b FETCH 1:2 FLAGS',
    toProxy(`c5 COMPRESS ${literal('b NOOP\r\nDEFLATE', '{n+}')}`, `c5 ${no('COMPRESS')}`),
    'c CAPABILITY',
  ]),
  loggedIn('referrals (RFC 2193), which lead away from the proxy', [
    toProxy('c1 RLIST "" *', `c1 ${no('RLIST')}: it leads to referrals`),
    toProxy('c2 RLSUB "" {5}', `c2 ${no('RLSUB')}: it leads to referrals`),
    toProxy(`c3 RLIST "" ${literal('a NOOP\r\n', '{n+}')}`, `c3 ${no('RLIST')}: it leads to referrals`),
    'a LIST "" %',
  ]),
  connected('mechanisms with a security layer, with and without an initial response', [
    toProxy('a1 AUTHENTICATE DIGEST-MD5', `a1 ${no('DIGEST-MD5')}`),
    toProxy('a2 AUTHENTICATE NTLM TlRMTVNTUAAB', `a2 ${no('NTLM')}`),
    toProxy('a3 AUTHENTICATE GSS-SPNEGO =', `a3 ${no('GSS-SPNEGO')}`),
    toProxy('a4 AUTHENTICATE SCRAM-SHA-256-PLUS', `a4 ${no('SCRAM-SHA-256-PLUS')}`),
    'a NOOP',
  ]),
  selected('LANGUAGE, COMPARATOR and CONVERT (RFC 5255, RFC 5259)', [
    'a LANGUAGE',
    'b LANGUAGE de "en {5}"',
    'c COMPARATOR',
    'd COMPARATOR "cz;*" i;basic',
    'e CONVERSIONS "text/plain" "text/html"',
    'f CONVERT 1 ("text/plain" ("charset" "utf-8")) BINARY[1]',
    'g NOOP',
  ]),
  selected('searches in several mailboxes and filters (RFC 7377, RFC 5466)', [
    'a ESEARCH IN (mailboxes ("INBOX" "Drafts")) RETURN (COUNT) SUBJECT "{5}"',
    'b ESEARCH IN (personal subtree "x") UNSEEN',
    'c SEARCH FILTER on-the-road SUBJECT "x {5}"',
    'd SETMETADATA "" (/private/filters/values/on-the-road "SUBJECT {5}")',
    'e SEARCH FILTER on-the-road',
    'f NOOP',
  ]),
  loggedIn('UTF8=ACCEPT, asked for although nobody offers it (RFC 6855)', [
    'a ENABLE UTF8=ACCEPT',
    'b ENABLE UTF8=ONLY CONDSTORE',
    `c APPEND Drafts UTF8 (${literal('Subject: one line {5}', '~{n+}')})`,
    'd CREATE "\xc3\xa9t\xc3\xa9 {5}"',
    `e CREATE ${literal('\xc3\xa9t\xc3\xa9')}`,
    `f STATUS ${literal('\xc3\xa9t\xc3\xa9', '{n+}')} (MESSAGES)`,
    'g LIST "" "\xc3\xa9%"',
    'h SELECT Drafts (UTF8)',
    'i NOOP',
  ]),
  selected('UNAUTHENTICATE, limits, and progress, where they are not known', [
    'a UNAUTHENTICATE',
    'b STATUS INBOX (APPENDLIMIT)',
    'c FETCH 1 FLAGS',
    'd GETJMAPACCESS',
    'e UIDBATCHES 2000',
    'f FETCH 1:2 (UID) (PARTIAL 1:1)',
    'g UID FETCH 1:* (FLAGS) (PARTIAL -1:-2)',
    'h SEARCH RETURN (COUNT SAVE) ALL',
    'i NOOP',
  ]),
  loggedIn('ENABLE, with what is offered and what is not', [
    'a ENABLE CONDSTORE X-BOGUS QRESYNC',
    'b ENABLE imap4rev2',
    'c enable condstore',
    octets('d ENABLE \r\ne NOOP\r\n', line('e')),
    'f ENABLE "CONDSTORE"',
    'g ENABLE {5',
    toProxy('c1 ENABLE CONDSTORE uidonly', 'c1 BAD UIDONLY is not available through this proxy'),
    'h SELECT INBOX',
  ]),
];
