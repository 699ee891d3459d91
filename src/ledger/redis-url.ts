import { Secret } from '../secret.js';

export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

/** Where Redis is, as an URL says it. */
export type RedisTarget = RedisAccess &
  (
    | { readonly kind: 'single'; readonly node: RedisNode; readonly db: number }
    | {
        readonly kind: 'sentinel';
        readonly sentinels: readonly RedisNode[];
        /** The name of the master that the sentinels watch. */
        readonly master: string;
        readonly db: number;
        /** The login at the sentinels; the other one is for the servers. */
        readonly sentinelUser?: string;
        readonly sentinelPassword?: Secret;
      }
    | { readonly kind: 'cluster'; readonly nodes: readonly RedisNode[] }
  );

interface RedisAccess {
  /** For the sentinels, too. */
  readonly tls: boolean;
  readonly user?: string;
  readonly password?: Secret;
}

export type ParsedRedisUrl =
  | { readonly ok: true; readonly target: RedisTarget }
  /** `reason` continues "expected …" and never quotes the password. */
  | { readonly ok: false; readonly reason: string };

const shape =
  /^redis(s?)(?:\+(sentinel|cluster))?:\/\/(?:([^@/?#]*)@)?([^@/?#]+)(?:\/([^?#]*))?(?:\?([^#]*))?$/i;
const node = /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/i;

/**
 * Reads
 *
 *     redis://[[user]:password@]host[:6379][/db]
 *     redis+sentinel://[[user]:password@]host[:26379][,host…]/master[/db][?sentinel-user=…&sentinel-password=…]
 *     redis+cluster://[[user]:password@]host[:6379][,host…]
 *
 * and the same with `rediss` for TLS. Reserved characters in names and passwords are percent-encoded (RFC 3986 §2.1).
 */
export function parseRedisUrl(url: string): ParsedRedisUrl {
  const parts = shape.exec(url);
  if (parts === null) return bad('redis://, rediss://, redis+sentinel:// or redis+cluster:// and a host');
  const [, tls, form, login, hosts = '', path = '', query = ''] = parts;
  const kind = form?.toLowerCase() ?? 'single';
  const nodes = hosts.split(',').map((each) => parseNode(each, kind === 'sentinel' ? 26379 : 6379));
  if (!nodes.every((each) => each !== undefined)) return bad('host or host:port, IPv6 addresses in brackets');
  try {
    const access = { tls: tls !== '', ...parseLogin(login) };
    const segments = path.split('/').map(decodeURIComponent);
    if (query !== '' && kind !== 'sentinel') return bad('no options after a question mark');
    if (kind === 'cluster') {
      return path === '' ? good({ ...access, kind, nodes }) : bad('no database: a cluster has only one');
    }
    const master = kind === 'sentinel' ? segments.shift() : undefined;
    const db = parseDatabase(segments);
    if (db === undefined) return bad('a database number after the last slash');
    if (kind === 'sentinel') {
      if (!master) return bad("the master's name after the hosts, as in redis+sentinel://host/mymaster");
      return parseSentinel({ ...access, kind, sentinels: nodes, master, db }, query);
    }
    const [first, ...others] = nodes;
    return first === undefined || others.length > 0
      ? bad('one host; several need redis+sentinel:// or redis+cluster://')
      : good({ ...access, kind: 'single', node: first, db });
  } catch (error) {
    if (error instanceof URIError) return bad('reserved characters as %XX');
    throw error;
  }
}

function parseNode(text: string, defaultPort: number): RedisNode | undefined {
  const [, ipv6, name, digits] = node.exec(text) ?? [];
  const host = ipv6 ?? name;
  const port = digits === undefined ? defaultPort : Number(digits);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}

function parseLogin(text = ''): { user?: string; password?: Secret } {
  const colon = text.indexOf(':');
  const user = decodeURIComponent(colon < 0 ? text : text.slice(0, colon));
  const password = colon < 0 ? '' : decodeURIComponent(text.slice(colon + 1));
  return { ...(user !== '' && { user }), ...(password !== '' && { password: new Secret(password) }) };
}

function parseDatabase(segments: readonly string[]): number | undefined {
  const [text = '', ...others] = segments;
  return others.length === 0 && /^\d{0,5}$/.test(text) ? Number(text) : undefined;
}

function parseSentinel(target: Extract<RedisTarget, { kind: 'sentinel' }>, query: string): ParsedRedisUrl {
  const options = new Map(new URLSearchParams(query));
  const user = options.get('sentinel-user');
  const password = options.get('sentinel-password');
  options.delete('sentinel-user');
  options.delete('sentinel-password');
  if (options.size > 0) return bad('no other options than sentinel-user and sentinel-password');
  return good({
    ...target,
    ...(user && { sentinelUser: user }),
    ...(password && { sentinelPassword: new Secret(password) }),
  });
}

function good(target: RedisTarget): ParsedRedisUrl {
  return { ok: true, target };
}

function bad(reason: string): ParsedRedisUrl {
  return { ok: false, reason };
}
