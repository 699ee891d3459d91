/** Upper bounds in seconds: what happens next door, what waits for somebody far away, and what lasts. */
const NEAR = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const FAR = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600];
const LASTING = [1, 10, 60, 300, 1800, 3600, 4 * 3600, 12 * 3600, 24 * 3600];

export interface Described {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels?: readonly string[];
  /** Of a histogram. */
  readonly buckets?: readonly number[];
}

/** What every metric of our own begins with. */
export const PREFIX = 'imap_send_proxy_';

/**
 * Every metric of our own. Labels take a small and fixed number of values: never a user, an address, or what else a peer
 * can choose.
 */
export const CATALOGUE = {
  build_info: { kind: 'gauge', help: 'Always 1.', labels: ['version'] },

  sessions: { kind: 'gauge', help: 'Sessions that are open.' },
  sessions_total: { kind: 'counter', help: 'Connections of clients that were let in.' },
  sessions_refused_total: { kind: 'counter', help: 'Connections that were turned away.', labels: ['limit'] },
  sessions_closed_total: { kind: 'counter', help: 'Sessions that ended.', labels: ['side', 'cause'] },
  session_duration_seconds: { kind: 'histogram', help: 'How long sessions lasted.', buckets: LASTING },
  proxy_headers_refused_total: {
    kind: 'counter',
    help: 'Connections without a proper PROXY header.',
    labels: ['cause'],
  },
  client_octets_total: { kind: 'counter', help: 'Octets from and to clients.', labels: ['direction'] },
  commands_total: { kind: 'counter', help: 'Commands that clients sent.', labels: ['command'] },
  logins_total: {
    kind: 'counter',
    help: 'Answers of upstream to LOGIN and AUTHENTICATE.',
    labels: ['result', 'method'],
  },
  login_duration_seconds: {
    kind: 'histogram',
    help: 'From LOGIN or AUTHENTICATE to the answer of upstream.',
    buckets: FAR,
  },
  upstream_connect_duration_seconds: {
    kind: 'histogram',
    help: 'Connecting to upstream, with TLS.',
    buckets: FAR,
  },
  desyncs_total: {
    kind: 'counter',
    help: 'Streams that could not be followed with certainty.',
    labels: ['side', 'cause'],
  },
  limits_total: { kind: 'counter', help: 'How often a limit was hit.', labels: ['limit'] },

  messages_total: {
    kind: 'counter',
    help: 'Messages of SEND commands.',
    labels: ['outcome', 'command', 'code'],
  },
  messages_repeated_total: {
    kind: 'counter',
    help: 'Messages whose outcome was reported again, without sending them again.',
  },
  sends_refused_total: {
    kind: 'counter',
    help: 'SEND commands that ended before their messages were looked at.',
    labels: ['cause'],
  },
  message_duration_seconds: {
    kind: 'histogram',
    help: 'One message of SEND, from its FETCH to its outcome.',
    buckets: FAR,
  },
  message_fetch_duration_seconds: {
    kind: 'histogram',
    help: 'Reading messages from upstream.',
    buckets: FAR,
  },
  message_submission_duration_seconds: {
    kind: 'histogram',
    help: 'Handing one message to the submission server, with the wait for a connection.',
    buckets: FAR,
  },
  messages_in_flight: { kind: 'gauge', help: 'What SEND is doing now.', labels: ['stage'] },
  spool_bytes: { kind: 'gauge', help: 'Octets of messages that are kept until they are submitted.' },
  spool_files: { kind: 'gauge', help: 'Spool files that are open.' },

  ledger_operation_duration_seconds: {
    kind: 'histogram',
    help: 'What was asked of the ledger and the rates.',
    labels: ['operation'],
    buckets: NEAR,
  },
  ledger_errors_total: { kind: 'counter', help: 'What was asked of them and failed.', labels: ['operation'] },
  ledger_degraded: { kind: 'gauge', help: 'Processes that go by their own memory, as Redis fails.' },
  ledger_degradations_total: { kind: 'counter', help: 'How often Redis failed.' },
  redis_request_duration_seconds: {
    kind: 'histogram',
    help: 'Requests of the ledger to Redis.',
    buckets: NEAR,
  },
  redis_errors_total: { kind: 'counter', help: 'Requests of the ledger to Redis that failed.' },

  certificate_expiry_timestamp_seconds: {
    kind: 'gauge',
    help: 'When a certificate of the listeners expires, in seconds since 1970.',
    labels: ['name', 'key_type'],
  },
  configuration_reloads_total: { kind: 'counter', help: 'Reloads of the configuration.', labels: ['result'] },
  configuration_last_reload_successful: {
    kind: 'gauge',
    help: 'Whether the last reload succeeded; 1 before the first.',
  },
  configuration_last_reload_success_timestamp_seconds: {
    kind: 'gauge',
    help: 'When the configuration in force was read, in seconds since 1970.',
  },
  sender_map_reads_total: {
    kind: 'counter',
    help: 'Reads of a sender map that changed.',
    labels: ['result'],
  },

  workers: { kind: 'gauge', help: 'Worker processes that run; 0 with one process.' },
  workers_lost_total: { kind: 'counter', help: 'Worker processes that ended without being told to.' },
  event_loop_lag_seconds: {
    kind: 'gauge',
    help: 'The longest that a process was busy with one thing since this was last read.',
    labels: ['process'],
  },
  resident_memory_bytes: { kind: 'gauge', help: 'Resident memory of a process.', labels: ['process'] },
  cpu_seconds_total: { kind: 'counter', help: 'Processor time of a process.', labels: ['process'] },
  internal_errors_total: { kind: 'counter', help: 'Faults of the proxy itself.' },
  admin_requests_refused_total: {
    kind: 'counter',
    help: 'Requests that the admin listener refused.',
    labels: ['cause'],
  },
} as const satisfies Readonly<Record<string, Described>>;

export type MetricName = keyof typeof CATALOGUE;

/** The metrics of that kind. */
export type NameOf<Kind extends Described['kind']> = {
  [Name in MetricName]: (typeof CATALOGUE)[Name] extends { kind: Kind } ? Name : never;
}[MetricName];

export type LabelsOf<Name extends MetricName> = (typeof CATALOGUE)[Name] extends {
  labels: readonly (infer Label extends string)[];
}
  ? Label
  : never;
