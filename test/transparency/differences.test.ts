import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openLine } from '../../src/gate/opening.js';
import { SessionState } from '../../src/gate/session-state.js';
import { rewriteCapabilities } from '../../src/imap/capability.js';
import { documented } from './differences.js';
import { ADDED, ANSWERED, type Circumstance, REMOVED } from './document.js';

/** The registries of IANA: IMAP capabilities, and SASL mechanisms; and what servers have beyond them. */
const CAPABILITIES =
  `ACL ANNOTATE-EXPERIMENT-1 APPENDLIMIT BINARY CATENATE CHILDREN COMPRESS=DEFLATE CONDSTORE
  CONTEXT=SEARCH CONTEXT=SORT CONVERT CREATE-SPECIAL-USE ENABLE ESEARCH ESORT FILTERS I18NLEVEL=1 I18NLEVEL=2 ID IDLE
  IMAPSIEVE= INPROGRESS JMAPACCESS LANGUAGE LIST-EXTENDED LIST-METADATA LIST-MYRIGHTS LIST-STATUS LITERAL+ LITERAL-
  LOGIN-REFERRALS LOGINDISABLED MAILBOX-REFERRALS MESSAGELIMIT=1000 METADATA METADATA-SERVER MOVE MULTIAPPEND
  MULTISEARCH NAMESPACE NOTIFY OBJECTID PARTIAL PREVIEW QRESYNC QUOTA QUOTASET QUOTA=RES-STORAGE REPLACE RIGHTS=kxten
  SASL-IR SAVEDATE SAVELIMIT=100 SEARCH=FUZZY SEARCHRES SORT SORT=DISPLAY SPECIAL-USE STARTTLS STATUS=SIZE
  THREAD=ORDEREDSUBJECT THREAD=REFERENCES UIDBATCHES UIDONLY UIDPLUS UNAUTHENTICATE UNSELECT URL-PARTIAL URLAUTH
  URLAUTH=BINARY UTF8=ACCEPT UTF8=ONLY WITHIN XLIST X-GM-EXT-1 IMAP4 IMAP4rev1 IMAP4rev2`.split(/\s+/);
const MECHANISMS =
  `9798-U-RSA-SHA1-ENC ANONYMOUS CRAM-MD5 DIGEST-MD5 EAP-AES128 EAP-AES128-PLUS ECDH-X25519-CHALLENGE
  EXTERNAL GS2-KRB5 GS2-KRB5-PLUS GSS-SPNEGO GSSAPI KERBEROS_V4 KERBEROS_V5 LOGIN NTLM OAUTH10A OAUTHBEARER
  OPENID20 OTP PLAIN SAML20 SCRAM-SHA-1 SCRAM-SHA-1-PLUS SCRAM-SHA-256 SCRAM-SHA-256-PLUS SCRAM-SHA-512 SECURID
  SKEY XOAUTH2`.split(/\s+/);
const EVERYTHING = [...CAPABILITIES, ...MECHANISMS.map((name) => `AUTH=${name}`)].join(' ');

const COMMANDS =
  `APPEND AUTHENTICATE CANCELUPDATE CAPABILITY CHECK CLOSE COMPRESS COPY CREATE DELETE DELETEACL ENABLE
  ESEARCH EXAMINE EXPUNGE FETCH GENURLAUTH GETACL GETMETADATA GETQUOTA GETQUOTAROOT ID IDLE JMAPACCESS LANGUAGE LIST
  LISTRIGHTS LOGIN LOGOUT LSUB MOVE MYRIGHTS NAMESPACE NOOP NOTIFY RENAME REPLACE RESETKEY RLIST RLSUB SEARCH SELECT SEND
  SETACL SETMETADATA SETQUOTA SORT STARTTLS STATUS STORE SUBSCRIBE THREAD UNAUTHENTICATE UNSELECT UNSUBSCRIBE URLFETCH
  XLIST`.split(/\s+/);

const SWITCHES: readonly Circumstance[] = ['startTls', 'loginDisabled', 'replayLogin'];

describe('capability lists differ as docs/transparency.md says, and in nothing else', () => {
  for (let which = 0; which < 2 ** SWITCHES.length; which++) {
    const on = SWITCHES.filter((_, bit) => which & (1 << bit));
    test(on.length === 0 ? 'plain' : on.join(' and '), () => {
      const { line } = rewriteCapabilities(Buffer.from(`* CAPABILITY ${EVERYTHING}\r\n`), {
        offerStartTls: on.includes('startTls'),
        loginDisabled: on.includes('loginDisabled'),
        replayLogin: on.includes('replayLogin'),
      });
      assert.equal(line.toString(), `* CAPABILITY ${documented(EVERYTHING, new Set(['always', ...on]))}\r\n`);
    });
  }

  test('each row of the page is tried', () => {
    for (const { name } of REMOVED) {
      const row = new RegExp(`(^| )${name.replace('…', '[^ ]*')}( |$)`);
      assert.match(EVERYTHING, row);
    }
    assert.deepEqual(
      ADDED.map(({ name, when }) => `${name} ${when}`),
      ['STARTTLS startTls', 'LOGINDISABLED loginDisabled', 'SEND always'],
    );
  });
});

describe('the proxy answers the commands that docs/transparency.md says, and no others', () => {
  const answers = (line: string, allowCleartextLogin = true): boolean => {
    const session = new SessionState({ startTls: false, allowCleartextLogin, replayLogin: true }, false);
    return openLine(Buffer.from(`a ${line}\r\n`), 0, session).kind === 'local';
  };
  const namesWhere = (conditional: boolean): string[] =>
    ANSWERED.filter(({ condition }) => (condition !== '') === conditional).flatMap(({ names }) => names);

  test('always', () => {
    const names = [...COMMANDS, ...COMMANDS.map((name) => `UID ${name}`)];
    assert.deepEqual(
      names.filter((name) => answers(`${name} PLAIN`)).toSorted(),
      namesWhere(false).toSorted(),
    );
  });

  test('depending on their arguments, or on TLS', () => {
    assert.deepEqual(namesWhere(true), ['LOGIN', 'AUTHENTICATE', 'ENABLE']);
    assert.ok(answers('LOGIN anna secret', false));
    assert.ok(answers('AUTHENTICATE GSSAPI') && answers('AUTHENTICATE PLAIN', false));
    assert.ok(answers('ENABLE CONDSTORE UIDONLY') && !answers('ENABLE CONDSTORE'));
  });
});
