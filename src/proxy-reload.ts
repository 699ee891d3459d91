import { createHash } from 'node:crypto';
import type { Config } from './config/config.js';
import type { OptionKey } from './config/options.js';
import type { Log } from './log/logger.js';
import { identityOf } from './proxy-certificates.js';
import { Secret } from './secret.js';

/** What a new configuration changed, by the option that stands for it. */
export interface Reloaded {
  /** Counts from here on. */
  readonly applied: readonly string[];
  /** Is left as it was until the proxy is started again. */
  readonly needsRestart: readonly string[];
}

/** Puts a part of the configuration into force; false if that takes a restart this time. */
type Apply = (config: Config) => boolean;

/** By the option that stands for it; a field of the configuration that is missing here does not compile. */
const FIELDS = {
  upstream: 'upstream',
  submission: 'submission',
  senderPolicy: 'sender-policy',
  state: 'state',
  admin: 'admin',
  spoolDirectory: 'spool-dir',
  drainTimeoutMs: 'drain-timeout',
  workers: 'workers',
} as const satisfies Readonly<Record<Exclude<keyof Config, 'listeners' | keyof Grouped>, OptionKey>>;

const LIMITS = {
  maxMessageSize: 'max-message-size',
  maxRecipients: 'max-recipients',
  maxMessagesPerSend: 'max-messages-per-send',
  maxSessions: 'max-sessions',
  maxSessionsPerIp: 'max-sessions-per-ip',
  maxUnauthenticated: 'max-unauthenticated',
  messageRate: 'rate-messages',
  recipientRate: 'rate-recipients',
} as const;

type Grouped = Pick<Config, 'clientAddress' | 'limits' | 'timeouts' | 'log'>;

const GROUPS = {
  clientAddress: {
    trustedProxies: 'accept-proxy-protocol',
    proxyProtocol: 'upstream-proxy-protocol',
    id: 'upstream-id',
  },
  limits: LIMITS,
  timeouts: {
    handshakeMs: 'tls-timeout',
    connectMs: 'upstream-connect-timeout',
    greetingMs: 'greeting-timeout',
    loginMs: 'login-timeout',
    idleMs: 'idle-timeout',
    writeMs: 'write-timeout',
  },
  log: { level: 'log-level', format: 'log-format' },
} as const satisfies { readonly [Group in keyof Grouped]: Readonly<Record<keyof Grouped[Group], OptionKey>> };

type Part = 'listen' | 'tls-cert' | 'tls-client-ca' | ValueOf<typeof FIELDS> | PartOf<keyof typeof GROUPS>;
type ValueOf<Table> = Table[keyof Table];
type PartOf<Group extends keyof typeof GROUPS> = { [G in Group]: ValueOf<(typeof GROUPS)[G]> }[Group];

/** What sets the level of a log, if that has one to set. */
export const logLevel =
  (output: Log): Apply =>
  ({ log: { level } }) => {
    output.setLevel?.(level);
    return output.setLevel !== undefined;
  };

/** What puts all limits into force at once. */
export function everyLimit(apply: Apply): Readonly<Record<ValueOf<typeof LIMITS>, Apply>> {
  const entries = Object.values(LIMITS).map((part) => [part, apply] as const);
  return Object.fromEntries(entries) as Record<ValueOf<typeof LIMITS>, Apply>;
}

/** A digest of each, so that secrets count but are not kept. */
function digests(config: Config): ReadonlyMap<Part, string> {
  const identity = identityOf(config);
  const where = config.listeners.map(({ host, port, tls }) => [host, port, tls.mode, required(tls)]);
  const parts: (readonly [Part, unknown])[] = [
    ['listen', where],
    ['tls-cert', identity?.certificates],
    ['tls-client-ca', identity?.clients ?? { kind: 'none' }],
    ...entriesOf(FIELDS).map(([field, part]) => [part, config[field]] as const),
  ];
  for (const [group, table] of entriesOf(GROUPS)) {
    const values: Readonly<Record<string, unknown>> = { ...config[group] };
    for (const [field, part] of entriesOf<Readonly<Record<string, Part>>>(table)) {
      parts.push([part, values[field]]);
    }
  }
  return new Map(parts.map(([part, value]) => [part, digest(value)]));
}

const entriesOf = <Table extends object>(table: Table) =>
  Object.entries(table) as [keyof Table & string, ValueOf<Table>][];

/** Compares each new configuration with what is in force, and puts into force what can be. */
export function createReload(
  initial: Config,
  live: { readonly [Name in Part]?: Apply },
): (config: Config) => Reloaded {
  const inForce = new Map(digests(initial));
  return (config) => {
    const next = [...digests(config)].filter(([name, digest]) => inForce.get(name) !== digest);
    const done = new Map<Apply, boolean>();
    for (const [name] of next) {
      const apply = live[name];
      if (apply !== undefined && !done.has(apply)) done.set(apply, apply(config));
    }
    const isApplied = (name: Part): boolean => {
      const apply = live[name];
      return apply !== undefined && done.get(apply) === true;
    };
    for (const [name, digest] of next) if (isApplied(name)) inForce.set(name, digest);
    const changed = next.map(([name]) => name);
    return {
      applied: changed.filter(isApplied),
      needsRestart: changed.filter((name) => !isApplied(name)),
    };
  };
}

const required = (tls: Config['listeners'][0]['tls']): boolean => tls.mode === 'starttls' && tls.required;

function digest(value: unknown): string {
  const text = JSON.stringify(value, function (this: Record<string, unknown>, key, shown) {
    const held = this[key];
    if (held instanceof Secret) return held.reveal();
    return held === Number.POSITIVE_INFINITY ? 'unlimited' : shown;
  });
  return createHash('sha256')
    .update(text ?? '')
    .digest('base64');
}
