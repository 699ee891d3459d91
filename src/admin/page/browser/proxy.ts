/** What came of a request. */
export type Answer<T> =
  | { readonly kind: 'answered'; readonly value: T }
  /** Without the token, or with a wrong one. */
  | { readonly kind: 'locked' }
  | Trouble;

export type Trouble = { readonly kind: 'refused'; readonly text: string } | { readonly kind: 'silent' };

/** Milliseconds. */
const PATIENCE = 10_000;
const TOKEN = 'imap-send-proxy-token';

/** For this tab alone, and gone with it. */
export const token = {
  get: (): string | null => sessionStorage.getItem(TOKEN),
  set: (text: string): void => sessionStorage.setItem(TOKEN, text),
};

export const look = <T>(path: string, signal?: AbortSignal): Promise<Answer<T>> =>
  request<T>('GET', path, signal);

/** The header is one that no page of somebody else's can add. */
export const change = (method: 'POST' | 'PUT' | 'DELETE', path: string): Promise<Answer<unknown>> =>
  request(method, path);

/** Relative to the page, wherever a reverse proxy has put it. Never rejects. */
async function request<T>(method: string, path: string, signal?: AbortSignal): Promise<Answer<T>> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  const shown = token.get();
  if (shown !== null) headers['Authorization'] = `Bearer ${shown}`;
  if (method !== 'GET') headers['X-Requested-By'] = 'status-page';
  try {
    const late = AbortSignal.timeout(PATIENCE);
    const response = await fetch(path, {
      method,
      headers,
      signal: signal === undefined ? late : AbortSignal.any([late, signal]),
    });
    if (response.status === 401) return { kind: 'locked' };
    const body = await response.json();
    if (response.ok) return { kind: 'answered', value: body as T };
    return { kind: 'refused', text: typeof body.error === 'string' ? body.error : String(response.status) };
  } catch {
    // No connection, no answer in time, or something in between that does not speak JSON.
    return { kind: 'silent' };
  }
}
