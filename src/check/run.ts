import type { Config, Server } from '../config/config.js';
import { isLoopback } from '../config/endpoint.js';
import type { RedisTarget } from '../ledger/redis-url.js';
import { urlOf } from '../proxy-probes.js';
import type { CertificateFacts, Leg } from './certificate.js';
import type { Finding } from './finding.js';
import type { Unreachable } from './login.js';
import { certificateFinding, clockFinding, descriptorFinding, spoolFinding } from './machine.js';
import { ownCertificates, probeDescriptors, probeSpool } from './machine-probe.js';
import { redisFindings } from './redis.js';
import { probeRedis } from './redis-probe.js';
import { submissionFindings } from './submission.js';
import { probeSubmission } from './submission-probe.js';
import { trialFinding } from './trial.js';
import { probeTrial, type Trial } from './trial-probe.js';
import { upstreamFindings } from './upstream.js';
import { probeUpstream, type User } from './upstream-probe.js';

export interface CheckRequest {
  /** Who logs in, at upstream and as the proxy would at the submission server. */
  readonly user?: User;
  readonly trial?: Trial;
}

export interface Deadlines {
  /** Milliseconds for one step with a server. */
  readonly stepMs: number;
  /** Milliseconds for all with one server. */
  readonly serverMs: number;
  /** Milliseconds for a test message, until its outcome is known. */
  readonly trialMs: number;
}

const DEADLINES: Deadlines = { stepMs: 10_000, serverMs: 30_000, trialMs: 60_000 };

/** Looks at everything at the same time, and says what was found in a stable order. Never rejects for what a server does. */
export async function runChecks(
  config: Config,
  { user, trial }: CheckRequest,
  { stepMs, serverMs, trialMs }: Deadlines = DEADLINES,
): Promise<Finding[]> {
  const { submission, state, limits, clientAddress } = config;
  const late: Unreachable = {
    kind: 'unreachable',
    tls: false,
    cause: `no answer within ${serverMs / 1000} s`,
  };
  const [upstream, msa, redis, spool, descriptors, trialed] = await Promise.all([
    within(serverMs, late, (signal) => probeUpstream(config, user, signal)),
    within(serverMs, late, () => probeSubmission(config, user, stepMs)),
    state.kind === 'redis' ? within(serverMs, late, () => probeRedis(state.target, stepMs)) : undefined,
    probeSpool(config.spoolDirectory),
    probeDescriptors(config),
    trial && probeTrial(trial, AbortSignal.timeout(trialMs)),
  ]);
  const now = Date.now();
  const own = ownCertificates(config);
  const seen = [certificateOf(upstream), certificateOf(msa)].filter((each) => each !== undefined);
  const tokens =
    upstream.kind === 'greeted' &&
    upstream.capabilities.some((each) => /^AUTH=(XOAUTH2|OAUTHBEARER)$/.test(each));
  const auth = submission.auth.kind;
  return [
    ...upstreamFindings(
      upstream,
      {
        leg: legOf('upstream', config.upstream),
        url: urlOf('imap', config.upstream),
        auth,
        proxyProtocol: clientAddress.proxyProtocol !== 'none',
      },
      now,
    ),
    ...submissionFindings(
      msa,
      {
        leg: legOf('submission', submission),
        url: urlOf('smtp', submission),
        auth,
        maxMessageSize: limits.maxMessageSize,
        upstreamTokens: tokens,
      },
      now,
    ),
    ...(redis && state.kind === 'redis' ? redisFindings(redis, placeOf(state.target)) : []),
    spoolFinding(spool, limits.maxMessageSize),
    ...own.map((certificate) => certificateFinding(certificate, now)),
    clockFinding(
      {
        redisAhead: redis?.kind === 'answered' ? redis.ahead : undefined,
        certificatesFrom: [...own, ...seen].map(({ validFrom }) => validFrom),
      },
      now,
    ),
    descriptorFinding(descriptors),
    ...(trial && trialed
      ? [trialFinding(trialed, trial.to, `${trial.account.host} port ${trial.account.port}`)]
      : []),
  ];
}

function certificateOf(
  facts:
    | Unreachable
    | { kind: 'greeted' | 'answered'; tls: { certificate: CertificateFacts | undefined } | undefined },
): CertificateFacts | undefined {
  return facts.kind === 'unreachable' ? facts.shown : facts.tls?.certificate;
}

function legOf(name: Leg['name'], { host, tls }: Server): Leg {
  const mode = tls.mode === 'starttls' ? (`starttls-${tls.required ? 'require' : 'try'}` as const) : tls.mode;
  return { name, host, tls: mode, loopback: isLoopback(host) };
}

/** Without what could be secret. */
function placeOf(target: RedisTarget): string {
  const nodes =
    target.kind === 'single' ? [target.node] : target.kind === 'sentinel' ? target.sentinels : target.nodes;
  return nodes.map(({ host, port }) => `${host} port ${port}`).join(', ');
}

/** What a probe still does after the deadline nobody waits for. */
async function within<T>(
  deadlineMs: number,
  late: T,
  probe: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<T>((resolve) => {
    timer = setTimeout(() => {
      resolve(late);
      over.abort();
    }, deadlineMs);
  });
  try {
    return await Promise.race([probe(over.signal), expired]);
  } finally {
    clearTimeout(timer);
  }
}
