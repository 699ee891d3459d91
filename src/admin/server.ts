import http from 'node:http';
import type net from 'node:net';
import type { Log } from '../log/logger.js';
import { createAnswer } from './answer.js';
import type { Door } from './guard.js';
import { failure, type Page, write } from './reply.js';
import { createRoutes } from './routes.js';
import type { AdminView } from './view.js';

export interface AdminServer {
  /** With the real port. */
  readonly url: string;
  close(): Promise<void>;
}

export interface AdminServerOptions extends Door {
  readonly port: number;
  readonly view: AdminView;
  readonly page: Page;
  readonly log: Log;
}

/** Octets and milliseconds. Nobody needs more, and who sends little by little, or nothing, is not waited for. */
const LIMITS = {
  maxHeaderSize: 8 * 1024,
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  // Longer than the page waits between two requests, and than Prometheus usually does.
  keepAliveTimeout: 20_000,
  connectionsCheckingInterval: 1_000,
} as const;
const MAX_CONNECTIONS = 64;
const MAX_HEADERS = 64;
/** Milliseconds without an octet in either direction. */
const SILENCE_MS = 30_000;
/** Milliseconds for answers to get out when the proxy stops. */
const CLOSE_MS = 1_000;

/** The oldest goes, so that nobody keeps health checks out, at which the proxy would be started again, with idle connections. */
function makeRoom(server: http.Server): void {
  const open = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    const [oldest] = open;
    if (open.size > MAX_CONNECTIONS) oldest?.destroy();
  });
}

/** Rejects with what the system says when it cannot listen there. */
export async function startAdminServer(options: AdminServerOptions): Promise<AdminServer> {
  const { host, port, view, page, log } = options;
  const failed = (error: unknown): void => {
    const text = error instanceof Error ? error.stack : undefined;
    log.event('internal-error', { error: text ?? String(error) });
  };
  const answer = createAnswer(createRoutes(view, page, log), options, log);
  const server = http.createServer({ ...LIMITS, noDelay: true }, (request, response) => {
    // Nobody reads a body; but until it is out of the way, the next request is not seen.
    request.resume();
    const reply = answer(request).catch((error: unknown) => {
      failed(error);
      return failure(500, 'the proxy has a fault, see its log');
    });
    reply.then((known) => write(response, known)).catch(failed);
  });
  makeRoom(server);
  server.maxHeadersCount = MAX_HEADERS;
  server.setTimeout(SILENCE_MS);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, resolve);
  });
  server.removeAllListeners('error').on('error', failed);
  const { port: real } = server.address() as net.AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${real}`,
    close: () =>
      new Promise((resolve) => {
        const patience = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
        server.close(() => {
          clearTimeout(patience);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}
