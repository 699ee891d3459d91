import type { Route } from './routes.js';

export interface Target {
  /** Between the slashes, decoded. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
}

/** What a request asks for, in origin form (RFC 9112 §3.2.1). Undefined for any other form, and for broken escapes. */
export function readTarget(url: string): Target | undefined {
  const [path = '', query = ''] = url.split(/\?(.*)/s);
  if (!path.startsWith('/')) return undefined;
  try {
    return { parts: path.slice(1).split('/').map(decodeURIComponent), query: new URLSearchParams(query) };
  } catch {
    return undefined;
  }
}

export interface Found {
  readonly route: Route;
  /** What stands for `*`. */
  readonly name: string;
}

export function findRoute(routes: readonly Route[], parts: readonly string[]): Found | undefined {
  for (const route of routes) {
    const expected = route.path.slice(1).split('/');
    const matches =
      expected.length === parts.length &&
      expected.every((part, at) => (part === '*' ? parts[at] !== '' : part === parts[at]));
    if (matches) return { route, name: parts[expected.indexOf('*')] ?? '' };
  }
  return undefined;
}
