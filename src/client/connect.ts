import { ImapFlow } from 'imapflow';
import type { Secret } from '../secret.js';

/** Where to connect, how, and as whom. */
export interface Account {
  readonly host: string;
  readonly port: number;
  /** `implicit`: TLS from the first octet; `try`: STARTTLS if it is offered; `none`: everything is sent in clear. */
  readonly tls: 'implicit' | 'require' | 'try' | 'none';
  /** PEM; in place of the authorities of the system. */
  readonly ca?: string;
  /** Takes every certificate: whoever is on the way can read the password. */
  readonly insecure?: boolean;
  /** PEM; the very certificate that the server has, whatever names are in it. No authority is asked then. */
  readonly pinned?: string;
  readonly user: string;
  readonly password: Secret;
}

/** No session with the server. `login`: it refuses who we say we are. `unreachable`: another try may go well. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';
  readonly kind: 'login' | 'unreachable';

  constructor(kind: ConnectError['kind'], text: string, cause: unknown) {
    super(text, { cause });
    this.kind = kind;
  }
}

/**
 * A session that is logged in. It does nothing by itself, no IDLE either: what it says next tells the server that the
 * answer to SEND was seen.
 * @param signal calls the attempt off
 * @throws {ConnectError}
 */
export async function connect(account: Account, signal?: AbortSignal): Promise<ImapFlow> {
  const { host, port, tls, ca, insecure, pinned, user, password } = account;
  const client = new ImapFlow({
    host,
    port,
    secure: tls === 'implicit',
    ...(tls === 'require' && { doSTARTTLS: true }),
    ...(tls === 'none' && { doSTARTTLS: false }),
    tls: {
      ...(ca !== undefined && { ca }),
      ...(pinned !== undefined && pin(pinned)),
      rejectUnauthorized: insecure !== true,
    },
    auth: { user, pass: password.reveal() },
    logger: false,
    disableAutoIdle: true,
  });
  // A lost connection is what the next command says; without a listener this would end the process.
  client.on('error', () => {});
  const abort = () => client.close();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    signal?.throwIfAborted();
    await client.connect();
    return client;
  } catch (error) {
    client.close();
    throw describe(error);
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** It is the only thing to trust, and as no authority itself it makes nothing else trusted. */
const pin = (certificate: string) => ({
  ca: certificate,
  allowPartialTrustChain: true,
  checkServerIdentity: () => undefined,
});

function describe(error: unknown): ConnectError {
  const { code, authenticationFailed, serverResponseCode, responseText, reason, message } = error as Failure;
  // RFC 5530: the server cannot tell at the moment, as when what it asks is down.
  if (authenticationFailed && serverResponseCode !== 'UNAVAILABLE') {
    return new ConnectError('login', `the server refuses the login: ${responseText ?? message}`, error);
  }
  return new ConnectError('unreachable', reason ?? responseText ?? (message || String(code)), error);
}

/** What imapflow and Node.js attach to the error. */
interface Failure extends Error {
  readonly code?: string;
  readonly authenticationFailed?: boolean;
  readonly serverResponseCode?: string;
  readonly responseText?: string;
  readonly reason?: string;
}
