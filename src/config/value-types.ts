import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { type Network, parseNetwork } from '../ip-address.js';
import { parseRate, type Rate } from '../ledger/rate.js';
import { parseRedisUrl } from '../ledger/redis-url.js';
import type { State } from './config.js';
import {
  type Endpoint,
  type NamedSocket,
  parseDomain,
  parseEndpoint,
  parseNamedSocket,
  type Schemes,
} from './endpoint.js';
import { parseDuration, parseSize } from './quantity.js';

/**
 * How an option's text becomes a value. The message of an issue says what is expected; `meta` is how the value looks in JSON
 * Schema, in its usual form.
 */
export type Type<Value = unknown> = z.ZodType<Value, string | string[]>;

/** `parse` gives undefined for what is not as expected. */
export function parsed<Value>(expected: string, parse: (text: string) => Value | undefined) {
  return z.string({ error: expected }).transform((text, context): Value => {
    const value = parse(text);
    if (value !== undefined) return value;
    context.addIssue(expected);
    return z.NEVER;
  });
}

export function choice<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: words.join(', ').replace(/, (?=[^,]*$)/, ' or ') });
}

export function word(expected: string) {
  return z.string({ error: expected }).min(1, { error: expected });
}

export const file = word('a file name');

export const files = z.array(file).min(1, { error: 'a file name' });

export const onOff = z.stringbool({ error: 'true or false' }).meta({ type: 'boolean' });

const MAX_COUNT = 999_999_999;

/** A whole number from 1 that a counter of ours can reach. */
export const count = parsed('a whole number from 1', parseCount).meta({
  type: 'integer',
  minimum: 1,
  maximum: MAX_COUNT,
});

export const countOrUnlimited = parsed('a whole number from 1, or unlimited', (text) =>
  text === 'unlimited' ? Number.POSITIVE_INFINITY : parseCount(text),
).meta({
  type: ['integer', 'string'],
  minimum: 1,
  maximum: MAX_COUNT,
  pattern: '^unlimited$',
});

/** More would only wait for each other. */
const MAX_WORKERS = 64;

export const workers = parsed(`a whole number from 1 to ${MAX_WORKERS}, or auto`, (text) => {
  if (text === 'auto') return Math.min(availableParallelism(), MAX_WORKERS);
  const count = parseCount(text);
  return count !== undefined && count <= MAX_WORKERS ? count : undefined;
}).meta({ type: ['integer', 'string'], minimum: 1, maximum: MAX_WORKERS, pattern: '^auto$' });

/** Where to listen: several, port 0 is left to the system, and a socket may be there already. */
export const listeners = (schemes: Schemes) => {
  const expected = `${shapes(schemes)}, or +systemd://name for ://host:port`;
  const place = parsed(
    expected,
    (text): Endpoint | NamedSocket | undefined =>
      parseNamedSocket(text, schemes) ?? parseEndpoint(text, schemes),
  ).meta({ pattern: `^(${pattern(schemes)}|(${Object.keys(schemes).join('|')})\\+systemd://[\\w.@-]+/?)$` });
  return z.array(place).min(1, { error: expected });
};

/** One place to listen, or `off`, which takes back what a weaker source set. */
export const listenerOrOff = (schemes: Schemes) =>
  parsed(`${shapes(schemes)}, or off`, (text): Endpoint | 'off' | undefined =>
    text === 'off' ? text : parseEndpoint(text, schemes),
  ).meta({ pattern: `^(off|${pattern(schemes)})$` });

const NETWORK = 'an address or a network such as 192.0.2.0/24, or none';

/** Addresses and networks; `none` takes back what a weaker source set. */
export const networks = z
  .array(
    parsed(NETWORK, (text): Network | 'none' | undefined =>
      text === 'none' ? text : parseNetwork(text),
    ).meta({ pattern: '^(none|[0-9a-fA-F:.]+(/[0-9]+)?)$' }),
  )
  .transform((all, context): Network[] => {
    const networks = all.filter((each) => each !== 'none');
    if (networks.length > 0 && networks.length < all.length) context.addIssue(NETWORK);
    return networks;
  });

/** Where to connect. */
export const server = (schemes: Schemes) => endpoint(schemes, 1);

export const size = parsed('a size such as 100MiB', parseSize).meta({
  type: ['string', 'integer'],
  pattern: '^[0-9]+ ?(B|kB|MB|GB|KiB|MiB|GiB)?$',
  minimum: 1,
});

const DURATION = '^[0-9]+ ?(ms|s|m|h|d)$';

export const duration = parsed('a duration such as 30s, at most 24d', parseDuration).meta({
  pattern: DURATION,
});

/** A duration that a deadline may have, in milliseconds. */
export const timeout = parsed('a duration from 1s to 24d', (text) => {
  const milliseconds = parseDuration(text);
  return milliseconds !== undefined && milliseconds >= 1_000 ? milliseconds : undefined;
}).meta({ pattern: DURATION });

/** RFC 9051 §5.4: at least 30 minutes. */
export const idleTimeout = parsed('a duration from 30m (RFC 9051) to 24d', (text) => {
  const milliseconds = parseDuration(text);
  return milliseconds !== undefined && milliseconds >= 30 * 60_000 ? milliseconds : undefined;
}).meta({ pattern: DURATION });

export const domain = parsed('a domain such as example.org', parseDomain).meta({
  pattern: '^[^\\s/@:]+$',
});

/** `off` is how a stronger source takes back what a weaker one set. */
export const rate = parsed('a rate such as 200/1h, or off', (text): Rate | 'off' | undefined =>
  text === 'off' ? text : parseRate(text),
).meta({ pattern: '^(off|[1-9][0-9]*/[1-9][0-9]*[smhd])$' });

export const state = word('memory, redis://… or rediss://…')
  .transform((text, context): State => {
    if (text === 'memory') return { kind: 'memory' };
    const redis = parseRedisUrl(text);
    if (redis.ok) return { kind: 'redis', target: redis.target };
    context.addIssue(/^rediss?[:+]/i.test(text) ? redis.reason : 'memory, redis://… or rediss://…');
    return z.NEVER;
  })
  .meta({ pattern: '^(memory|rediss?([+](sentinel|cluster))?://.+)$' });

function endpoint(schemes: Schemes, lowestPort: number) {
  return parsed(shapes(schemes), (text): Endpoint | undefined => {
    const found = parseEndpoint(text, schemes);
    return found && found.port >= lowestPort ? found : undefined;
  }).meta({ pattern: `^${pattern(schemes)}$` });
}

function pattern(schemes: Schemes): string {
  return `(${Object.keys(schemes).join('|')})://[^\\s/?#@]+/?`;
}

function shapes(schemes: Schemes): string {
  return Object.keys(schemes)
    .map((scheme) => `${scheme}://host:port`)
    .join(' or ');
}

function parseCount(text: string): number | undefined {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}
