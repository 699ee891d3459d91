import type { CertificateFacts, Leg } from '../../src/check/certificate.js';
import type { Finding } from '../../src/check/finding.js';
import type { SubmissionFacts, SubmissionWanted } from '../../src/check/submission.js';
import type { UpstreamFacts, UpstreamWanted } from '../../src/check/upstream.js';

/** Servers with which all is well; tests change what they are about. */

export const DAY = 24 * 3600_000;
export const NOW = Date.UTC(2026, 10, 23);

export const certificate: CertificateFacts = {
  names: 'DNS:mail.example.org',
  issuer: 'CN=Example authority',
  validFrom: NOW - 30 * DAY,
  validTo: NOW + 60 * DAY,
  forHost: true,
};

const tls = { version: 'TLSv1.3', verified: true, certificate };

export const leg = (name: Leg['name'], changed: Partial<Leg> = {}): Leg => ({
  name,
  host: 'mail.example.org',
  tls: 'implicit',
  loopback: false,
  ...changed,
});

export const upstream: Extract<UpstreamFacts, { kind: 'greeted' }> = {
  kind: 'greeted',
  greeting: '* OK [CAPABILITY IMAP4rev1] Dovecot ready.',
  status: 'OK',
  tls,
  capabilities: ['IMAP4REV1', 'AUTH=PLAIN'],
  login: undefined,
  later: [],
};

export const wantedOfUpstream: UpstreamWanted = {
  leg: leg('upstream'),
  url: 'imaps://mail.example.org:993',
  auth: 'user',
  proxyProtocol: false,
};

export const submission: Extract<SubmissionFacts, { kind: 'answered' }> = {
  kind: 'answered',
  tls,
  confidential: true,
  extensions: {
    pipelining: true,
    eightBitMime: true,
    smtpUtf8: true,
    dsn: true,
    size: { max: 200 },
    auth: ['PLAIN', 'LOGIN'],
    limits: {},
  },
  mechanisms: { password: 'PLAIN', token: undefined, acting: 'PLAIN' },
  login: undefined,
};

export const wantedOfSubmission: SubmissionWanted = {
  leg: leg('submission'),
  url: 'smtps://mail.example.org:465',
  auth: 'user',
  maxMessageSize: 100,
  upstreamTokens: false,
};

const MARKS = { ok: '+', warning: '?', failed: '-' } as const;

/** `- spool: what was found → what to do` */
export const shown = ({ check, status, text, advice }: Finding): string =>
  `${MARKS[status]} ${check}: ${text}${advice === undefined ? '' : ` → ${advice}`}`;

/** All that is not well. */
export const complaints = (findings: readonly Finding[]): string[] =>
  findings.filter(({ status }) => status !== 'ok').map(shown);
