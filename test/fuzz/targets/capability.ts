import assert from 'node:assert/strict';
import { type CapabilityPolicy, rewriteCapabilities } from '../../../src/imap/capability.js';
import { readResponseHead } from '../../../src/imap/response.js';
import { hashOf } from '../cuts.js';
import type { Target } from '../target.js';

const GONE =
  /^(?:STARTTLS|LOGINDISABLED|COMPRESS=DEFLATE|UIDONLY|LOGIN-REFERRALS|MAILBOX-REFERRALS|AUTH=(?:.*-PLUS|GSSAPI|GSS-SPNEGO|NTLM|DIGEST-MD5|KERBEROS_V4))$/is;
const NOT_REPLAYABLE = /^AUTH=(?:SCRAM-.*|CRAM-MD5|EXTERNAL|ANONYMOUS)$/is;
const SHOWS_SECRET = /^AUTH=(?:PLAIN|LOGIN|XOAUTH2|OAUTHBEARER)$/i;

/** Before, the list, and behind it; no list is one without tokens. */
function parts(line: string): [before: string, tokens: string[], behind: string] {
  const [, before = '', list = '', behind = ''] =
    /^(\* CAPABILITY)(.*?)(\r?\n)$/is.exec(line) ??
    /^([^ ]* [^ ]* \[CAPABILITY)([^\]]*)(\].*)$/is.exec(line) ??
    [];
  return before === '' ? [line, [], ''] : [before, list.split(/ +/).filter(Boolean), behind];
}

/** What the documents say becomes of a list. */
function expected(tokens: readonly string[], policy: CapabilityPolicy): string[] {
  const kept = tokens.filter(
    (token) =>
      !GONE.test(token) &&
      !(policy.replayLogin && NOT_REPLAYABLE.test(token)) &&
      !(policy.loginDisabled && SHOWS_SECRET.test(token)),
  );
  return [
    ...kept,
    ...(policy.offerStartTls ? ['STARTTLS'] : []),
    ...(policy.loginDisabled ? ['LOGINDISABLED'] : []),
    ...(tokens.some((token) => token.toUpperCase() === 'SEND') ? [] : ['SEND']),
  ];
}

export const capability: Target = {
  name: 'capability',
  seeds: [
    '* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN AUTH=GSSAPI X-UNKNOWN\r\n',
    '* OK [CAPABILITY IMAP4rev1 LITERAL+ LOGINDISABLED] Dovecot ready.\r\n',
    'a1 OK [capability IMAP4rev1 IDLE SEND COMPRESS=DEFLATE] Logged in\r\n',
    '* PREAUTH [CAPABILITY] x\r\n',
    '* OK [CAPABILITY IMAP4rev1 no end\r\n',
    '[CAPABILITY OK [CAPABILITY AUTH=SCRAM-SHA-1-PLUS AUTH=SCRAM-SHA-1] x]\r\n',
  ],
  dictionary: [
    ...[
      ' ',
      '  ',
      '\r\n',
      '\n',
      '\r',
      ']',
      '[',
      ' SEND',
      ' send',
      ' SENDX',
      ' STARTTLS',
      ' LOGINDISABLED',
      ' UIDONLY',
    ],
    ...[
      ' COMPRESS=DEFLATE',
      ' AUTH=',
      ' AUTH=PLAIN',
      ' AUTH=NTLM',
      ' AUTH=CRAM-MD5',
      '-PLUS',
      ' LOGIN-REFERRALS',
    ],
    ...['[CAPABILITY', '* CAPABILITY', ' IMAP4rev2', '\xe4', '\0'],
  ],
  check(input) {
    const [content = ''] = input.toString('latin1').replaceAll('\r', '').split('\n');
    const line = Buffer.from(`${content}\r\n`, 'latin1');
    const head = readResponseHead(line, 0);
    if (head.kind !== 'capability' && !(head.kind === 'status' && head.capability)) return;
    const bits = hashOf(input);
    const policy = {
      offerStartTls: (bits & 1) !== 0,
      loginDisabled: (bits & 2) !== 0,
      replayLogin: (bits & 4) !== 0,
    };
    const once = rewriteCapabilities(line, policy);
    const [before, tokens, behind] = parts(line.toString('latin1'));
    const changed = parts(once.line.toString('latin1'));
    if (behind === '') {
      assert.equal(
        once.line.toString('latin1'),
        line.toString('latin1'),
        'a line without a list stays as it is',
      );
      return;
    }
    assert.deepEqual(changed, [before, expected(tokens, policy), behind]);
    assert.equal(
      once.nativeSend,
      tokens.some((token) => token.toUpperCase() === 'SEND'),
    );
    // Twice is as good as once, but that a SEND that was there keeps its place.
    const [, again] = parts(rewriteCapabilities(once.line, policy).line.toString('latin1'));
    assert.deepEqual([...again].sort(), [...changed[1]].sort());
  },
};
