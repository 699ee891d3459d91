import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type UpstreamFacts, type UpstreamWanted, upstreamFindings } from '../../src/check/upstream.js';
import {
  certificate,
  complaints,
  DAY,
  leg,
  NOW,
  shown,
  upstream,
  wantedOfUpstream as wanted,
} from './facts.js';

const url = wanted.url;
const tls = { version: 'TLSv1.3', verified: true, certificate };
const clear = { tls: undefined, capabilities: ['IMAP4REV1', 'LOGINDISABLED', 'STARTTLS'] };

test('an upstream with which all is well', () => {
  assert.deepEqual(upstreamFindings(upstream, wanted, NOW).map(shown), [
    `+ upstream: ${url} greets: Dovecot ready.`,
    '+ upstream-tls: TLS 1.3, certificate verified, until 2027-01-22 (60 days)',
    '+ upstream-capabilities: 2 known, none removed; added: SEND',
    '+ upstream-auth: clients can log in by PLAIN, the command LOGIN, which suits --submission-auth user',
  ]);
});

test('what clients are not offered, before or after login, and why', () => {
  const facts: UpstreamFacts = {
    ...upstream,
    capabilities: ['AUTH=PLAIN', 'AUTH=SCRAM-SHA-256', 'AUTH=GSSAPI', 'STARTTLS'],
    later: ['AUTH=PLAIN', 'COMPRESS=DEFLATE', 'UIDONLY'],
    login: { kind: 'accepted', user: 'anna', method: 'LOGIN' },
  };
  const [, , found, methods, login] = upstreamFindings(facts, wanted, NOW).map(shown);
  assert.equal(
    found,
    '+ upstream-capabilities: 6 known; removed: ' +
      'AUTH=SCRAM-SHA-256 (it shows no secret that could be shown to the submission server); ' +
      'AUTH=GSSAPI, COMPRESS=DEFLATE (the stream could not be read any more); ' +
      'STARTTLS (the proxy decides it for its own side); UIDONLY (SEND reports sequence numbers); added: SEND',
  );
  assert.match(methods ?? '', /^\+ upstream-auth: clients can log in by PLAIN, the command LOGIN,/);
  assert.equal(login, '+ upstream-login: anna logs in (LOGIN)');
});

test('with --submission-auth service, SCRAM stays', () => {
  const facts = { ...upstream, capabilities: ['AUTH=SCRAM-SHA-256', 'LOGINDISABLED'] };
  const found = upstreamFindings(facts, { ...wanted, auth: 'service' }, NOW);
  assert.deepEqual(complaints(found), []);
});

