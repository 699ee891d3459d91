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

/** How a part of the configuration is put into force; undefined where that takes a restart. */
type Apply = ((config: Config) => void) | undefined;

const PARTS = {
  listen: ({ listeners }) => listeners.map(({ host, port, tls }) => [host, port, tls.mode, required(tls)]),
  'tls-cert': (config) => identityOf(config)?.certificates,
  'tls-client-ca': (config) => identityOf(config)?.clients,
  upstream: ({ upstream }) => upstream,
  submission: ({ submission }) => submission,
  'sender-policy': ({ senderPolicy }) => senderPolicy,
  state: ({ state }) => state,
  limits: ({ limits }) => limits,
  'spool-dir': ({ spoolDirectory }) => spoolDirectory,
  'drain-timeout': ({ drainTimeoutMs }) => drainTimeoutMs,
  log: ({ log }) => log,
} as const satisfies Record<string, (config: Config) => unknown>;

type Part = keyof typeof PARTS;
const NAMES = Object.keys(PARTS) as readonly Part[];

/** Compares each new configuration with what is in force, and puts into force what can be. */
export function createReload(
  initial: Config,
  live: { readonly [Name in Part]?: Apply },
): (config: Config) => Reloaded {
  const inForce = new Map(NAMES.map((name) => [name, digest(PARTS[name](initial))]));
  return (config) => {
    const changed = NAMES.filter((name) => inForce.get(name) !== digest(PARTS[name](config)));
    const applied = changed.filter((name) => live[name] !== undefined);
    for (const apply of new Set(applied.map((name) => live[name]))) apply?.(config);
    for (const name of applied) inForce.set(name, digest(PARTS[name](config)));
    return { applied, needsRestart: changed.filter((name) => live[name] === undefined) };
  };
}

const required = (tls: Config['listeners'][0]['tls']): boolean => tls.mode === 'starttls' && tls.required;

/** Of what secrets say as well, without keeping it. */
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
