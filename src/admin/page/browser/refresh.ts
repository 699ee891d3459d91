/** Milliseconds between an answer and the next question. */
const PAUSE = 2_000;

export interface Refresh {
  /** At once, whatever is under way. */
  now(): void;
  pause(paused: boolean): void;
}

/** Calls `load` again and again, never twice at a time; not while nobody sees the page. */
export function startRefresh(load: (signal: AbortSignal) => Promise<void>): Refresh {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let current = new AbortController();
  let paused = false;
  const stop = (): void => {
    clearTimeout(timer);
    current.abort();
  };
  const run = async (): Promise<void> => {
    stop();
    const mine = new AbortController();
    current = mine;
    await load(mine.signal);
    if (!mine.signal.aborted && !paused && !document.hidden) timer = setTimeout(run, PAUSE);
  };
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) stop();
    else if (!paused) void run();
  });
  void run();
  return {
    now: () => void run(),
    pause(value) {
      paused = value;
      if (paused) stop();
      else void run();
    },
  };
}
