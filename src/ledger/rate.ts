/** At most `count` in each window of `seconds`. */
export interface Rate {
  readonly count: number;
  readonly seconds: number;
}

const secondsOf = { s: 1, m: 60, h: 60 * 60, d: 24 * 60 * 60 };

/** Timers, with which windows in memory end, cannot be longer than 2³¹ ms: they would end at once. */
const longest = 24 * secondsOf.d;

/** Reads `200/1h`: a count, and a window in s, m, h or d of at most 24 days. Undefined if it is nothing like that. */
export function parseRate(text: string): Rate | undefined {
  const [, count, length, unit] = /^([1-9]\d{0,8})\/([1-9]\d{0,6})([smhd])$/.exec(text) ?? [];
  if (count === undefined || length === undefined || unit === undefined) return undefined;
  const seconds = Number(length) * secondsOf[unit as keyof typeof secondsOf];
  return seconds <= longest ? { count: Number(count), seconds } : undefined;
}
