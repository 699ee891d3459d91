const OCTETS = {
  '': 1,
  B: 1,
  kB: 1000,
  KiB: 1024,
  MB: 1000 ** 2,
  MiB: 1024 ** 2,
  GB: 1000 ** 3,
  GiB: 1024 ** 3,
};

const MILLISECONDS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Timers of Node.js hold a signed 32-bit number of milliseconds, and one that does not fit fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** `100MiB` in octets: a whole number and a unit, SI or IEC; octets without one. Undefined for anything else, and for 0. */
export function parseSize(text: string): number | undefined {
  const octets = quantity(text, OCTETS);
  return octets === 0 ? undefined : octets;
}

/** `30s` in milliseconds, as a timer can hold it: a whole number and ms, s, m, h or d. Undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const milliseconds = quantity(text, MILLISECONDS);
  return milliseconds !== undefined && milliseconds <= LONGEST_TIMER ? milliseconds : undefined;
}

function quantity(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const [, digits = '', unit = ''] = /^(\d+)(?: ?([a-zA-Z]+))?$/.exec(text) ?? [];
  if (digits === '' || !Object.hasOwn(units, unit)) return undefined;
  const value = Number(digits) * units[unit]!;
  return Number.isSafeInteger(value) ? value : undefined;
}
