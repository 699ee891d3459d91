const NUMBER = '(?:\\*|[1-9]\\d{0,9})';
const RANGE = `${NUMBER}(?::${NUMBER})?`;
const SEQUENCE_SET = new RegExp(`^(?:\\$|${RANGE}(?:,${RANGE})*)$`);
/** `nz-number`: 0 < n < 4,294,967,296 (RFC 9051 §9). */
const MAX_NUMBER = 4_294_967_295;

/** Whether `text` is a `sequence-set` (RFC 9051 §9), `$` (RFC 5182 §2.1) included. */
export function isSequenceSet(text: string): boolean {
  if (!SEQUENCE_SET.test(text)) return false;
  return (text.match(/\d+/g) ?? []).every((digits) => Number(digits) <= MAX_NUMBER);
}

/**
 * Whether a number is in a valid `sequence-set`. Only the server knows what `$` and `*` stand for: sets that hold one of
 * them cover every number.
 */
export function coverageOf(set: string): (number: number) => boolean {
  if (/[$*]/.test(set)) return () => true;
  const ranges = uidRanges(set);
  return (number) => ranges.some(([low, high]) => number >= low && number <= high);
}

/** The ranges of a `uid-set` as it comes in VANISHED (RFC 7162 §3.2.10), each with its lower end first. */
export function uidRanges(set: string): [low: number, high: number][] {
  return set.split(',').map((part) => {
    const [a = 0, b = a] = part.split(':').map(Number);
    return a <= b ? [a, b] : [b, a];
  });
}

/** A `sequence-set` of these numbers, which are ascending. */
export function setOf(numbers: readonly number[]): string {
  const ranges: [low: number, high: number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && number === last[1] + 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([low, high]) => (low === high ? `${low}` : `${low}:${high}`)).join(',');
}
