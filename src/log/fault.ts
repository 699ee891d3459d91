import type { Log } from './logger.js';

/** Logs a fault of ours that comes to light in this session. */
export const faultLogger =
  (log: Log, session: string) =>
  (error: unknown): void => {
    const text = error instanceof Error ? error.stack : undefined;
    log.event('internal-error', { session, error: text ?? String(error) });
  };
