import type { Config } from './config/config.js';
import type { Log } from './log/logger.js';
import { createMetrics } from './metrics/metrics.js';
import { createCertificates } from './proxy-certificates.js';
import { listenerOptions, submissionServer, upstreamOptions } from './proxy-connections.js';
import { createReload, type Reloaded } from './proxy-reload.js';
import { createState, type StateTuning } from './proxy-state.js';
import { Relay } from './relay/listener.js';
import { deadlinesFrom } from './relay/session-deadlines.js';
import { createSendHandler } from './send/engine.js';
import { forServer } from './send/message/envelope.js';
import { type WatchedSenderMap, watchSenderMap } from './send/sender-map.js';
import { leaveToSubmissionServer, loginOnly } from './send/sender-policy.js';
import { createSubmitter } from './send/smtp/submitter.js';

/** A running proxy. */
export interface Proxy {
  readonly addresses: readonly { readonly url: string }[];
  /** What was counted so far, in the Prometheus text format. */
  metrics(): Promise<string>;
  /**
   * Goes on with another configuration, as far as that is possible without a restart: the certificates. Sessions are not
   * touched. Throws nothing for a configuration that `loadConfig` gave.
   */
  reload(config: Config): Reloaded;
  /** Stops accepting, lets messages in flight finish, ends all sessions within the drain time-out. */
  close(): Promise<void>;
}

/** Messages of one SEND that are submitted at a time. */
const PARALLEL = 4;

/** Connections to the submission server where all clients share one login, or none. */
const SHARED_CONNECTIONS = 20;

/** RFC 9585 leaves the interval to the server; middleboxes forget connections after a minute or more. */
const KEEP_ALIVE_MS = 15_000;

/** For submission servers to answer QUIT when the proxy stops. */
const QUIT_MS = 1_000;

/** Puts the parts together and starts listening. Rejects with what the system says when it cannot. */
export async function createProxy(config: Config, output: Log, tuning: StateTuning = {}): Promise<Proxy> {
  const metrics = createMetrics();
  const log = metrics.counting(output);
  // First: it is what may fail, and then nothing else has been opened yet.
  const senders = senderPolicy(config, log);
  const { auth } = config.submission;
  const submitter = createSubmitter({
    server: submissionServer(config),
    forServer,
    connections: auth.kind === 'user' || auth.kind === 'impersonate' ? PARALLEL : SHARED_CONNECTIONS,
    ...('password' in auth ? { service: { user: auth.user, password: auth.password } } : {}),
  });
  const state = createState(config, log, tuning);
  const { maxMessageSize, maxRecipients, maxMessagesPerSend } = config.limits;
  const handler = createSendHandler({
    submitter,
    ledger: state.ledger,
    rates: state.rates,
    log,
    auth: auth.kind,
    senderPolicy: senders.policy,
    fetch: { spool: { directory: config.spoolDirectory }, maxMessageSize },
    maxRecipients,
    maxMessagesPerSend,
    parallel: PARALLEL,
    keepAliveMs: KEEP_ALIVE_MS,
  });
  const certificates = createCertificates(config, log);
  const relay = new Relay({
    upstream: upstreamOptions(config),
    handler,
    limits: config.limits,
    deadlines: deadlinesFrom(config.timeouts),
    trustedProxies: config.clientAddress.trustedProxies,
    announcement: config.clientAddress,
    log,
  });
  const close = async (): Promise<void> => {
    const deadline = Date.now() + config.drainTimeoutMs;
    await relay.drain(config.drainTimeoutMs);
    // A reply to a final dot that is still out by now is not waited for: that may take 10 minutes (RFC 5321 §4.5.3.2.6).
    await settledWithin(submitter.close(), Math.max(QUIT_MS, deadline - Date.now()));
    await state.close();
    senders.close();
    certificates.close();
  };
  try {
    const listening = config.listeners.map((listener) =>
      relay.listen(listenerOptions(listener, config, certificates.server)),
    );
    const addresses = (await Promise.all(listening)).map((url) => ({ url }));
    const reload = createReload(config, {
      'tls-cert': certificates.replace,
      'tls-client-ca': certificates.replace,
    });
    return { addresses, metrics: metrics.text, reload, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function settledWithin(promise: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([promise, over]);
  clearTimeout(timer);
}

function senderPolicy({ senderPolicy: policy }: Config, log: Log): WatchedSenderMap {
  switch (policy.kind) {
    case 'submission':
      return { policy: leaveToSubmissionServer, close: () => {} };
    case 'login':
      return { policy: loginOnly(policy.defaultDomain), close: () => {} };
    case 'map':
      return watchSenderMap(policy.file, policy.defaultDomain, (result) =>
        'logins' in result
          ? log.event('sender-map-loaded', result)
          : log.event('sender-map-rejected', result),
      );
  }
}
