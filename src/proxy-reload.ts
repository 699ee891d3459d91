import { createHash } from 'node:crypto';
import type { Config } from './config/config.js';
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
  clientAddress: 'client-address',
  submission: 'submission',
  senderPolicy: 'sender-policy',
  state: 'state',
  limits: 'limits',
  timeouts: 'timeouts',
  admin: 'admin',
  spoolDirectory: 'spool-dir',
  drainTimeoutMs: 'drain-timeout',
  workers: 'workers',
  log: 'log',
} as const satisfies Record<Exclude<keyof Config, 'listeners'>, string>;

type Part = 'listen' | 'tls-cert' | 'tls-client-ca' | (typeof FIELDS)[keyof typeof FIELDS];

/** A digest of each, so that secrets count but are not kept. */
function digests(config: Config): ReadonlyMap<Part, string> {
  const identity = identityOf(config);
  const { listeners, ...others } = config;
  const where = listeners.map(({ host, port, tls }) => [host, port, tls.mode, required(tls)]);
  return new Map<Part, string>([
    ['listen', digest(where)],
    ['tls-cert', digest(identity?.certificates)],
    ['tls-client-ca', digest(identity?.clients ?? { kind: 'none' })],
    ...(Object.keys(others) as (keyof typeof others)[]).map(
      (field) => [FIELDS[field], digest(others[field])] as const,
    ),
  ]);
}

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
