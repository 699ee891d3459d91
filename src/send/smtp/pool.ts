/** How many of one kind, and how long they are kept. */
export interface PoolOptions<Entry> {
  /** Places for each key. */
  readonly capacity: number;
  /** Milliseconds that an entry is kept for the next user. */
  readonly idle: number;
  /** Whether a kept entry is still good. */
  usable(entry: Entry): boolean;
  /** Ends an entry that nobody uses. */
  discard(entry: Entry): Promise<void>;
}

/** Entries (connections) kept for a short while by key (identity), and a bound on how many are in use at once. */
export interface Pool<Entry> {
  /** Waits for a place, in order of arrival. */
  enter(key: string): Promise<Place<Entry>>;
  /** Discards all entries, those in use when they are given back; resolves when none is left and nobody waits. */
  close(): Promise<void>;
}

export interface Place<Entry> {
  /** The entry given back last that is still usable, if there is one. */
  take(): Entry | undefined;
  /** Ends the stay, once; `entry` is kept for others while it is usable. */
  leave(entry?: Entry): void;
}

interface Group<Entry> {
  occupied: number;
  readonly waiting: Array<() => void>;
  readonly kept: Array<{ readonly entry: Entry; readonly timer: NodeJS.Timeout }>;
}

export function createPool<Entry>({ capacity, idle, usable, discard }: PoolOptions<Entry>): Pool<Entry> {
  const groups = new Map<string, Group<Entry>>();
  const discarding = new Set<Promise<void>>();
  let closed: Promise<void> | undefined;
  let onEmpty = () => {};

  function dispose(entry: Entry): void {
    const done = discard(entry).finally(() => {
      discarding.delete(done);
      tidy();
    });
    discarding.add(done);
  }

  function tidy(): void {
    for (const [key, { occupied, kept }] of groups) {
      if (occupied === 0 && kept.length === 0) groups.delete(key);
    }
    if (groups.size === 0 && discarding.size === 0) onEmpty();
  }

  function take({ kept }: Group<Entry>): Entry | undefined {
    for (let last = kept.pop(); last; last = kept.pop()) {
      clearTimeout(last.timer);
      if (usable(last.entry)) return last.entry;
      dispose(last.entry);
    }
    return undefined;
  }

  function keep({ kept }: Group<Entry>, entry: Entry): void {
    const timer = setTimeout(() => {
      kept.splice(kept.indexOf(item), 1);
      dispose(entry);
    }, idle);
    const item = { entry, timer };
    kept.push(item);
  }

  function leave(group: Group<Entry>, entry: Entry | undefined): void {
    const next = group.waiting.shift();
    if (next === undefined) group.occupied--;
    if (entry !== undefined) {
      const wanted = usable(entry) && (next !== undefined || !closed);
      if (wanted) keep(group, entry);
      else dispose(entry);
    }
    next?.();
    tidy();
  }

  return {
    async enter(key) {
      const group = groups.get(key) ?? { occupied: 0, waiting: [], kept: [] };
      groups.set(key, group);
      if (group.occupied < capacity) group.occupied++;
      else await new Promise<void>((resolve) => group.waiting.push(resolve));
      return { take: () => take(group), leave: (entry) => leave(group, entry) };
    },
    close() {
      closed ??= new Promise((resolve) => {
        onEmpty = resolve;
      });
      for (const { kept } of groups.values()) {
        for (const { entry, timer } of kept.splice(0)) {
          clearTimeout(timer);
          dispose(entry);
        }
      }
      tidy();
      return closed;
    },
  };
}
