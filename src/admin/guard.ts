import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isLoopback, parseEnd } from '../ip-address.js';
import type { Secret } from '../secret.js';

/** Where the listener is, and what is asked of who asks there. */
export interface Door {
  /** As it was configured. */
  readonly host: string;
  readonly token?: Secret | undefined;
}

/** Why a request is not answered. */
export interface Objection {
  readonly cause: 'host' | 'token' | 'origin';
  readonly status: 401 | 403 | 421;
  readonly text: string;
}

/**
 * A page of somebody else's can make a browser send requests here, and read the answers if the name of that page leads to
 * this address later on (DNS rebinding). An address cannot be made to lead elsewhere; and without the token it would read
 * nothing, so with one any address will do, whatever is translated on the way. No browser leaves Host out, but health checks
 * do that in HTTP/1.0, such as those of HAProxy.
 */
export function objectToHost({ host, token }: Door, given: string | undefined): Objection | undefined {
  if (given === undefined) return undefined;
  const name = hostOf(given);
  const address = name === undefined ? undefined : parseEnd(name);
  const isOurs =
    name === 'localhost' ||
    name === host.toLowerCase() ||
    (address !== undefined && (token !== undefined || isLoopback(address)));
  if (isOurs) return undefined;
  return { cause: 'host', status: 421, text: 'Host is not the address of this listener' };
}

/** Compared as digests: in constant time, whatever the length. */
export function objectToToken({ token }: Door, authorization: string | undefined): Objection | undefined {
  if (token === undefined) return undefined;
  const shown = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  if (shown !== undefined && timingSafeEqual(digest(shown), digest(token.reveal()))) return undefined;
  return { cause: 'token', status: 401, text: 'needs Authorization: Bearer and the token' };
}

/**
 * For what changes something. A page of somebody else's can send simple requests, which nobody is asked about (CSRF). One
 * with a header of its own, or JSON, is not simple: the browser asks us first, and gets no leave.
 */
export function objectToOrigin(headers: IncomingHttpHeaders): Objection | undefined {
  const object = (text: string): Objection => ({ cause: 'origin', status: 403, text });
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return object('sent by another site');
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) {
    return object('sent by another origin');
  }
  const isJson = /^application\/json\s*(?:;|$)/i.test(headers['content-type'] ?? '');
  if (isJson || headers['x-requested-by'] !== undefined) return undefined;
  return object('needs the header X-Requested-By');
}

/** Without the port: at the other end of a tunnel it is another one. Undefined for what is no host. */
function hostOf(given: string): string | undefined {
  const [, bracketed, plain] = /^(?:\[([\da-f:.]+)\]|([^\s:[\]/@]+))(?::\d{1,5})?$/i.exec(given) ?? [];
  return (bracketed ?? plain)?.toLowerCase();
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
