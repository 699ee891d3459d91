import type { Outcome, SmtpCommand } from '../outcome.js';

/** Who ended a session, or on whose connection something happened. */
export type Side = 'client' | 'upstream' | 'proxy';

/** Names the session that a line belongs to; unique over all instances. */
interface OfSession {
  readonly session: string;
}

/**
 * Every event that is logged, with its fields. Sizes are octets. Strings may come from a remote side: the log cleans
 * and cuts them. Passwords, tokens and message content have no field. With `--workers`, those of a worker have its number as
 * `worker`, too.
 */
export interface Events {
  /** Connections are accepted. `listeners` and `admin` are URLs with the real port. */
  ready: { readonly listeners: readonly string[]; readonly admin?: string | undefined };
  /** No new sessions; those that are sending are given `drainSeconds`. */
  stopping: { readonly signal: string; readonly drainSeconds: number };
  stopped: Record<never, never>;

  /** SIGHUP: the configuration was read again. Both lists name options. */
  reloaded: { readonly applied: readonly string[]; readonly needsRestart: readonly string[] };
  /** It cannot be used: all stays as it was. `text` is what is wrong with the option `key`, set in `source`. */
  'reload-rejected': {
    readonly text: string;
    readonly key?: string | undefined;
    readonly source?: string | undefined;
  };
  /** systemd asked to be told how the program is (sd_notify(3)), and cannot be told. Said once. */
  'notify-failed': { readonly error: string };
  /** A certificate of ours, by its names; `days` are negative when it has expired. */
  'certificate-expires': { readonly names: readonly string[]; readonly days: number };

  /** With `--workers`: a process that serves clients, and takes them from here on. */
  'worker-started': { readonly worker: number; readonly pid: number };
  /** It ended without being told to, and its sessions with it. Another one takes its place in `restartSeconds`. */
  'worker-lost': {
    readonly worker: number;
    /** A signal, or an exit code. */
    readonly cause: string;
    readonly sessions: number;
    readonly restartSeconds: number;
  };

  'session-opened': OfSession & {
    /** The client's address and port. */
    readonly address: string;
    /** Address of the proxy in front of us that named the client. */
    readonly via?: string | undefined;
    /** URL of the listener. */
    readonly listener: string;
  };
  /** A client was turned away by a limit before it became a session. */
  'session-refused': {
    readonly address: string;
    readonly limit: 'max-sessions' | 'max-sessions-per-ip' | 'max-unauthenticated' | 'workers';
  };
  /** What a trusted proxy sent is no PROXY header. `address` is the proxy's. The connection was closed. */
  'proxy-header-refused': { readonly address: string; readonly listener: string; readonly cause: string };
  'session-closed': OfSession & {
    readonly side: Side;
    readonly cause: string;
    readonly seconds: number;
    /** What the client sent to us, and we to it. */
    readonly bytesFromClient: number;
    readonly bytesToClient: number;
    readonly user?: string | undefined;
    /** Whom the client's certificate, which was verified, names. */
    readonly certificate?: string | undefined;
  };
  login: OfSession & { readonly user: string; readonly method: string; readonly address: string };
  /** The order of the fields is that in the line: fail2ban looks for the address before what a client may say. */
  'login-failed': OfSession & {
    /** Without a port. */
    readonly address: string;
    readonly method: string;
    /** Upstream's words. */
    readonly reply: string;
    readonly user?: string | undefined;
  };
  /** A stream cannot be followed with certainty any more: the session ends rather than guess. */
  desync: OfSession & { readonly side: Side; readonly cause: string };

  /** What became of one message of a SEND. */
  send: OfSession & {
    readonly user: string;
    readonly uid: number;
    readonly outcome: Outcome['kind'];
    readonly reply: string;
    readonly command?: SmtpCommand | undefined;
    readonly parameter?: string | undefined;
    readonly messageId?: string | undefined;
    readonly envelope?: { readonly from: string; readonly to: readonly string[] } | undefined;
    /** How many addresses `envelope.to` has: the log shows the first hundred. */
    readonly recipients?: number | undefined;
    readonly size?: number | undefined;
    /** The outcome of an earlier SEND was reported; nothing was submitted. */
    readonly repeated?: boolean | undefined;
    /** From its FETCH to the outcome; absent when nothing was begun. */
    readonly seconds?: number | undefined;
    /** The limit of ours that it is over. */
    readonly limit?: SendLimit | undefined;
  };
  /** A SEND ended before its messages were looked at. */
  'send-refused': OfSession & {
    readonly user: string;
    readonly cause: 'administrator' | 'max-messages-per-send';
  };
  /** The sender map changed and was read again. */
  'sender-map-loaded': { readonly logins: number };
  /** It changed, but cannot be used: the last good one stays in force. */
  'sender-map-rejected': { readonly cause: string };
  'ledger-degraded': { readonly cause: string };
  'ledger-restored': { readonly seconds: number };

  /** Somebody did something at the admin listener; `done` is false where there was nothing to do. */
  'admin-action': {
    readonly address: string;
    readonly action: 'end-session' | 'refuse-send' | 'allow-send';
    /** The session, or the login. */
    readonly target: string;
    readonly done: boolean;
  };
  /** A request at the admin listener was refused for who sent it, or from where. */
  'admin-refused': { readonly address: string; readonly cause: 'token' | 'host' | 'origin' };

  /** A fault of ours, or of the system under us; it costs a message, a command or a session. */
  'internal-error': { readonly session?: string | undefined; readonly error: string };
}

/** A limit that one message can be over. */
export type SendLimit = 'max-message-size' | 'max-recipients' | 'rate-messages' | 'rate-recipients';

export type EventName = keyof Events;

/** What `--log-level` chooses from, most urgent first. */
export const LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type Level = (typeof LEVELS)[number];

export const LEVEL_OF: { readonly [K in EventName]: Level } = {
  ready: 'info',
  stopping: 'info',
  stopped: 'info',
  reloaded: 'info',
  'reload-rejected': 'error',
  'notify-failed': 'warn',
  'certificate-expires': 'warn',
  'worker-started': 'info',
  'worker-lost': 'error',
  'session-opened': 'info',
  'session-refused': 'warn',
  'proxy-header-refused': 'warn',
  'session-closed': 'info',
  login: 'info',
  'login-failed': 'warn',
  desync: 'warn',
  send: 'info',
  'send-refused': 'warn',
  'sender-map-loaded': 'info',
  'sender-map-rejected': 'error',
  'ledger-degraded': 'warn',
  'ledger-restored': 'warn',
  'admin-action': 'warn',
  'admin-refused': 'warn',
  'internal-error': 'error',
};
