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

/** Throws when a map cannot be read. */
export function createSenders(initial: Chosen, log: Log): Senders {
  let chosen = initial;
  let watched = watch(chosen, log);
  return {
    policy: (login, senders) => watched.policy(login, senders),
    replace(next) {
      if (isDeepStrictEqual(next, chosen)) return true;
      const before = watched;
      try {
        watched = watch(next, log);
      } catch (error) {
        // It was there when the configuration was read, a moment ago.
        log.event('sender-map-rejected', { cause: (error as Error).message });
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

function watch(policy: Chosen, log: Log): WatchedSenderMap {
  switch (policy.kind) {
    case 'submission':
      return unwatched(leaveToSubmissionServer);
    case 'login':
      return unwatched(loginOnly(policy.defaultDomain));
    case 'map':
      return watchSenderMap(policy.file, policy.defaultDomain, (result) =>
        'logins' in result
          ? log.event('sender-map-loaded', result)
          : log.event('sender-map-rejected', result),
      );
  }
}
