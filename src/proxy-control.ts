import type { Readings } from './metrics/readings.js';
import type { SessionList } from './relay/session-list.js';
import type { Dismissal } from './relay/visit.js';

/** What a process that serves clients can be asked, and told to do. */
export interface Control {
  readings(): Readings;
  /** Sessions whose id, address or user has `text` in it; at most so many are shown. */
  sessions(text: string, most: number): SessionList;
  /** Ends a session in order; false when it is not one of ours. */
  end(id: string): boolean;
  /** From now on these logins send nothing, and all others do. */
  refuse(users: readonly string[]): void;
}

/** The same of all processes together. */
export interface CommonControl {
  /** Resolves when all readings that can be had went to where they are counted. */
  read(): Promise<void>;
  sessions(text: string, most: number): Promise<SessionList>;
  end(id: string): Promise<boolean>;
  /** Resolves when it is in force. */
  refuse(users: readonly string[]): Promise<void>;
}

/** Of one process, which is this one. */
export const commonControl = (control: Control, read: (readings: Readings) => void): CommonControl => ({
  read: async () => read(control.readings()),
  sessions: async (text, most) => control.sessions(text, most),
  end: async (id) => control.end(id),
  refuse: async (users) => control.refuse(users),
});

/** Why sessions end that somebody at the admin listener ends. */
export const ENDED: Dismissal = {
  reason: { side: 'proxy', cause: 'administrator' },
  text: 'the administrator ended this session',
};
