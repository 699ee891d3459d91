import type { Level } from './events.js';

const LEVEL_COLOUR: Readonly<Record<Level, number>> = { error: 31, warn: 33, info: 32, debug: 34 };
const BOLD = 1;
const DIM = 2;

/** A line of the log, as JSON, for people: local time, level, event, and `field=value` for each field. */
export function prettyLine(json: string, coloured: boolean): string {
  const { level, time, event, ...fields } = JSON.parse(json) as Line;
  const paint = (colour: number, text: string): string =>
    coloured ? `\u001b[${colour}m${text}\u001b[0m` : text;
  return [
    clockOf(new Date(time)),
    paint(LEVEL_COLOUR[level], level.toUpperCase().padEnd(5)),
    paint(BOLD, event),
    ...Object.entries(fields).map(([name, value]) => `${paint(DIM, `${name}=`)}${shown(value)}`),
  ].join(' ');
}

interface Line {
  readonly level: Level;
  readonly time: string;
  readonly event: string;
  readonly [field: string]: unknown;
}

/** In quotes unless it is one word: a stranger's text must not look like one more field. */
function shown(value: unknown): string {
  return typeof value === 'string' && /^[^\s"'=]+$/u.test(value) ? value : JSON.stringify(value);
}

function clockOf(time: Date): string {
  const parts = [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => pad(part, 2));
  return `${parts.join(':')}.${pad(time.getMilliseconds(), 3)}`;
}

const pad = (part: number, digits: number): string => String(part).padStart(digits, '0');
