import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  type CapabilityPolicy,
  mechanismRefusal,
  removalReason,
  rewriteCapabilities,
} from '../../src/imap/capability.js';

const plain: CapabilityPolicy = { offerStartTls: false, loginDisabled: false, replayLogin: false };
const replay: CapabilityPolicy = { ...plain, replayLogin: true };
const clear: CapabilityPolicy = { ...plain, offerStartTls: true, loginDisabled: true };

function rewrite(line: string, policy = plain): string {
  return rewriteCapabilities(Buffer.from(line, 'latin1'), policy).line.toString('latin1');
}
const rewriteList = (tokens: string, policy = plain): string =>
  rewrite(`* CAPABILITY ${tokens}\r\n`, policy).slice('* CAPABILITY '.length, -2);

/** What cannot work through the proxy, each with the policy under which it is taken out. */
const removed: readonly (readonly [token: string, policy: CapabilityPolicy])[] = [
  ['STARTTLS', plain],
  ['LOGINDISABLED', plain],
  ['COMPRESS=DEFLATE', plain],
  ['UIDONLY', plain],
  ['LOGIN-REFERRALS', plain],
  ['MAILBOX-REFERRALS', plain],
  ['AUTH=GSSAPI', plain],
  ['AUTH=GSS-SPNEGO', plain],
  ['AUTH=NTLM', plain],
  ['AUTH=DIGEST-MD5', plain],
  ['AUTH=KERBEROS_V4', plain],
  ['AUTH=SCRAM-SHA-1-PLUS', plain],
  ['AUTH=SCRAM-SHA-256-PLUS', plain],
  ['AUTH=SCRAM-SHA-256', replay],
  ['AUTH=CRAM-MD5', replay],
  ['AUTH=EXTERNAL', replay],
  ['AUTH=ANONYMOUS', replay],
  ['AUTH=PLAIN', { ...plain, loginDisabled: true }],
  ['AUTH=LOGIN', { ...plain, loginDisabled: true }],
  ['AUTH=XOAUTH2', { ...plain, loginDisabled: true }],
  ['AUTH=OAUTHBEARER', { ...plain, loginDisabled: true }],
];

const kept: readonly (readonly [token: string, policy: CapabilityPolicy])[] = [
  ['IMAP4rev2', clear],
  ['SASL-IR', clear],
  ['LITERAL+', clear],
  ['COMPRESS', plain],
  ['STARTTLSX', plain],
  ['AUTH=PLAIN', replay],
  ['AUTH=LOGIN', replay],
  ['AUTH=XOAUTH2', replay],
  ['AUTH=OAUTHBEARER', replay],
  ['AUTH=SCRAM-SHA-256', plain],
  ['AUTH=CRAM-MD5', plain],
  ['AUTH=EXTERNAL', plain],
  ['AUTH=ANONYMOUS', plain],
  ['AUTH=SCRAM-SHA-256', { ...plain, loginDisabled: true }],
  ['X-\xff\x01=?', plain],
];

test('there is a reason for all that is taken out, and for nothing else', () => {
  const reasons = removed.map(([token, policy]) => removalReason(token, policy) ?? '');
  for (const reason of reasons) assert.match(reason, /^(it|the|SEND) [A-Za-z ]+$/);
  assert.equal(new Set(reasons).size, 7);
  for (const [token, policy] of kept)
    assert.equal(removalReason(token.toUpperCase(), policy), undefined, token);
});

