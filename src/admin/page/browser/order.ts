export interface Sorting {
  /** Of the column. */
  readonly name: string;
  readonly descending: boolean;
}

/** What a column sorts by: numbers, or texts as a reader orders them. */
export type SortKey = string | number;

const COLLATOR = new Intl.Collator('en', { numeric: true });

/** A sorted copy; rows that are equal stay in the order they came in. */
export function sorted<R>(rows: readonly R[], key: (row: R) => SortKey, descending: boolean): R[] {
  const direction = descending ? -1 : 1;
  return [...rows].sort((a, b) => direction * compare(key(a), key(b)));
}

function compare(a: SortKey, b: SortKey): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return COLLATOR.compare(String(a), String(b));
}
