import type { Credentials } from '../../credentials.js';

/** The client's part of one SASL exchange over SMTP AUTH (RFC 4954). It holds secrets: use it and let it go. */
export interface SaslExchange {
  readonly mechanism: 'PLAIN' | 'LOGIN' | 'XOAUTH2' | 'OAUTHBEARER';
  /** What the client says, in order, in base64. */
  readonly messages: readonly string[];
  /** Whether the first message may stand on the AUTH line. */
  readonly clientFirst: boolean;
  /** What ends the exchange after a challenge that is not expected, so that the server says why it refuses. */
  readonly acknowledgement: string;
}

/** Where we log in, as OAUTHBEARER names it. */
export interface SaslServer {
  readonly host: string;
  readonly port: number;
}

/**
 * The exchange that shows `credentials` to a server offering the mechanisms `offered`; undefined when none of them can.
 * Only mechanisms that transmit the secret itself come into question: the secret is all that we have.
 */
export function chooseExchange(
  credentials: Credentials,
  offered: readonly string[],
  server: SaslServer,
): SaslExchange | undefined {
  const exchanges =
    credentials.kind === 'password' ? passwordExchanges(credentials) : tokenExchanges(credentials, server);
  return exchanges.find(({ mechanism }) => offered.includes(mechanism));
}

function passwordExchanges(credentials: Credentials & { kind: 'password' }): SaslExchange[] {
  const { user, authzid, password } = credentials;
  const secret = password.reveal();
  // NUL separates the fields of PLAIN (RFC 4616 §2): inside one it would make us log in as somebody else.
  if ([authzid, user, secret].some((field) => field?.includes('\0'))) return [];
  const plain: SaslExchange = {
    mechanism: 'PLAIN',
    messages: [base64(`${authzid ?? ''}\0${user}\0${secret}`)],
    clientFirst: true,
    acknowledgement: CANCEL,
  };
  const login: SaslExchange = {
    mechanism: 'LOGIN',
    messages: [base64(user), base64(secret)],
    clientFirst: false,
    acknowledgement: CANCEL,
  };
  // LOGIN cannot say whom to act as, and acting as the login itself would be somebody else.
  return authzid === undefined ? [plain, login] : [plain];
}

/** The same token under both of its mechanisms, that of the client first. */
function tokenExchanges(credentials: Credentials & { kind: 'token' }, server: SaslServer): SaslExchange[] {
  const { user, method } = credentials;
  const token = credentials.token.reveal();
  // ^A separates the fields of both.
  if ([user, token].some((field) => field.includes('\x01'))) return [];
  const xoauth2: SaslExchange = {
    mechanism: 'XOAUTH2',
    messages: [base64(`user=${user}\x01auth=Bearer ${token}\x01\x01`)],
    clientFirst: true,
    acknowledgement: '',
  };
  const oauthBearer: SaslExchange = {
    mechanism: 'OAUTHBEARER',
    messages: [
      base64(
        `n,a=${saslName(user)},\x01host=${server.host}\x01port=${server.port}\x01auth=Bearer ${token}\x01\x01`,
      ),
    ],
    clientFirst: true,
    // RFC 7628 §3.2.3
    acknowledgement: base64('\x01'),
  };
  return method === 'AUTHENTICATE XOAUTH2' ? [xoauth2, oauthBearer] : [oauthBearer, xoauth2];
}

/** RFC 4954 §4 */
const CANCEL = '*';

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** RFC 5801 §4 */
const saslName = (name: string) => name.replaceAll('=', '=3D').replaceAll(',', '=2C');