suite('a capability list', () => {
  for (const [token, policy] of removed) {
    test(`${token} is taken out`, () => {
      const own = policy.loginDisabled ? 'LOGINDISABLED SEND' : 'SEND';
      assert.equal(rewriteList(`IMAP4rev1 ${token} ID`, policy), `IMAP4rev1 ID ${own}`);
      assert.equal(rewriteList(`${token.toLowerCase()} ID`, policy), `ID ${own}`);
      assert.equal(rewriteList(`ID ${token}`, policy), `ID ${own}`);
    });
  }
  for (const [token, policy] of kept) {
    test(`${token} stays, in its place and as it is`, () => {
      assert.ok(rewriteList(`A ${token} b`, policy).startsWith(`A ${token} b `));
    });
  }

  test('the proxy adds its own, SEND last', () => {
    assert.equal(rewriteList('IMAP4rev1 STARTTLS', clear), 'IMAP4rev1 STARTTLS LOGINDISABLED SEND');
    assert.equal(rewriteList('IMAP4rev1 LOGINDISABLED', clear), 'IMAP4rev1 STARTTLS LOGINDISABLED SEND');
    assert.equal(rewriteList('IMAP4rev1 AUTH=PLAIN'), 'IMAP4rev1 AUTH=PLAIN SEND');
  });

  test('a server with a SEND of its own keeps it where it is', () => {
    const line = Buffer.from('* CAPABILITY IMAP4rev1 send STARTTLS ID\r\n');
    const { line: changed, nativeSend } = rewriteCapabilities(line, plain);
    assert.equal(nativeSend, true);
    assert.equal(changed.toString(), '* CAPABILITY IMAP4rev1 send ID\r\n');
  });

  test('what only begins or ends like SEND is not SEND', () => {
    assert.equal(rewriteList('IMAP4rev1 SENDX XSEND SEND=1'), 'IMAP4rev1 SENDX XSEND SEND=1 SEND');
  });

  const lines: readonly (readonly [line: string, changed: string])[] = [
    ['* CAPABILITY IMAP4rev1\r\n', '* CAPABILITY IMAP4rev1 SEND\r\n'],
    ['* capability IMAP4rev1\n', '* capability IMAP4rev1 SEND\n'],
    ['* CAPABILITY  A   B  \r\n', '* CAPABILITY  A   B SEND  \r\n'],
    ['* CAPABILITY\r\n', '* CAPABILITY SEND\r\n'],
    ['* OK [CAPABILITY A B] hi ] x\r\n', '* OK [CAPABILITY A B SEND] hi ] x\r\n'],
    ['* OK [CAPABILITY A ] hi\r\n', '* OK [CAPABILITY A SEND ] hi\r\n'],
    ['* OK [CAPABILITY]\r\n', '* OK [CAPABILITY SEND]\r\n'],
    ['* PREAUTH [capability A] hi\r\n', '* PREAUTH [capability A SEND] hi\r\n'],
    ['a1 OK [CAPABILITY A] in\r\n', 'a1 OK [CAPABILITY A SEND] in\r\n'],
    ['a1 NO [CAPABILITY A] out\r\n', 'a1 NO [CAPABILITY A SEND] out\r\n'],
    ['CAPABILITY]x OK [CAPABILITY A] in\r\n', 'CAPABILITY]x OK [CAPABILITY A SEND] in\r\n'],
    ['[CAPABILITY OK [CAPABILITY A] in\r\n', '[CAPABILITY OK [CAPABILITY A SEND] in\r\n'],
    ['* OK [CAPABILITY A hi\r\n', '* OK [CAPABILITY A hi\r\n'],
  ];
  for (const [line, changed] of lines) {
    test(`${JSON.stringify(line)} in its place`, () => assert.equal(rewrite(line), changed));
  }
});

test('why a mechanism cannot be used', () => {
  assert.equal(mechanismRefusal('SCRAM-SHA-256-PLUS', replay), 'channel-binding');
  assert.equal(mechanismRefusal('GSSAPI', plain), 'security-layer');
  assert.equal(mechanismRefusal('SCRAM-SHA-256', replay), 'not-replayable');
  assert.equal(mechanismRefusal('PLAIN', clear), 'cleartext');
  assert.equal(mechanismRefusal('PLAIN', replay), undefined);
  assert.equal(mechanismRefusal('X-NEW', { ...clear, replayLogin: true }), undefined);
});

test('the same line is changed by the policy that counts now, and so is another one in the same memory', () => {
  const chunk = Buffer.from('* CAPABILITY IMAP4rev1 AUTH=CRAM-MD5\r\n');
  const read = (policy: CapabilityPolicy) => rewriteCapabilities(chunk, policy).line.toString();
  assert.equal(read(plain), '* CAPABILITY IMAP4rev1 AUTH=CRAM-MD5 SEND\r\n');
  assert.equal(read(replay), '* CAPABILITY IMAP4rev1 SEND\r\n');
  assert.equal(
    read({ ...plain, offerStartTls: true }),
    '* CAPABILITY IMAP4rev1 AUTH=CRAM-MD5 STARTTLS SEND\r\n',
  );
  assert.equal(
    read({ ...plain, loginDisabled: true }),
    '* CAPABILITY IMAP4rev1 AUTH=CRAM-MD5 LOGINDISABLED SEND\r\n',
  );
  assert.equal(read(plain), '* CAPABILITY IMAP4rev1 AUTH=CRAM-MD5 SEND\r\n');
  chunk.write('OTHER', chunk.indexOf('rev1 '), 'latin1');
  assert.match(read(plain), /OTHER/);
});
