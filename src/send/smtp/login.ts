import type { Credentials } from '../../credentials.js';
import { isNegative, isPositive } from './reply.js';
import { chooseExchange } from './sasl.js';
import type { Answer, SmtpSession } from './session.js';
import type { SubmissionServer } from './submission.js';
import { type Unavailable, unreachable } from './unavailable.js';

/** RFC 4954 §4 with RFC 5321 §4.5.3.1.4: an AUTH line longer than a command line may be goes without the response. */
const COMMAND_LINE_LIMIT = 512 - '\r\n'.length;

/**
 * Shows `credentials` to the server; undefined when it is content with them. A 5yz reply means that they are refused,
 * a 4yz one that the server cannot tell at the moment (RFC 4954 §6).
 *
 * Where others could read along they are shown only if the administrator ruled TLS out. `starttls-try` is no such
 * decision: whoever strips STARTTLS from the server's announcement would get them.
 */
export async function logIn(
  session: SmtpSession,
  credentials: Credentials,
  server: Pick<SubmissionServer, 'host' | 'port' | 'tls'>,
): Promise<Unavailable | undefined> {
  if (!session.confidential && server.tls !== 'never') {
    return {
      cause: 'tls',
      reply: '421 4.7.0 The submission server offers no TLS, and so the login was not sent',
    };
  }
  const exchange = chooseExchange(credentials, session.extensions.auth, server);
  if (exchange === undefined) {
    return {
      cause: 'login',
      reply: '421 4.7.0 The submission server offers no AUTH mechanism for this login',
    };
  }
  const { mechanism, clientFirst, acknowledgement } = exchange;
  const messages = [...exchange.messages];
  const short = `AUTH ${mechanism}`;
  const withResponse = `${short} ${messages[0]}`;
  const useResponse = clientFirst && withResponse.length <= COMMAND_LINE_LIMIT;
  if (useResponse) messages.shift();

  let answer = await session.command(useResponse ? withResponse : short);
  // After an error challenge the server says why only when it has been acknowledged (RFC 7628 §3.2.3).
  for (const message of [...messages, acknowledgement]) {
    if (!isChallenge(answer)) break;
    answer = await session.command(message);
  }
  return judge(answer);
}

const isChallenge = (answer: Answer) => answer.kind === 'reply' && answer.reply.code === 334;

function judge(answer: Answer): Unavailable | undefined {
  if (answer.kind === 'ended')
    return unreachable('421 4.4.2 The submission server was lost during the login');
  const { reply } = answer;
  if (isPositive(reply)) return undefined;
  if (!isNegative(reply))
    return unreachable('421 4.5.0 The submission server does not follow the AUTH protocol');
  return reply.code < 500 ? unreachable(reply.line) : { cause: 'login', reply: reply.line };
}
