import type { Credentials } from '../../credentials.js';
import type { Refusal } from '../../outcome.js';
import type { Envelope, Message } from '../message.js';
import type { SubmissionIdentity, Submitter } from '../submitter.js';
import { credentialsOf, identityKey, type ServiceLogin } from './identity.js';
import { logIn } from './login.js';
import { createPool } from './pool.js';
import type { SmtpSession, SubmissionTimeouts } from './session.js';
import { openSession, type SubmissionServer } from './submission.js';
import { type Transacted, transact } from './transaction.js';
import type { Unavailable } from './unavailable.js';

export interface SubmitterOptions {
  readonly server: SubmissionServer;
  /** For the identities `service` and `impersonate`. */
  readonly service?: ServiceLogin;
  /** How we introduce ourselves (EHLO); this host's name by default. */
  readonly name?: string;
  readonly timeouts?: Partial<SubmissionTimeouts>;
  /** Milliseconds that a connection is kept after a message: 10 s. */
  readonly idle?: number;
  /** Connections at once for one identity: 4. */
  readonly connections?: number;
  /** Messages over one connection: 100, or what the server allows if that is less. */
  readonly messagesPerConnection?: number;
  /** The envelope as a server with or without SMTPUTF8 takes it. */
  readonly forServer: (
    envelope: Envelope,
    server: { readonly smtputf8: boolean },
  ) => { readonly ok: true; readonly envelope: Envelope } | { readonly ok: false; readonly refusal: Refusal };
}

/** RFC 5321 §4.5.3.2, but for what a submission server next door has no reason to need minutes for. */
const TIMEOUTS: SubmissionTimeouts = {
  connect: 30_000,
  greeting: 60_000,
  command: 120_000,
  block: 180_000,
  finalDot: 600_000,
};

const CLOSED: Unavailable = { cause: 'connection', reply: '421 4.3.2 The proxy is shutting down' };
const NOT_BEGUN: Unavailable = {
  cause: 'connection',
  reply: '421 4.3.2 Not attempted: the session is ending',
};

/** A connection in the pool. */
interface Lane {
  readonly session: SmtpSession;
  messages: number;
  /** The last transaction was not completed. */
  reset: boolean;
}

export function createSubmitter(options: SubmitterOptions): Submitter {
  const { server, service, name, idle = 10_000, connections = 4, messagesPerConnection = 100 } = options;
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  const connecting = new Map<string, Promise<Lane | Unavailable>>();
  /** Of an identity, which all messages of one SEND share: to hash a secret takes as long as to write a command. */
  const known = new WeakMap<SubmissionIdentity, { credentials: Credentials | undefined; key: string }>();
  let closed = false;

  const pool = createPool<Lane>({
    capacity: connections,
    idle,
    usable: ({ session, messages }) => {
      const { mailMax = messagesPerConnection } = session.extensions.limits;
      return session.end === undefined && messages < Math.min(mailMax, messagesPerConnection);
    },
    discard: ({ session }) => session.quit(),
  });

  function loginOf(identity: SubmissionIdentity): { credentials: Credentials | undefined; key: string } {
    const before = known.get(identity);
    if (before !== undefined) return before;
    const credentials = credentialsOf(identity, service);
    const login = { credentials, key: identityKey(credentials) };
    known.set(identity, login);
    return login;
  }

  async function connect(credentials: Credentials | undefined): Promise<Lane | Unavailable> {
    const opened = await openSession(server, timeouts, name);
    if (!opened.ok) return opened.why;
    const { session } = opened;
    const why = credentials && (await logIn(session, credentials, server));
    if (why === undefined) return { session, messages: 0, reset: false };
    await session.quit();
    return why;
  }

  /** Messages that come while one connects share its failure: a wrong password tried for each would lock the account. */
  async function open(key: string, credentials: Credentials | undefined): Promise<Lane | Unavailable> {
    const first = connecting.get(key);
    if (first) {
      const opened = await first;
      return 'cause' in opened ? opened : connect(credentials);
    }
    const connection = connect(credentials).finally(() => connecting.delete(key));
    connecting.set(key, connection);
    return connection;
  }

  async function attempt(lane: Lane, message: Message, handover: () => Promise<void>): Promise<Transacted> {
    lane.messages++;
    const { session, reset } = lane;
    const fitted = options.forServer(message.envelope, { smtputf8: session.extensions.smtpUtf8 });
    if (!fitted.ok) return { outcome: { kind: 'refused', refusal: fitted.refusal }, untried: false, reset };
    const transacted = await transact(session, { message, envelope: fitted.envelope, handover }, reset);
    lane.reset = transacted.reset;
    return transacted;
  }

  return {
    async submit(identity, message, handover, signal) {
      const { from } = message.envelope;
      if (closed) return unavailable(CLOSED, from);
      const { credentials, key } = loginOf(identity);
      const place = await pool.enter(key);
      if (signal?.aborted) {
        place.leave();
        return unavailable(NOT_BEGUN, from);
      }
      let lane = place.take();
      try {
        if (lane) {
          const { outcome, untried } = await attempt(lane, message, handover);
          if (!untried) return outcome;
          // Once: what the message comes to on a new connection is reported.
          lane.session.drop('dropped');
        }
        const opened = await open(key, credentials);
        if ('cause' in opened) return unavailable(opened, from);
        lane = opened;
        return (await attempt(lane, message, handover)).outcome;
      } catch (error) {
        // A fault of ours, such as content that cannot be read. Without the final dot nobody gets the message.
        lane?.session.drop('dropped');
        throw error;
      } finally {
        place.leave(lane);
      }
    },
    async close() {
      closed = true;
      await pool.close();
    },
  };
}

function unavailable({ cause, reply }: Unavailable, from: string) {
  return { kind: 'unavailable', cause, refusal: { command: 'MAIL FROM', parameter: from, reply } } as const;
}
