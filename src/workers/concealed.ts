import { Secret } from '../secret.js';

/** A value whose secrets are text: for a channel between processes of ours, and nowhere else. */
export interface Concealed<Value> {
  readonly value: unknown;
  /** Only in the type. */
  readonly of?: Value;
}

/** Marks what was a secret. Configurations have no such key. */
const MARK = '$secret';

/** A Secret gives nothing away when it is copied, not even to those who are to have it. */
export function conceal<Value>(value: Value): Concealed<Value> {
  return { value: mapped(value, (each) => (each instanceof Secret ? { [MARK]: each.reveal() } : undefined)) };
}

export function reveal<Value>({ value }: Concealed<Value>): Value {
  return mapped(value, (each) => (MARK in each ? new Secret(String(each[MARK])) : undefined)) as Value;
}

/** A copy in which objects are replaced for which `replace` has something. */
function mapped(
  value: unknown,
  replace: (value: Readonly<Record<string, unknown>>) => object | undefined,
): unknown {
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map((each) => mapped(each, replace));
  const entries = Object.entries(value).map(([key, each]) => [key, mapped(each, replace)]);
  return replace(value as Record<string, unknown>) ?? Object.fromEntries(entries);
}
