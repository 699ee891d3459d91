import { Secret } from '../secret.js';
import { clean } from './clean.js';

/** Elements of a list that are shown: an envelope may have thousands of recipients. */
const SHOWN_ELEMENTS = 100;

/** A stack is worth more than its first line; it is ours, for the most part. */
const MAX_ERROR = 2_000;

/** A field with every string in it cleaned and cut, and the first elements of every list. */
export function cleaned(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return name === 'error' ? clean(value, MAX_ERROR) : clean(value);
  if (Array.isArray(value)) return value.slice(0, SHOWN_ELEMENTS).map((element) => cleaned(element));
  if (value === null || typeof value !== 'object' || value instanceof Secret) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, cleaned(field, key)]));
}