describe('what is wrong with upstream', () => {
  type Row = readonly [string, UpstreamFacts, Partial<UpstreamWanted>, complaints: readonly string[]];
  const lost = (cause: string, more: object = {}): UpstreamFacts => ({
    kind: 'unreachable',
    tls: false,
    cause,
    ...more,
  });
  const table: readonly Row[] = [
    [
      'down',
      lost('connect ECONNREFUSED'),
      {},
      [`- upstream: ${url}: connect ECONNREFUSED → is the server running there? Else correct --upstream`],
    ],
    [
      'hangs up before STARTTLS',
      lost('upstream closed the connection', { connected: true }),
      {},
      [
        `- upstream: ${url}: upstream closed the connection → does the server expect TLS (imaps://), or a PROXY header (--upstream-proxy-protocol)?`,
      ],
    ],
    [
      'unknown authority',
      lost('unable to verify', { tls: true, shown: certificate }),
      {},
      [
        `- upstream-tls: ${url}: unable to verify → name the authority that signed it (CN=Example authority) with --upstream-ca`,
      ],
    ],
    [
      'expired certificate, of another name as well',
      lost('expired', { tls: true, shown: { ...certificate, validTo: NOW - DAY, forHost: false } }),
      {},
      [`- upstream-tls: ${url}: expired → renew the certificate of the server: it ended on 2026-11-22`],
    ],
    [
      'certificate of tomorrow',
      lost('not yet', { tls: true, shown: { ...certificate, validFrom: NOW + DAY } }),
      {},
      [
        `- upstream-tls: ${url}: not yet → the certificate is valid from 2026-11-24: is the clock of this machine right?`,
      ],
    ],
    [
      'certificate of another name',
      lost('no match', { tls: true, shown: { ...certificate, forHost: false } }),
      {},
      [
        `- upstream-tls: ${url}: no match → connect by a name that the certificate has (DNS:mail.example.org), not mail.example.org: --upstream`,
      ],
    ],
    [
      'no TLS at all',
      lost('wrong version number', { tls: true }),
      {},
      [
        `- upstream-tls: ${url}: wrong version number → let the server offer TLS 1.2 or later there; is the scheme of --upstream right (imap:// or imaps://), and the port?`,
      ],
    ],
    [
      'another protocol',
      { ...upstream, greeting: '220 smtp', status: undefined },
      {},
      [`- upstream: ${url}: 220 smtp → this is no IMAP server: correct --upstream`],
    ],
    [
      'BYE',
      { ...upstream, greeting: '* BYE full', status: 'BYE' },
      {},
      [`- upstream: ${url}: * BYE full → its words say why, and its log more`],
    ],
    [
      'silence after a PROXY header',
      { ...upstream, greeting: '', status: undefined },
      { proxyProtocol: true },
      [
        `- upstream: ${url}: no greeting → does the server expect a PROXY header, and from this address? Else leave out --upstream-proxy-protocol`,
      ],
    ],
    [
      'about to expire',
      { ...upstream, tls: { ...tls, certificate: { ...certificate, validTo: NOW + 3 * DAY } } },
      {},
      [
        '? upstream-tls: TLS 1.3, certificate verified, until 2026-11-26 (3 days) → renew the certificate of the server',
      ],
    ],
    [
      'not verified',
      { ...upstream, tls: { ...tls, verified: false } },
      {},
      [
        '? upstream-tls: TLS 1.3, certificate not verified (--upstream-insecure) → name the authority of its certificate with --upstream-ca in place of --upstream-insecure',
      ],
    ],
    [
      'in clear across the network, where it takes no passwords',
      { ...upstream, ...clear },
      { leg: leg('upstream', { tls: 'none' }) },
      [
        '? upstream-tls: none: passwords and mail cross the network to mail.example.org in clear → use TLS, unless the network in between is yours: --upstream-starttls require, or TLS from the start',
        '- upstream-auth: no way to log in that suits --submission-auth user → use --upstream-starttls require, or allow passwords without TLS there (LOGINDISABLED)',
      ],
    ],
    [
      'nothing that can be replayed',
      { ...upstream, capabilities: ['AUTH=SCRAM-SHA-256', 'LOGINDISABLED'] },
      {},
      [
        '- upstream-auth: no way to log in that suits --submission-auth user → let upstream offer AUTH=PLAIN, or set --submission-auth to service, impersonate or none',
      ],
    ],
    [
      'a login refused',
      { ...upstream, login: { kind: 'refused', user: 'anna', text: '[AUTHENTICATIONFAILED] no' } },
      {},
      [
        '- upstream-login: anna cannot log in: [AUTHENTICATIONFAILED] no → are --user and the password those of a mailbox? See the log of upstream',
      ],
    ],
    [
      'SEND of its own',
      { ...upstream, capabilities: ['AUTH=PLAIN', 'SEND'] },
      {},
      [
        '? upstream-capabilities: 2 known, none removed; SEND is its own, and stays → clients get the SEND of upstream: the proxy is not needed for it',
      ],
    ],
    [
      'PREAUTH',
      { ...upstream, status: 'PREAUTH' },
      {},
      [
        `? upstream: ${url} greets: Dovecot ready. (PREAUTH) → everybody who connects is logged in already: let upstream ask`,
      ],
    ],
  ];
  for (const [name, facts, changed, expected] of table) {
    test(name, () => {
      assert.deepEqual(complaints(upstreamFindings(facts, { ...wanted, ...changed }, NOW)), expected);
    });
  }
});
