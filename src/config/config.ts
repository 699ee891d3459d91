import type { Network } from '../ip-address.js';
import type { Rate } from '../ledger/rate.js';
import type { RedisTarget } from '../ledger/redis-url.js';
import type { LogOptions } from '../log/logger.js';
import type { Secret } from '../secret.js';

/** What `serve` runs with. Every combination that these types can express works. */
export interface Config {
  /** At least one. */
  readonly listeners: readonly [Listener, ...Listener[]];
  readonly upstream: Server;
  readonly clientAddress: ClientAddress;
  readonly submission: Submission;
  readonly senderPolicy: SenderPolicy;
  readonly state: State;
  readonly limits: Limits;
  readonly timeouts: Timeouts;
  readonly admin: Admin;
  /** An existing directory that we may write to. */
  readonly spoolDirectory: string;
  /** How long sessions may go on after a request to stop, in milliseconds. */
  readonly drainTimeoutMs: number;
  /** Processes that serve clients; 1: the one that accepts them does. */
  readonly workers: number;
  readonly log: LogOptions;
}

/** A host without the brackets of an IPv6 literal; a name is in A-labels. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Where clients connect. Port 0 lets the system choose. */
export interface Listener extends Address {
  /** The descriptor where a socket listens there already. */
  readonly fd?: number;
  readonly tls: ListenerTls;
}

export type ListenerTls =
  /** imaps:// */
  | ({ readonly mode: 'implicit' } & TlsIdentity)
  /** imap:// with a certificate. `required`: LOGINDISABLED until STARTTLS (RFC 9051 §6.2.3). */
  | ({ readonly mode: 'starttls'; readonly required: boolean } & TlsIdentity)
  /** imap:// on a loopback address, or with --allow-plaintext. */
  | { readonly mode: 'none' };

/** What clients are shown in the handshake, and asked for. All listeners have the same. */
export interface TlsIdentity {
  /** The first is shown to clients that ask for no name, or for one that nobody has. */
  readonly certificates: readonly [Certificate, ...Certificate[]];
  readonly clients: ClientCertificates;
}

/** A chain and the key of its first certificate, both PEM, checked to fit each other. */
export interface Certificate {
  readonly chain: string;
  readonly key: Secret;
  /** Its DNS names, in lower case; `*.example.org` is a name for one more label in front. */
  readonly names: readonly string[];
  /** `rsa`, `ec`, …: for one name a client may be shown one of each. */
  readonly keyType: string;
}

/** Certificates of clients: not asked for, or verified by these PEM certificates. */
export type ClientCertificates =
  | { readonly kind: 'none' }
  | { readonly kind: 'optional' | 'required'; readonly authorities: string };

/** A server that we connect to. */
export interface Server extends Address {
  readonly tls: ServerTls;
}

export type ServerTls =
  | { readonly mode: 'implicit'; readonly trust: Trust }
  /** Unless `required`, a server that does not offer STARTTLS is talked to in clear. */
  | { readonly mode: 'starttls'; readonly required: boolean; readonly trust: Trust }
  | { readonly mode: 'none' };

/** Whose certificates are believed. */
export type Trust =
  /** Those that Node.js ships. */
  | { readonly kind: 'default' }
  /** Those signed by one of these PEM certificates, and no others. */
  | { readonly kind: 'authorities'; readonly pem: string }
  /** All: --upstream-insecure, --submission-insecure. */
  | { readonly kind: 'anyone' };

/** How clients' addresses get to us, and on to upstream. */
export interface ClientAddress {
  /** A connection from here begins with a PROXY header, which is believed. */
  readonly trustedProxies: readonly Network[];
  /** The PROXY header that connections to upstream begin with. */
  readonly proxyProtocol: 'none' | 'v1' | 'v2';
  /** An ID command tells upstream, before any of the client. */
  readonly id: boolean;
}

export interface Submission extends Server {
  readonly auth: SubmissionAuth;
}

export type SubmissionAuth =
  /** The client's own login is shown again. */
  | { readonly kind: 'user' }
  /** One login for all. */
  | { readonly kind: 'service'; readonly user: string; readonly password: Secret }
  /** One login that acts for the client's user (SASL PLAIN authzid, RFC 4616 §2). */
  | { readonly kind: 'impersonate'; readonly user: string; readonly password: Secret }
  | { readonly kind: 'none' };

/** Who decides whether a login may use an address. `defaultDomain` completes login names that have none. */
export type SenderPolicy =
  | { readonly kind: 'submission' }
  | { readonly kind: 'login'; readonly defaultDomain?: string }
  | { readonly kind: 'map'; readonly file: string; readonly defaultDomain?: string };

export type State = { readonly kind: 'memory' } | { readonly kind: 'redis'; readonly target: RedisTarget };

export interface Limits {
  /** Octets of one message as it is stored upstream. */
  readonly maxMessageSize: number;
  /** Addresses in one envelope. */
  readonly maxRecipients: number;
  readonly maxMessagesPerSend: number;
  /** `Infinity` without a limit. */
  readonly maxSessions: number;
  /** Sessions from one client address; `Infinity` without a limit. */
  readonly maxSessionsPerIp: number;
  /** Connections on which nobody is logged in; `Infinity` without a limit. */
  readonly maxUnauthenticated: number;
  /** Per login; absent without a limit. */
  readonly messageRate?: Rate;
  readonly recipientRate?: Rate;
}

/** Where metrics, health and the status page are served. `token` is there wherever it is not a loopback address. */
export type Admin = { readonly kind: 'off' } | ({ readonly kind: 'http'; readonly token?: Secret } & Address);

/** How long a session waits, in milliseconds. None is longer than `idleMs`. */
export interface Timeouts {
  /** TLS handshake of a client, and before it the PROXY header of a proxy in front. */
  readonly handshakeMs: number;
  /** Connection to upstream, and TLS with it. */
  readonly connectMs: number;
  /** From the connection to the greeting of upstream. */
  readonly greetingMs: number;
  /** From the connection to a login. */
  readonly loginMs: number;
  /** At least 30 minutes (RFC 9051 §5.4). */
  readonly idleMs: number;
  /** For a peer to take something of what is written to it. */
  readonly writeMs: number;
}
