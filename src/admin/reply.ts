import type { ServerResponse } from 'node:http';

/** The status page, in one document. */
export interface Page {
  readonly html: string;
  /** Of its one style and its one script, as a Content-Security-Policy has them: `sha256-…`. */
  readonly styleHash: string;
  readonly scriptHash: string;
}

export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What no answer goes without. */
const ALWAYS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

/**
 * In ASCII alone. What peers chose is escaped: neither a terminal nor a browser sees a control character or a
 * bidirectional override in it.
 */
export const json = (value: unknown, status = 200): Reply => ({
  status,
  type: 'application/json',
  body: `${JSON.stringify(value).replace(/[^\x20-\x7e]/g, escaped)}\n`,
});

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

export const failure = (status: number, error: string, headers: Reply['headers'] = {}): Reply => ({
  ...json({ error }, status),
  headers,
});

/** Of all scripts and styles only those of the page count, and it talks to nobody but us. */
export const pageReply = ({ html, styleHash, scriptHash }: Page): Reply => ({
  status: 200,
  type: 'text/html; charset=utf-8',
  body: html,
  headers: {
    'Content-Security-Policy': [
      "default-src 'none'",
      `script-src '${scriptHash}'`,
      `style-src '${styleHash}'`,
      "connect-src 'self'",
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  },
});

export function write(response: ServerResponse, { status, type, body, headers }: Reply): void {
  const length = Buffer.byteLength(body);
  response.writeHead(status, { ...ALWAYS, 'Content-Type': type, 'Content-Length': length, ...headers });
  response.end(body);
}
