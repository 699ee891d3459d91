import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { plainAddress } from '../ip-address.js';
import type { Log } from '../log/logger.js';
import { type Door, type Objection, objectToHost, objectToOrigin, objectToToken } from './guard.js';
import { failure, type Reply } from './reply.js';
import type { Method, Route } from './routes.js';
import { findRoute, readTarget } from './target.js';

/** Octets: no request has a body that means anything. */
const MAX_BODY = 1_024;

/** What a request is answered: by its route if nothing speaks against it. Rejects for a fault of ours alone. */
export function createAnswer(
  routes: readonly Route[],
  door: Door,
  log: Log,
): (request: IncomingMessage) => Promise<Reply> {
  return async ({ headers, method: given = '', url = '', socket }) => {
    const address = plainAddress(socket.remoteAddress ?? '');
    const refuse = ({ cause, status, text }: Objection): Reply => {
      log.event('admin-refused', { address, cause });
      return failure(status, text, cause === 'token' ? { 'WWW-Authenticate': 'Bearer' } : {});
    };
    const misplaced = objectToHost(door, headers.host);
    if (misplaced !== undefined) return refuse(misplaced);
    const target = readTarget(url);
    if (target === undefined) return failure(400, 'this is no path');
    const found = findRoute(routes, target.parts);
    const stranger = objectToToken(door, headers.authorization);
    // Before anything is said of the path: what there is, is not for everybody either.
    if (stranger !== undefined && !found?.route.open) return refuse(stranger);
    if (found === undefined) return failure(404, 'there is nothing here');
    const { route, name } = found;
    const method = (given === 'HEAD' ? 'GET' : given) as Method;
    const run = Object.hasOwn(route.methods, method) ? route.methods[method] : undefined;
    if (run === undefined) return failure(405, 'not with this method', { Allow: methodsOf(route) });
    if (hasLargeBody(headers)) return failure(413, 'no body is expected', { Connection: 'close' });
    const foreign = method === 'GET' ? undefined : objectToOrigin(headers);
    if (foreign !== undefined) return refuse(foreign);
    return run({ name, query: target.query, address, trusted: stranger === undefined });
  };
}

const methodsOf = ({ methods }: Route): string =>
  Object.keys(methods)
    .flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    .join(', ');

const hasLargeBody = (headers: IncomingHttpHeaders): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > MAX_BODY;
