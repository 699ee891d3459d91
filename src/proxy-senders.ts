import { isDeepStrictEqual } from 'node:util';
import type { SenderPolicy as Chosen } from './config/config.js';
import type { Log } from './log/logger.js';
import { type WatchedSenderMap, watchSenderMap } from './send/sender-map.js';
import { leaveToSubmissionServer, loginOnly, type SenderPolicy } from './send/sender-policy.js';

/** Who may send as whom, now. */
export interface Senders {
  readonly policy: SenderPolicy;
  /** Counts for each message from here on. False, and nothing is changed, when a map cannot be read. */
  replace(chosen: Chosen): boolean;
  /** Whether a map has changed: now, rather than some time soon. */
  look(): void;
  close(): void;
}

/**
 * A map that cannot be read any more does not keep a worker from being replaced: mail is read through it, and nobody may
 * send until the map is there again.
 */
export function createSenders(initial: Chosen, log: Log): Senders {
  const rejected = (error: unknown): void =>
    log.event('sender-map-rejected', { cause: (error as Error).message });
  let chosen = initial;
  let watched: WatchedSenderMap;
  try {
    watched = watch(initial, log);
  } catch (error) {
    rejected(error);
    watched = watch(initial, log, true);
  }
  return {
    policy: (login, senders) => watched.policy(login, senders),
    replace(next) {
      if (isDeepStrictEqual(next, chosen)) return true;
      const before = watched;
      try {
        watched = watch(next, log);
      } catch (error) {
        // It was there when the configuration was read, a moment ago.
        rejected(error);
        return false;
      }
      before.close();
      chosen = next;
      return true;
    },
    look: () => watched.look(),
    close: () => watched.close(),
  };
}

const unwatched = (policy: SenderPolicy): WatchedSenderMap => ({ policy, look: () => {}, close: () => {} });

function watch(policy: Chosen, log: Log, absent = false): WatchedSenderMap {
  switch (policy.kind) {
    case 'submission':
      return unwatched(leaveToSubmissionServer);
    case 'login':
      return unwatched(loginOnly(policy.defaultDomain));
    case 'map':
      return watchSenderMap(
        policy.file,
        policy.defaultDomain,
        (result) =>
          'logins' in result
            ? log.event('sender-map-loaded', result)
            : log.event('sender-map-rejected', result),
        { absent },
      );
  }
}
