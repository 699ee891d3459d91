import { type EventName, type Events, LEVEL_OF, type Level } from './events.js';
import { cleaned } from './fields.js';
import type { Log } from './logger.js';

/** What is logged, as a value: `event` says which fields there are. Texts are cleaned and cut as in the lines of the log. */
export type LogEntry = { readonly [K in EventName]: EntryOf<K> }[EventName];

type EntryOf<K extends EventName> = Readonly<Events[K]> & { readonly event: K; readonly level: Level };

/** A log that gives its entries to `take`, in order. What that throws is dropped: sessions must not end for it. */
export function entryLog(take: (entry: LogEntry) => void): Log {
  return {
    event(name, fields) {
      const level = LEVEL_OF[name];
      try {
        take({ event: name, level, ...(cleaned(fields) as object) } as LogEntry);
      } catch {
        // It had its entry.
      }
    },
  };
}
