import type { Config, Limits } from './config/config.js';
import type { Log } from './log/logger.js';
import { createHealth } from './metrics/health.js';
import { type Meter, Notebook, type Notes } from './metrics/meter.js';
import { type Certificates, createCertificates } from './proxy-certificates.js';
import { listenerOptions, submissionServer, upstreamOptions } from './proxy-connections.js';
import { type Control, ENDED } from './proxy-control.js';
import { createSenders, type Senders } from './proxy-senders.js';
import { type ProxyState, rateLimits } from './proxy-state.js';
import { type ListenerOptions, PACE, Relay } from './relay/listener.js';
import { deadlinesFrom } from './relay/session-deadlines.js';
import { createSendHandler } from './send/engine.js';
import { forServer } from './send/message/envelope.js';
import { Metered } from './send/metered.js';
import { RefusedLogins, refusingLogins } from './send/refused-logins.js';
import { createSubmitter } from './send/smtp/submitter.js';

/** All that becomes of a connection that was let in: what each process that serves clients has. */
export interface Serving {
  readonly relay: Relay;
  readonly certificates: Certificates;
  readonly senders: Senders;
  readonly control: Control;
  /** In the order of the configuration. */
  readonly listeners: readonly ListenerOptions[];
  /** Counts for each SEND that begins from here on. */
  setLimits(limits: Limits): void;
  /** Lets messages in flight finish, ends all sessions within the drain time-out. */
  close(): Promise<void>;
}

/** Messages of one SEND that are submitted at a time. */
const PARALLEL = 4;

/** Connections to the submission server where all clients share one login, or none; of all processes together. */
const SHARED_CONNECTIONS = 20;

/** RFC 9585 leaves the interval to the server; middleboxes forget connections after a minute or more. */
const KEEP_ALIVE_MS = 15_000;

/** For submission servers to answer QUIT when the proxy stops. */
const QUIT_MS = 1_000;

/** Where a process that serves clients says what happens. */
export interface Outlets {
  readonly log: Log;
  /** For certificates that expire: it is said once, however many processes serve. */
  readonly certificateLog: Log;
  /** Told of what was noted, when that is much. */
  noted(notes: Notes): void;
}

export function createServing(
  config: Config,
  { log, certificateLog, noted }: Outlets,
  openState: (meter: Meter) => ProxyState,
): Serving {
  // First: it is what may fail, and then nothing else has been opened yet.
  const senders = createSenders(config.senderPolicy, log);
  const { auth } = config.submission;
  const shared = Math.max(PARALLEL, Math.ceil(SHARED_CONNECTIONS / config.workers));
  const notebook = new Notebook(noted);
  const metered = new Metered(notebook);
  const spoolUse = { octets: 0, files: 0 };
  const refused = new RefusedLogins();
  const submitter = createSubmitter({
    server: submissionServer(config),
    forServer,
    connections: auth.kind === 'user' || auth.kind === 'impersonate' ? PARALLEL : shared,
    ...('password' in auth ? { service: { user: auth.user, password: auth.password } } : {}),
  });
  const state = openState(notebook);
  const { maxMessageSize, maxRecipients, maxMessagesPerSend } = config.limits;
  const engine = createSendHandler({
    submitter: metered.submitter(submitter),
    ledger: metered.ledger(state.ledger),
    rates: metered.rates(state.rates),
    log,
    auth: auth.kind,
    senderPolicy: senders.policy,
    fetch: { spool: { directory: config.spoolDirectory, use: spoolUse }, maxMessageSize },
    maxRecipients,
    maxMessagesPerSend,
    parallel: PARALLEL,
    keepAliveMs: KEEP_ALIVE_MS,
  });
  const certificates = createCertificates(config, certificateLog);
  const relay = new Relay({
    upstream: upstreamOptions(config),
    handler: refusingLogins(metered.handler(engine), refused, log),
    deadlines: deadlinesFrom(config.timeouts),
    announcement: config.clientAddress,
    meter: notebook,
    log,
  });
  const health = createHealth();
  const control: Control = {
    readings: () => ({
      ...notebook.take(),
      octets: relay.octets,
      inFlight: { ...metered.inFlight },
      spool: { ...spoolUse },
      process: health.read(),
    }),
    sessions: (text, most) => relay.list(text, most),
    end: (id) => relay.end(id, ENDED),
    refuse: (users) => refused.set(users),
  };
  return {
    relay,
    certificates,
    senders,
    control,
    listeners: config.listeners.map((listener) => listenerOptions(listener, config, certificates.server)),
    setLimits(limits) {
      engine.setLimits(limits);
      state.setRates(rateLimits(limits));
    },
    async close() {
      const deadline = Date.now() + config.drainTimeoutMs;
      await relay.drain(config.drainTimeoutMs, { pace: PACE / config.workers });
      // A reply to a final dot that is still out by now is not waited for: that may take 10 minutes (RFC 5321 §4.5.3.2.6).
      await settledWithin(submitter.close(), Math.max(QUIT_MS, deadline - Date.now()));
      await state.close();
      senders.close();
      certificates.close();
      health.close();
    },
  };
}

async function settledWithin(promise: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([promise, over]);
  clearTimeout(timer);
}
