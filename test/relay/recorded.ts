import type { EventName, Events } from '../../src/log/events.js';
import type { Log } from '../../src/log/logger.js';

export interface Recorded {
  readonly event: EventName;
  readonly fields: Events[EventName];
}

/** A log that can be read. */
export function recordingLog(): { log: Log; logged: readonly Recorded[] } {
  const logged: Recorded[] = [];
  return { log: { event: (event, fields) => void logged.push({ event, fields }) }, logged };
}
