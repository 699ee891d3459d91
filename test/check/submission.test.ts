import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type SubmissionFacts,
  type SubmissionWanted,
  submissionFindings,
} from '../../src/check/submission.js';
import { complaints, leg, NOW, shown, submission, wantedOfSubmission as wanted } from './facts.js';

const { url } = wanted;
const { extensions, mechanisms } = submission;
const none = { password: undefined, token: undefined, acting: undefined };

test('a submission server with which all is well', () => {
  const login = { kind: 'accepted', user: 'anna', method: 'AUTH PLAIN' } as const;
  assert.deepEqual(submissionFindings({ ...submission, login }, wanted, NOW).map(shown), [
    `+ submission: ${url} answers EHLO`,
    '+ submission-tls: TLS 1.3, certificate verified, until 2027-01-22 (60 days)',
    '+ submission-extensions: SIZE 200, 8BITMIME, SMTPUTF8, PIPELINING, DSN',
    '+ submission-auth: AUTH PLAIN LOGIN offered; --submission-auth user uses PLAIN',
    '+ submission-login: anna logs in (AUTH PLAIN)',
  ]);
});

describe('what is wrong with the submission server', () => {
  type Row = readonly [string, SubmissionFacts, Partial<SubmissionWanted>, complaints: readonly string[]];
  const offering = 'let the submission server, and filters in front of it, offer what it can';
  const table: readonly Row[] = [
    [
      'down',
      { kind: 'unreachable', tls: false, cause: '421 4.4.1 (ECONNREFUSED)' },
      {},
      [
        `- submission: ${url}: 421 4.4.1 (ECONNREFUSED) → is the server running there, and does it take connections from here? Else correct --submission`,
      ],
    ],
    [
      'TLS fails',
      { kind: 'unreachable', tls: true, cause: '421 4.7.5' },
      {},
      [
        `- submission-tls: ${url}: 421 4.7.5 → let the server offer TLS 1.2 or later there; is the scheme of --submission right (smtp:// or smtps://), and the port?`,
      ],
    ],
    [
      'SIZE too small',
      { ...submission, extensions: { ...extensions, size: { max: 99 } } },
      {},
      [
        '- submission-extensions: SIZE 99, 8BITMIME, SMTPUTF8, PIPELINING, DSN; takes at most 99 octets, and --max-message-size is 100 → raise its limit (message_size_limit of Postfix), or lower --max-message-size: clients are told before they wait',
      ],
    ],
    ['SIZE without a limit', { ...submission, extensions: { ...extensions, size: {} } }, {}, []],
    [
      'a server of 1982',
      {
        ...submission,
        extensions: {
          pipelining: false,
          eightBitMime: false,
          smtpUtf8: false,
          dsn: false,
          auth: ['PLAIN'],
          limits: {},
        },
      },
      {},
      [
        `? submission-extensions: none; no 8BITMIME: messages with 8-bit content go out undeclared; no SMTPUTF8: addresses with a local part that is not ASCII are refused; no PIPELINING: each message takes more round trips → ${offering}`,
      ],
    ],
    [
      'no AUTH',
      { ...submission, extensions: { ...extensions, auth: [] }, mechanisms: none },
      {},
      [
        '- submission-auth: no AUTH offered: none that --submission-auth user can use → let the submission server offer AUTH PLAIN or LOGIN there (to loopback, or under TLS), or set --submission-auth none',
      ],
    ],
    [
      'no AUTH, and none needed',
      { ...submission, extensions: { ...extensions, auth: [] }, mechanisms: none },
      { auth: 'none' },
      [],
    ],
    [
      'LOGIN cannot act for others',
      {
        ...submission,
        extensions: { ...extensions, auth: ['LOGIN'] },
        mechanisms: { ...none, password: 'LOGIN' },
      },
      { auth: 'impersonate' },
      [
        '- submission-auth: AUTH LOGIN offered: none that --submission-auth impersonate can use → let the submission server offer AUTH PLAIN there (to loopback, or under TLS), or set --submission-auth none',
      ],
    ],
    [
      'a token is no password',
      { ...submission, mechanisms: { ...none, token: 'XOAUTH2' } },
      { auth: 'service' },
      [
        '- submission-auth: AUTH PLAIN LOGIN offered: none that --submission-auth service can use → let the submission server offer AUTH PLAIN or LOGIN there (to loopback, or under TLS), or set --submission-auth none',
      ],
    ],
    [
      'upstream takes tokens, and it does not',
      submission,
      { upstreamTokens: true },
      [
        '? submission-auth: AUTH PLAIN LOGIN offered; --submission-auth user uses PLAIN; clients that log in with a token cannot send → let the submission server offer XOAUTH2 or OAUTHBEARER as well',
      ],
    ],
    [
      'both take tokens',
      { ...submission, mechanisms: { ...mechanisms, token: 'XOAUTH2' } },
      { upstreamTokens: true },
      [],
    ],
    [
      'STARTTLS is not offered',
      { ...submission, tls: undefined, confidential: false },
      { leg: leg('submission', { tls: 'starttls-try' }) },
      [
        '? submission-tls: none: passwords and mail cross the network to mail.example.org in clear → let the server offer STARTTLS, and set --submission-starttls require',
        '- submission-auth: without TLS no login is sent → let the server offer STARTTLS, or use smtps://',
      ],
    ],
    [
      'in clear on loopback',
      { ...submission, tls: undefined },
      { leg: leg('submission', { tls: 'none', loopback: true }) },
      [],
    ],
    [
      'a login refused',
      { ...submission, login: { kind: 'refused', user: 'smtp', text: '535 5.7.8 no' } },
      { auth: 'service' },
      [
        '- submission-login: smtp cannot log in: 535 5.7.8 no → are --submission-user and its password right? With impersonate, may that login act for others?',
      ],
    ],
  ];
  for (const [name, facts, changed, expected] of table) {
    test(name, () => {
      assert.deepEqual(complaints(submissionFindings(facts, { ...wanted, ...changed }, NOW)), expected);
    });
  }
});
