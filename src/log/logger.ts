import { isatty } from 'node:tty';
import { type DestinationStream, pino } from 'pino';
import { type EventName, type Events, LEVEL_OF, type Level } from './events.js';
import { cleaned } from './fields.js';
import { LineBatch } from './line-batch.js';
import { prettyLine } from './pretty.js';

export const FORMATS = ['json', 'pretty'] as const;

export interface LogOptions {
  readonly level: Level;
  readonly format: (typeof FORMATS)[number];
}

/** Writes one line per event. Never throws for what a field holds. */
export interface Log {
  event<K extends EventName>(name: K, fields: Events[K]): void;
  /** Absent where it is for others to say what is logged. */
  setLevel?(level: Level): void;
}

let millisecond = Number.NaN;
let field = '';

/** As pino writes it (`isoTime`), but once for all lines of a millisecond, of which many sessions write several. */
function timeField(): string {
  const now = Date.now();
  if (now !== millisecond) {
    millisecond = now;
    field = `,"time":"${new Date(now).toISOString()}"`;
  }
  return field;
}

/**
 * A log to `destination` (standard output unless given). Every string is cleaned here, so that no call site can forget it.
 * Writes are synchronous: the last lines before an exit are the ones that are looked for. Those of level info are written together
 * at the end of a turn of the event loop, or of the process.
 */
export function createLog(options: LogOptions, destination?: DestinationStream): Log {
  const batch = destination === undefined ? standardOutput() : undefined;
  const out = destination ?? (batch as LineBatch);
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: timeField,
      formatters: { level: (label) => ({ level: label }) },
    },
    options.format === 'json' ? out : prettified(out, destination === undefined && isColourTerminal()),
  );
  return {
    setLevel(level) {
      logger.level = level;
    },
    event(name, fields) {
      const level = LEVEL_OF[name];
      if (!logger.isLevelEnabled(level)) return;
      const line: Record<string, unknown> = { event: name };
      const given = fields as Readonly<Record<string, unknown>>;
      for (const field of Object.keys(given)) line[field] = cleaned(given[field], field);
      logger[level](line);
      if (level !== 'info') batch?.flush();
    },
  };
}

function standardOutput(): LineBatch {
  const batch = new LineBatch(pino.destination({ dest: 1, sync: true }));
  // Comes also after an uncaught exception.
  process.once('exit', () => batch.flush());
  return batch;
}

function prettified(out: DestinationStream, coloured: boolean): DestinationStream {
  return { write: (line) => out.write(`${prettyLine(line, coloured)}\n`) };
}

/** As users of terminals say it, with TERM, NO_COLOR and the like. */
const isColourTerminal = (): boolean => isatty(1) && process.stdout.hasColors();
