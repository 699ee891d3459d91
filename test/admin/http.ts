import http from 'node:http';
import { text } from 'node:stream/consumers';

export interface Answered {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  /** The body, read as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: what is in it is what tests ask
  readonly json: any;
}

export interface Asking {
  readonly method?: string;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: string;
}

/** One request on a connection of its own; `Host` and all else is as the test says. */
export function ask(
  url: string,
  path: string,
  { method = 'GET', headers, body }: Asking = {},
): Promise<Answered> {
  const { hostname, port, host } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = http.request({
      host: hostname.replace(/^\[|\]$/g, ''),
      port,
      path,
      method,
      headers: { host, ...headers },
      agent: false,
    });
    request.once('error', reject);
    request.once('response', async (response) => {
      const read = await text(response).catch(reject);
      const { statusCode = 0, headers: answered } = response;
      if (read !== undefined)
        resolve({
          status: statusCode,
          headers: answered,
          body: read,
          get json() {
            return JSON.parse(read);
          },
        });
    });
    request.end(body);
  });
}

/** What changes something has to say so. */
export const BY_PAGE = { 'x-requested-by': 'status-page' };
