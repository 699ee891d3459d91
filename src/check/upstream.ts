import { type CapabilityPolicy, mechanismRefusal, removalReason } from '../imap/capability.js';
import { type Leg, type TlsFacts, tlsFailure, tlsFinding } from './certificate.js';
import { type Finding, failed, ok, warning } from './finding.js';
import { type LoginFacts, loginFinding, type Unreachable } from './login.js';

export type UpstreamFacts =
  | Unreachable
  | {
      readonly kind: 'greeted';
      /** The first line, without its end. */
      readonly greeting: string;
      readonly status: string | undefined;
      readonly tls: TlsFacts | undefined;
      /** In upper case. */
      readonly capabilities: readonly string[];
      readonly login: LoginFacts | undefined;
      /** Those of somebody who is logged in. */
      readonly later: readonly string[];
    };

export interface UpstreamWanted {
  readonly leg: Leg;
  readonly url: string;
  readonly auth: 'user' | 'service' | 'impersonate' | 'none';
  readonly proxyProtocol: boolean;
}

/** What can be said about upstream, one thing after the other, as far as it came. */
export function upstreamFindings(facts: UpstreamFacts, wanted: UpstreamWanted, now: number): Finding[] {
  const { leg, url, auth, proxyProtocol } = wanted;
  if (facts.kind === 'unreachable') {
    if (facts.tls) return [tlsFailure(leg, `${url}: ${facts.cause}`, facts.shown, now)];
    const advice = facts.connected
      ? adviceOnGreeting('', undefined, proxyProtocol)
      : 'is the server running there? Else correct --upstream';
    return [failed('upstream', `${url}: ${facts.cause}`, advice)];
  }
  const { greeting, status, tls, capabilities, login, later } = facts;
  if (status !== 'OK' && status !== 'PREAUTH') {
    return [
      failed(
        'upstream',
        `${url}: ${greeting || 'no greeting'}`,
        adviceOnGreeting(greeting, status, proxyProtocol),
      ),
    ];
  }
  // After STARTTLS, what was said before it does not count any more.
  const words =
    tls !== undefined && leg.tls !== 'implicit' ? '' : greeting.replace(/^\* \w+ (\[[^\]]*\] ?)?/, '');
  const greets = `${url} greets${words && `: ${words}`}`;
  return [
    status === 'OK'
      ? ok('upstream', greets)
      : warning(
          'upstream',
          `${greets} (PREAUTH)`,
          'everybody who connects is logged in already: let upstream ask',
        ),
    tlsFinding(leg, tls, now),
    capabilityFinding([...new Set([...capabilities, ...later])], auth),
    ...(status === 'OK' ? [methodFinding(capabilities, auth, leg)] : []),
    ...(login
      ? [
          loginFinding(
            'upstream-login',
            login,
            'are --user and the password those of a mailbox? See the log of upstream',
          ),
        ]
      : []),
  ];
}

function adviceOnGreeting(greeting: string, status: string | undefined, proxyProtocol: boolean): string {
  if (status === 'BYE') return 'its words say why, and its log more';
  if (greeting !== '') return 'this is no IMAP server: correct --upstream';
  return proxyProtocol
    ? 'does the server expect a PROXY header, and from this address? Else leave out --upstream-proxy-protocol'
    : 'does the server expect TLS (imaps://), or a PROXY header (--upstream-proxy-protocol)?';
}

/** On a connection that has TLS, or needs none. */
const policyFor = (auth: UpstreamWanted['auth']): CapabilityPolicy => ({
  offerStartTls: false,
  loginDisabled: false,
  replayLogin: auth === 'user',
});

function capabilityFinding(capabilities: readonly string[], auth: UpstreamWanted['auth']): Finding {
  const check = 'upstream-capabilities';
  const removed = new Map<string, string[]>();
  for (const token of capabilities) {
    const reason = removalReason(token, policyFor(auth));
    if (reason !== undefined) removed.set(reason, [...(removed.get(reason) ?? []), token]);
  }
  const without = [...removed].map(([reason, tokens]) => `${tokens.join(', ')} (${reason})`);
  const known = `${capabilities.length} known`;
  const said = without.length === 0 ? `${known}, none removed` : `${known}; removed: ${without.join('; ')}`;
  if (!capabilities.includes('SEND')) return ok(check, `${said}; added: SEND`);
  return warning(
    check,
    `${said}; SEND is its own, and stays`,
    'clients get the SEND of upstream: the proxy is not needed for it',
  );
}

/** Whether clients can log in so that the proxy can send for them. */
function methodFinding(capabilities: readonly string[], auth: UpstreamWanted['auth'], leg: Leg): Finding {
  const check = 'upstream-auth';
  const policy = policyFor(auth);
  const mechanisms = capabilities
    .filter((token) => token.startsWith('AUTH='))
    .map((token) => token.slice('AUTH='.length))
    .filter((mechanism) => mechanismRefusal(mechanism, policy) === undefined);
  const methods = [...mechanisms, ...(capabilities.includes('LOGINDISABLED') ? [] : ['the command LOGIN'])];
  if (methods.length > 0) {
    return ok(check, `clients can log in by ${methods.join(', ')}, which suits --submission-auth ${auth}`);
  }
  const text = `no way to log in that suits --submission-auth ${auth}`;
  if (capabilities.includes('LOGINDISABLED') && leg.tls !== 'implicit' && leg.tls !== 'starttls-require') {
    return failed(
      check,
      text,
      'use --upstream-starttls require, or allow passwords without TLS there (LOGINDISABLED)',
    );
  }
  return failed(
    check,
    text,
    'let upstream offer AUTH=PLAIN, or set --submission-auth to service, impersonate or none',
  );
}
