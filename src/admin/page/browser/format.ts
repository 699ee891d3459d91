const NUMBER = new Intl.NumberFormat('en-GB');
const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });

export const count = (value: number): string => NUMBER.format(value);

/** `1 session`, `1,200 sessions`. */
export const counted = (value: number, noun: string): string =>
  `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

/** With three digits at least from KiB on, so that columns stay legible. */
export function octets(value: number): string {
  const units = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  if (value < 1024) return `${value} B`;
  let [scaled, at] = [value / 1024, 0];
  while (scaled >= 1023.5 && at < units.length - 1) [scaled, at] = [scaled / 1024, at + 1];
  const digits = scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0;
  return `${scaled.toFixed(digits)} ${units[at]}`;
}

/** How long ago, or for how long: the two largest units. */
export function elapsed(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${minutes % 60} min`;
  return `${count(Math.floor(hours / 24))} d ${hours % 24} h`;
}

export const took = (milliseconds: number): string =>
  milliseconds < 1000 ? `${milliseconds} ms` : `${(milliseconds / 1000).toFixed(1)} s`;

/** As the reader's clock has it, with the zone. */
export const moment = (iso: string): string => MOMENT.format(new Date(iso));

/**
 * What a peer said, so that it cannot pretend to be something else: a bidirectional override turns what follows it round,
 * and what has no width hides (Unicode TR 36 §2.5).
 */
export const visible = (text: string): string =>
  text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
