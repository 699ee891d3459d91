import type { Config } from '../config/config.js';
import { submissionServer } from '../proxy-connections.js';
import { Secret } from '../secret.js';
import { credentialsOf } from '../send/smtp/identity.js';
import { logIn } from '../send/smtp/login.js';
import { chooseExchange } from '../send/smtp/sasl.js';
import { openSession, type SubmissionServer } from '../send/smtp/submission.js';
import type { SubmissionIdentity } from '../send/submitter.js';
import { type CertificateFacts, certificateFacts, tlsFacts } from './certificate.js';
import type { LoginFacts } from './login.js';
import type { SubmissionFacts, UsableMechanisms } from './submission.js';
import type { User } from './upstream-probe.js';

/**
 * Looks at the submission server as a message of `user` would find it, and logs in as the proxy would.
 * @param waitMs milliseconds for each step
 */
export async function probeSubmission(
  config: Config,
  user: User | undefined,
  waitMs: number,
): Promise<SubmissionFacts> {
  const server = submissionServer(config);
  const timeouts = { connect: waitMs, greeting: waitMs, command: waitMs, block: waitMs, finalDot: waitMs };
  const opened = await openSession(server, timeouts);
  if (!opened.ok) {
    const tls = opened.why.cause === 'tls';
    const shown = tls ? await shownCertificate(server, timeouts) : undefined;
    return { kind: 'unreachable', tls, cause: opened.why.reply, shown };
  }
  const { session } = opened;
  const { extensions, confidential } = session;
  const tls = tlsFacts(session.tls, server.host);
  const mechanisms = usable(extensions.auth, server);
  const identity = identityFor(config, user);
  let login: LoginFacts | undefined;
  if (identity !== undefined) {
    const { auth } = config.submission;
    const credentials = credentialsOf(
      identity,
      'password' in auth ? { user: auth.user, password: auth.password } : undefined,
    );
    const name =
      identity.kind === 'impersonate' ? `${credentials?.user} for ${identity.user}` : credentials?.user;
    const refusal = credentials && (await logIn(session, credentials, server));
    login =
      refusal === undefined
        ? {
            kind: 'accepted',
            user: name ?? '',
            method: `AUTH ${identity.kind === 'impersonate' ? mechanisms.acting : mechanisms.password}`,
          }
        : { kind: 'refused', user: name ?? '', text: refusal.reply };
  }
  await session.quit();
  return {
    kind: 'answered',
    tls,
    confidential,
    extensions,
    mechanisms,
    login,
  };
}

/** Nobody, where it would take a client's login to find out. */
function identityFor(
  { submission: { auth } }: Config,
  user: User | undefined,
): SubmissionIdentity | undefined {
  switch (auth.kind) {
    case 'none':
      return undefined;
    case 'service':
      return { kind: 'service' };
    case 'impersonate':
      return user && { kind: 'impersonate', user: user.name };
    case 'user':
      return (
        user && {
          kind: 'replay',
          credentials: {
            kind: 'password',
            method: 'AUTHENTICATE PLAIN',
            user: user.name,
            password: user.password,
          },
        }
      );
  }
}

const ANY = new Secret('x');

function usable(offered: readonly string[], server: SubmissionServer): UsableMechanisms {
  const password = { kind: 'password', method: 'AUTHENTICATE PLAIN', user: 'x', password: ANY } as const;
  const token = { kind: 'token', method: 'AUTHENTICATE OAUTHBEARER', user: 'x', token: ANY } as const;
  return {
    password: chooseExchange(password, offered, server)?.mechanism,
    token: chooseExchange(token, offered, server)?.mechanism,
    acting: chooseExchange({ ...password, authzid: 'y' }, offered, server)?.mechanism,
  };
}

/** The certificate that was not believed: what to do depends on what is in it. */
async function shownCertificate(
  server: SubmissionServer,
  timeouts: Parameters<typeof openSession>[1],
): Promise<CertificateFacts | undefined> {
  const { ca: _, ...trusting } = { ...server, insecure: true };
  const opened = await openSession(trusting, timeouts);
  if (!opened.ok) return undefined;
  const certificate = opened.session.tls?.certificate;
  await opened.session.quit();
  return certificate && certificateFacts(certificate, server.host);
}
