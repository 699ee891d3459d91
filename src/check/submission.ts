import type { SmtpExtensions } from '../send/smtp/extensions.js';
import { type Leg, type TlsFacts, tlsFailure, tlsFinding } from './certificate.js';
import { type Concern, type Finding, failed, ok, warning, withConcerns } from './finding.js';
import { type LoginFacts, loginFinding, type Unreachable } from './login.js';

export type SubmissionFacts =
  | Unreachable
  | {
      readonly kind: 'answered';
      readonly tls: TlsFacts | undefined;
      /** Nobody can read along. */
      readonly confidential: boolean;
      readonly extensions: SmtpExtensions;
      readonly mechanisms: UsableMechanisms;
      readonly login: LoginFacts | undefined;
    };

/** The mechanism that the proxy would use, of those that are offered. */
export interface UsableMechanisms {
  readonly password: string | undefined;
  readonly token: string | undefined;
  /** A password, acting for somebody else. */
  readonly acting: string | undefined;
}

export interface SubmissionWanted {
  readonly leg: Leg;
  readonly url: string;
  readonly auth: 'user' | 'service' | 'impersonate' | 'none';
  /** Octets. */
  readonly maxMessageSize: number;
  /** Upstream lets clients log in with a token. */
  readonly upstreamTokens: boolean;
}

/** What can be said about the submission server, one thing after the other, as far as it came. */
export function submissionFindings(facts: SubmissionFacts, wanted: SubmissionWanted, now: number): Finding[] {
  const { leg, url, auth, maxMessageSize } = wanted;
  if (facts.kind === 'unreachable') {
    if (facts.tls) return [tlsFailure(leg, `${url}: ${facts.cause}`, facts.shown, now)];
    const advice =
      'is the server running there, and does it take connections from here? Else correct --submission';
    return [failed('submission', `${url}: ${facts.cause}`, advice)];
  }
  const { tls, extensions, login } = facts;
  return [
    ok('submission', `${url} answers EHLO`),
    tlsFinding(leg, tls, now),
    extensionFinding(extensions, maxMessageSize),
    authFinding(facts, wanted),
    ...(login ? [loginFinding('submission-login', login, loginAdvice(auth))] : []),
  ];
}

function loginAdvice(auth: SubmissionWanted['auth']): string {
  return auth === 'user'
    ? 'with --submission-auth user, the submission server has to accept the logins of upstream: let it ask the same source'
    : 'are --submission-user and its password right? With impersonate, may that login act for others?';
}

const MISSED = {
  eightBitMime: ['8BITMIME', 'messages with 8-bit content go out undeclared'],
  smtpUtf8: ['SMTPUTF8', 'addresses with a local part that is not ASCII are refused'],
  pipelining: ['PIPELINING', 'each message takes more round trips'],
} as const;

function extensionFinding(extensions: SmtpExtensions, maxMessageSize: number): Finding {
  const { size, pipelining, eightBitMime, smtpUtf8, dsn } = extensions;
  const concerns: Concern[] = [];
  const max = size?.max;
  if (max !== undefined && max < maxMessageSize) {
    concerns.push({
      status: 'failed',
      text: `takes at most ${max} octets, and --max-message-size is ${maxMessageSize}`,
      advice:
        'raise its limit (message_size_limit of Postfix), or lower --max-message-size: clients are told before they wait',
    });
  }
  for (const key of ['eightBitMime', 'smtpUtf8', 'pipelining'] as const) {
    if (extensions[key]) continue;
    const [name, consequence] = MISSED[key];
    const advice = 'let the submission server, and filters in front of it, offer what it can';
    concerns.push({ status: 'warning', text: `no ${name}: ${consequence}`, advice });
  }
  const offered = [
    size && (max === undefined ? 'SIZE' : `SIZE ${max}`),
    eightBitMime && '8BITMIME',
    smtpUtf8 && 'SMTPUTF8',
    pipelining && 'PIPELINING',
    dsn && 'DSN',
  ].filter(Boolean);
  return withConcerns('submission-extensions', offered.join(', ') || 'none', concerns);
}

function authFinding(
  facts: Extract<SubmissionFacts, { kind: 'answered' }>,
  { auth, leg, upstreamTokens }: SubmissionWanted,
): Finding {
  const check = 'submission-auth';
  const { extensions, mechanisms, confidential } = facts;
  const offered = extensions.auth.length === 0 ? 'no AUTH' : `AUTH ${extensions.auth.join(' ')}`;
  if (auth === 'none') return ok(check, `${offered} offered, none used (--submission-auth none)`);
  if (!confidential && leg.tls !== 'none') {
    return failed(check, 'without TLS no login is sent', 'let the server offer STARTTLS, or use smtps://');
  }
  const usable =
    auth === 'impersonate'
      ? [mechanisms.acting]
      : auth === 'service'
        ? [mechanisms.password]
        : [mechanisms.password, mechanisms.token];
  const used = usable.filter((mechanism) => mechanism !== undefined);
  if (used.length === 0) {
    const needed = auth === 'impersonate' ? 'PLAIN' : 'PLAIN or LOGIN';
    const advice = `let the submission server offer AUTH ${needed} there (to loopback, or under TLS), or set --submission-auth none`;
    return failed(check, `${offered} offered: none that --submission-auth ${auth} can use`, advice);
  }
  const text = `${offered} offered; --submission-auth ${auth} uses ${used.join(', ')}`;
  if (auth === 'user' && upstreamTokens && mechanisms.token === undefined) {
    const advice = 'let the submission server offer XOAUTH2 or OAUTHBEARER as well';
    return warning(check, `${text}; clients that log in with a token cannot send`, advice);
  }
  return ok(check, text);
}
