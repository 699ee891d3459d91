import type { Endpoint, NamedSocket } from './endpoint.js';
import { listeningAddress } from './listening-address.js';
import type { Environment } from './sources.js';
import type { Options } from './values.js';

/** Where clients connect; `fd` is the descriptor where the socket is listening already. */
export type Place = Endpoint & { readonly fd?: number };

/** A socket that the service manager opened and passed on, by the name that it has there. */
export interface PassedSocket {
  readonly fd: number;
  readonly name: string;
}

/** SD_LISTEN_FDS_START of sd_listen_fds(3). */
const FIRST = 3;

/** What sd_listen_fds_with_names(3) gives; nothing where the variables are for another process. */
export function passedSockets(environment: Environment, pid = process.pid): readonly PassedSocket[] {
  if (environment['LISTEN_PID'] !== String(pid)) return [];
  const count = /^\d{1,4}$/.test(environment['LISTEN_FDS'] ?? '') ? Number(environment['LISTEN_FDS']) : 0;
  const names = environment['LISTEN_FDNAMES']?.split(':') ?? [];
  return Array.from({ length: count }, (_, at) => ({ fd: FIRST + at, name: names[at] || 'unknown' }));
}

/**
 * All sockets of each name that `listen` has, among its other places. Throws ConfigError, also for one that was passed and
 * has no name there: its clients would wait for ever.
 */
export function resolvePlaces({ values, unexpected }: Options, environment: Environment): readonly Place[] {
  const passed = passedSockets(environment);
  const named = new Set(values.listen.flatMap((place) => ('socket' in place ? [place.socket] : [])));
  const left = passed.find(({ name }) => !named.has(name));
  if (left !== undefined) {
    throw unexpected(
      'listen',
      `imap+systemd:// or imaps+systemd:// for the socket "${left.name}" of systemd`,
    );
  }
  return values.listen.flatMap((place): readonly Place[] => {
    if (!('socket' in place)) return [place];
    const own = passed.filter(({ name }) => name === place.socket);
    if (own.length === 0) {
      const names = [...new Set(passed.map(({ name }) => `"${name}"`))].join(', ') || 'nothing';
      throw unexpected('listen', `the name of a socket that systemd passed (${names})`, written(place));
    }
    return own.map(({ fd }) => {
      const address = listeningAddress(fd);
      if (address === undefined) throw unexpected('listen', 'a TCP socket that listens', written(place));
      return { scheme: place.scheme, secure: place.secure, ...address, fd };
    });
  });
}

const written = ({ scheme, socket }: NamedSocket): string => `${scheme}+systemd://${socket}`;
